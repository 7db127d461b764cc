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
