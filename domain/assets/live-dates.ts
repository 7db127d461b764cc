import { invalidField } from '../failure.ts';
import { printLocalTime, readLocalTime } from '../schedules/local-time.ts';
import { RuleProblem } from '../schedules/rule-problem.ts';
import { zoneClock } from '../schedules/zone-clock.ts';

/**
 * From when until when an asset may be live, such as the term of a licence or a campaign. The dates belong to the asset and not to
 * its versions. ISO 8601, UTC, on the full minute, with milliseconds, so that texts compare as times.
 */
export interface LiveDates {
  /** The asset is published then, and not before. */
  readonly liveFrom?: string;
  /** The asset is withdrawn then, and is not published any more. */
  readonly liveUntil?: string;
}

/** Where a moment is: before the dates, between them, or after them. Without dates every moment is between. */
export type LivePhase = 'before' | 'between' | 'after';

/** @param now ISO 8601, UTC */
export function livePhase({ liveFrom, liveUntil }: LiveDates, now: string): LivePhase {
  if (liveUntil !== undefined && now >= liveUntil) return 'after';
  return liveFrom !== undefined && now < liveFrom ? 'before' : 'between';
}

/**
 * Why the dates of an asset do not let it go live: a sentence about "it", without a full stop. Every way to go live asks: publishing
 * by hand, saves, jobs, plans and undoing.
 */
export function whyOutsideDates(dates: LiveDates, now: string): string | undefined {
  switch (livePhase(dates, now)) {
    case 'before':
      return `It goes live at ${dates.liveFrom}, and not before`;
    case 'after':
      return `It was to be live until ${dates.liveUntil}. Set a later date to publish it`;
    case 'between':
      return undefined;
  }
}

/** @throws Failure `request.invalid` for an end that is not after the beginning */
export function checkLiveDates({ liveFrom, liveUntil }: LiveDates): void {
  if (liveFrom === undefined || liveUntil === undefined || liveFrom < liveUntil) return;
  throw invalidField('liveUntil', `must be after liveFrom, ${liveFrom}; it is ${liveUntil}`);
}

const zoned = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00(?:\.0+)?)?(Z|[+-]\d\d:?\d\d)$/;

/**
 * Reads a date and time: with `Z` or an offset, or as the clocks of the company show it. If clocks show it twice, the first time.
 * @param field for the error
 * @param timeZone IANA name
 * @throws Failure `request.invalid` for any other text, for seconds, and for a time that clocks skip
 */
export function readLiveDate(text: string, field: string, timeZone: string): string {
  const [, date, time, offset] = zoned.exec(text.trim()) ?? [];
  if (date !== undefined && time !== undefined) {
    const instant = Date.parse(`${date}T${time}:00.000${offset}`);
    if (isDate(date) && Number.isFinite(instant)) return new Date(instant).toISOString();
    throw invalidField(field, `${JSON.stringify(text.slice(0, 40))} is no date and time that exists`);
  }
  let wall: number;
  try {
    wall = readLocalTime(text.trim());
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    throw invalidField(
      field,
      `${JSON.stringify(text.slice(0, 40))} must be a date and time on the full minute, such as 2027-03-15T14:10 in ${timeZone}, 2027-03-15T14:10Z or 2027-03-15T14:10+01:00`,
    );
  }
  const clock = zoneClock(timeZone);
  const instant = clock.instantOf(wall);
  if (instant !== undefined) return new Date(instant).toISOString();
  const { to } = clock.gapAround(wall);
  throw invalidField(
    field,
    `${printLocalTime(wall)} does not exist in ${timeZone}: clocks are put forward to ${printLocalTime(to)}`,
    { nearest: printLocalTime(to) },
  );
}

/** JavaScript reads February 30 as March 2. */
function isDate(date: string): boolean {
  const day = new Date(`${date}T00:00:00.000Z`);
  return Number.isFinite(day.getTime()) && day.toISOString().slice(0, 10) === date;
}
