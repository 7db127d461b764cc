import { zoneClock } from '../../domain/schedules/zone-clock.ts';
import type { CronDays, ScheduleExpression } from './schedule-expression.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

type Cron = Extract<ScheduleExpression, { kind: 'cron' }>;

/**
 * The first time after an instant at which an expression is due. As AWS documents it: a time that the clocks skip is
 * left out, one that they show twice is due once, the first time; a day of a rate is 24 hours.
 * @param zone IANA name
 * @param after milliseconds since 1970
 * @param anchor where a rate begins: it is due then, and every so often after it
 * @returns undefined where none comes
 * @throws RangeError for a zone that is none
 */
export function nextTime(
  expression: ScheduleExpression,
  zone: string,
  after: number,
  anchor = 0,
): number | undefined {
  switch (expression.kind) {
    case 'rate': {
      const passed = Math.floor((after - anchor) / expression.every) + 1;
      return anchor + Math.max(passed, 0) * expression.every;
    }
    case 'at': {
      const instant = zoneClock(zone).instantOf(expression.wall);
      return instant !== undefined && instant > after ? instant : undefined;
    }
    case 'cron':
      return nextOfCron(expression, zone, after);
  }
}

function nextOfCron(cron: Cron, zone: string, after: number): number | undefined {
  const clock = zoneClock(zone);
  const from = clock.wallAt(after);
  for (const date of dates(cron, new Date(from))) {
    if (date + dayMs <= from) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const wall = date + (hour * 60 + minute) * minuteMs;
        if (wall < from) continue;
        const instant = clock.instantOf(wall);
        // Of the hour that comes twice, the second pass shows times that are over.
        if (instant !== undefined && instant > after) return instant;
      }
    }
  }
  return undefined;
}

/** The days of the expression from a month on, in order: each as its midnight, as if the clocks showed UTC. */
function* dates({ years, months, days }: Cron, from: Date): Generator<number> {
  const [fromYear, fromMonth] = [from.getUTCFullYear(), from.getUTCMonth() + 1];
  for (const year of years) {
    for (const month of months) {
      if (year < fromYear || (year === fromYear && month < fromMonth)) continue;
      for (const day of daysOf(days, year, month)) yield Date.UTC(year, month - 1, day);
    }
  }
}

function daysOf(days: CronDays, year: number, month: number): number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const weekdayOf = (day: number) => ((firstWeekday + day - 1) % 7) + 1;
  const all = Array.from({ length }, (_, index) => index + 1);
  switch (days.kind) {
    case 'every-day':
      return all;
    case 'days':
      return days.days.filter((day) => day <= length);
    case 'last-day':
      return [length];
    case 'nearest-weekday':
      return days.day > length ? [] : [nearestWeekday(days.day, length, weekdayOf)];
    case 'weekdays':
      return all.filter((day) => days.weekdays.includes(weekdayOf(day)));
    case 'last-weekday':
      return all.filter((day) => weekdayOf(day) === days.weekday && day + 7 > length);
    case 'nth-weekday':
      return all.filter((day) => weekdayOf(day) === days.weekday && Math.ceil(day / 7) === days.nth);
  }
}

/** A Saturday gives way to the Friday before it, a Sunday to the Monday after it; at an end of the month, the other way. */
function nearestWeekday(day: number, length: number, weekdayOf: (day: number) => number): number {
  if (weekdayOf(day) === 7) return day === 1 ? day + 2 : day - 1;
  if (weekdayOf(day) === 1) return day === length ? day - 2 : day + 1;
  return day;
}
