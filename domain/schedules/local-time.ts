import { firstYear, lastYear } from './custom-rule.ts';
import { RuleProblem } from './rule-problem.ts';

/**
 * Reads `YYYY-MM-DDTHH:mm` (seconds, if given, must be 0) as a wall time: milliseconds since 1970 as if the clock showed
 * UTC.
 * @throws RuleProblem for any other text, and for years before 1970 or after 2099
 */
export function readLocalTime(at: string): number {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00(?:\.0+)?)?$/.exec(at) ?? [];
  const wall = Date.parse(`${date}T${time}:00.000Z`);
  const known = Number.isFinite(wall) && printLocalTime(wall) === `${date}T${time}`;
  const year = Number(date?.slice(0, 4));
  if (!known || year < firstYear || year > lastYear)
    throw new RuleProblem(
      'at',
      `${JSON.stringify(at.slice(0, 40))} is not a date and time without seconds and offset`,
      `Write it as 2027-03-15T14:10, from ${firstYear} to ${lastYear}. The time zone is a field of its own.`,
    );
  return wall;
}

/** A wall time as `YYYY-MM-DDTHH:mm`. */
export function printLocalTime(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16);
}
