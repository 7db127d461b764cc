import { Cron, CronDate } from 'croner';
import type { CronDays, ScheduleExpression } from './schedule-expression.ts';

type CronExpression = Extract<ScheduleExpression, { kind: 'cron' }>;

/**
 * The first time after an instant at which an expression is due, as AWS documents it. A time that the clocks skip is left
 * out. A time that they show twice is due once, at its first occurrence. A day of a rate is 24 hours.
 *
 * Time zones and the calendar come from croner, so that tests of an app do not check its zone rules against themselves.
 * @param zone IANA name
 * @param after milliseconds since 1970
 * @param anchor start of a rate: it is due then, and at each interval after it
 * @returns undefined if the expression is never due again
 * @throws RangeError if the zone does not exist
 */
export function nextTime(
  expression: ScheduleExpression,
  zone: string,
  after: number,
  anchor = 0,
): number | undefined {
  switch (expression.kind) {
    case 'rate': {
      const intervals = Math.floor((after - anchor) / expression.every) + 1;
      return anchor + Math.max(intervals, 0) * expression.every;
    }
    case 'at': {
      const instant = instantOf(expression.wall, zone);
      return instant !== undefined && instant > after ? instant : undefined;
    }
    case 'cron':
      return nextOfCron(expression, zone, after);
  }
}

function nextOfCron(expression: CronExpression, zone: string, after: number): number | undefined {
  const job = new Cron(patternOf(expression), { timezone: zone, alternativeWeekdays: true });
  let time = job.nextRun(new Date(after));
  while (time && !isDue(expression, zone, time.getTime())) time = job.nextRun(time);
  return time?.getTime();
}

/** Croner's pattern of seven fields, seconds first. With `alternativeWeekdays` its weekdays are those of AWS. */
function patternOf({ minutes, hours, days, months, years }: CronExpression): string {
  return ['0', minutes, hours, dayOfMonth(days), months, dayOfWeek(days), years].map(String).join(' ');
}

function dayOfMonth(days: CronDays): string {
  switch (days.kind) {
    case 'days':
      return days.days.join(',');
    case 'last-day':
      return 'L';
    case 'nearest-weekday':
      return `${days.day}W`;
    default:
      return '*';
  }
}

function dayOfWeek(days: CronDays): string {
  switch (days.kind) {
    case 'weekdays':
      return days.weekdays.join(',');
    case 'last-weekday':
      return `${days.weekday}L`;
    case 'nth-weekday':
      return `${days.weekday}#${days.nth}`;
    default:
      return '*';
  }
}

/**
 * Whether a time of croner is due on AWS. When the clocks change, croner follows Vixie cron: it moves a single skipped
 * time to the end of the gap, and repeats lists and ranges in a repeated hour. AWS does neither.
 */
function isDue({ minutes, hours }: CronExpression, zone: string, instant: number): boolean {
  const { hour, minute } = new CronDate(new Date(instant), zone);
  return (
    hours.includes(hour) && minutes.includes(minute) && instantOf(wallAt(instant, zone), zone) === instant
  );
}

/** Wall time of a zone: the milliseconds since 1970 if its clocks showed UTC. */
function wallAt(instant: number, zone: string): number {
  const { year, month, day, hour, minute, second } = new CronDate(new Date(instant), zone);
  return Date.UTC(year, month, day, hour, minute, second);
}

/** The first instant at which the zone's clocks show a wall time; undefined if they skip it. */
function instantOf(wall: number, zone: string): number | undefined {
  const date = new CronDate(new Date(wall), 'UTC');
  date.tz = zone;
  const instant = date.getDate().getTime();
  return wallAt(instant, zone) === wall ? instant : undefined;
}
