import { clockTime } from './clock-time.ts';
import { type CustomRule, lastYear } from './custom-rule.ts';
import { readLocalTime } from './local-time.ts';
import { stepOf } from './print-custom-rule.ts';
import type { ScheduleRule } from './schedule-rule.ts';
import { toCustomRule } from './to-custom-rule.ts';

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const nthNames = ['first', 'second', 'third', 'fourth', 'fifth'];
/** Times that are listed one by one. */
const maxTimes = 4;

/**
 * A rule in plain English: "Every Monday and Wednesday at 14:10, New York time".
 * @param zone IANA name
 * @throws RuleProblem for an invalid rule
 */
export function describeRule(rule: ScheduleRule, zone: string): string {
  return `${rule.repeat === 'once' ? once(rule.at) : recurring(toCustomRule(rule))}, ${zoneTime(zone)}`;
}

function once(at: string): string {
  const date = new Date(readLocalTime(at));
  const weekday = weekdayNames[date.getUTCDay()];
  const month = monthNames[date.getUTCMonth()];
  const time = timeOf(date.getUTCHours(), date.getUTCMinutes());
  return `Once on ${weekday}, ${date.getUTCDate()} ${month} ${date.getUTCFullYear()} at ${time}`;
}

function zoneTime(zone: string): string {
  if (zone.startsWith('Etc/') || /^[A-Z0-9]+$/.test(zone)) return zone;
  return `${zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')} time`;
}

function recurring(rule: CustomRule): string {
  const atTimes = times(rule);
  return `${days(rule)}${atTimes.startsWith('at ') ? '' : ','} ${atTimes}${years(rule.years)}`;
}

function days({ days, months }: CustomRule): string {
  const everyMonth = months.length === 12;
  const named = spans(months, (month) => monthNames[month - 1] ?? '');
  const during = everyMonth
    ? ''
    : months.length >= 3 && named.length === 1
      ? ` from ${named[0]}`
      : ` in ${and(named)}`;
  const ofMonth = everyMonth ? 'of every month' : `of ${and(named)}`;
  switch (days.kind) {
    case 'every-day':
      return `Every day${during}`;
    case 'last-day':
      return `On the last day ${ofMonth}`;
    case 'last-weekday':
      return `On the last ${weekdayNames[days.weekday - 1]} ${ofMonth}`;
    case 'days': {
      const missing = days.days.some((day) => months.some((month) => day > lengthOf(month)));
      return `On the ${and(spans(days.days, ordinal))} ${ofMonth}${missing ? ' (if it has that day)' : ''}`;
    }
    case 'weekdays': {
      const plain =
        days.weekdays.join() === '2,3,4,5,6'
          ? 'weekday (Monday to Friday)'
          : and(days.weekdays.map((weekday) => weekdayNames[weekday - 1] ?? ''));
      const nths = days.nths.map(({ weekday, nth }) => `${nthNames[nth - 1]} ${weekdayNames[weekday - 1]}`);
      const onNths = `on the ${and(nths)} ${ofMonth}${days.nths.some(({ nth }) => nth === 5) ? ' (if it has one)' : ''}`;
      if (nths.length === 0) return `Every ${plain}${during}`;
      return plain === '' ? `O${onNths.slice(1)}` : `Every ${plain}${during}, and ${onNths}`;
    }
  }
}

/** Days that a month (1–12) has in every year. */
function lengthOf(month: number): number {
  return new Date(Date.UTC(2027, month, 0)).getUTCDate();
}

function times({ hours, minutes }: CustomRule): string {
  if (hours.length * minutes.length <= maxTimes)
    return `at ${and(hours.flatMap((hour) => minutes.map((minute) => timeOf(hour, minute))))}`;
  const [first = 0] = minutes;
  const last = minutes.at(-1) ?? 0;
  const every = evenStep(minutes, 60);
  if (every !== undefined) {
    const each = every === 60 ? 'every hour' : `every ${every} minutes`;
    if (hours.length === 24)
      return first === 0 ? each : `${each}, from ${first} minute${first === 1 ? '' : 's'} past the hour on`;
    const hourStep = evenStep(hours, 24);
    if (every === 60 && hourStep !== undefined && hourStep > 1)
      return `every ${hourStep} hours from ${timeOf(hours[0] ?? 0, first)} to ${timeOf(hours.at(-1) ?? 0, first)}`;
    const together = runs(hours);
    if (every < 60 || together.every(([from, to]) => to > from))
      return `${each} ${and(together.map(([from, to]) => `from ${timeOf(from, first)} to ${timeOf(to, last)}`))}`;
  }
  const atMinutes = `at minute${minutes.length === 1 ? '' : 's'} ${and(spans(minutes, String))}`;
  if (hours.length === 24) return `${atMinutes} of every hour`;
  return `${atMinutes} of the hour${hours.length === 1 ? '' : 's'} ${and(spans(hours, String))}`;
}

/** The step of values that divide their circle (60 minutes, 24 hours) evenly; for a single value, the whole circle. */
function evenStep(values: readonly number[], circle: number): number | undefined {
  const step = circle / values.length;
  const [first = 0] = values;
  return values.every((value, index) => value === first + index * step) ? step : undefined;
}

function years(given: readonly number[] | undefined): string {
  if (!given) return '';
  const step = stepOf(given, lastYear);
  if (step === 1) return ` from ${given[0]} on`;
  if (step !== undefined) return ` every ${step} years from ${given[0]} on`;
  const named = spans(given, String);
  return given.length >= 3 && named.length === 1 ? ` from ${named[0]}` : ` in ${and(named)}`;
}

/** Sorted values as texts, with "to" for three or more consecutive ones. */
function spans(values: readonly number[], name: (value: number) => string): string[] {
  return runs(values).flatMap(([from, to]) => {
    if (to - from >= 2) return [`${name(from)} to ${name(to)}`];
    return to > from ? [name(from), name(to)] : [name(from)];
  });
}

function runs(values: readonly number[]): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (const value of values) {
    const open = found.at(-1);
    if (open && open[1] === value - 1) open[1] = value;
    else found.push([value, value]);
  }
  return found;
}

function and(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join();
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function ordinal(value: number): string {
  const ending = value >= 11 && value <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}

function timeOf(hour: number, minute: number): string {
  return clockTime(hour * 60 + minute);
}
