import { firstYear, lastYear } from './custom-rule.ts';
import { RuleProblem } from './rule-problem.ts';

/**
 * Reads `YYYY-MM-DDTHH:mm` (seconds, if given, must be 0) as a wall time: milliseconds since 1970 as if the clocks
 * showed UTC.
 * @throws RuleProblem for what is no such date and time, from 1970 to 2099
 */
export function readLocalTime(at: string): number {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00(?:\.0+)?)?$/.exec(at) ?? [];
  const wall = Date.parse(`${date}T${time}:00.000Z`);
  const known = Number.isFinite(wall) && printLocalTime(wall) === `${date}T${time}`;
  const year = Number(date?.slice(0, 4));
  if (!known || year < firstYear || year > lastYear)
    throw new RuleProblem(
      'at',
      'That is no date and time, to the minute and without an offset',
      `Write it as 2027-03-15T14:10, from ${firstYear} to ${lastYear}; the time zone stands beside it.`,
    );
  return wall;
}

/** A wall time as `YYYY-MM-DDTHH:mm`. */
export function printLocalTime(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16);
}
