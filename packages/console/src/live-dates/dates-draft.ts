import { clockOf, instantOf } from '../components/zoned-time.ts';
import { dateTexts } from '../texts/dates.ts';

export type DateName = 'liveFrom' | 'liveUntil';

/** The dates of an asset, as the API has them. */
export type LiveDates = { readonly [Name in DateName]?: string | undefined };

interface Clock {
  /** `YYYY-MM-DD`; empty for no date. */
  readonly date: string;
  /** `HH:MM`. */
  readonly time: string;
}

/** Dates that are typed, on the clocks of one zone. */
export interface DatesDraft {
  readonly liveFrom: Clock;
  readonly liveUntil: Clock;
  readonly timeZone: string;
}

const none: Clock = { date: '', time: '00:00' };

export function datesDraftOf(dates: LiveDates, timeZone: string): DatesDraft {
  const clock = (at: string | undefined) => (at === undefined ? none : clockOf(at, timeZone));
  return { liveFrom: clock(dates.liveFrom), liveUntil: clock(dates.liveUntil), timeZone };
}

/** The same instants on the clocks of another zone; what is not complete stays as it is typed. */
export function inZone(draft: DatesDraft, timeZone: string): DatesDraft {
  const move = (clock: Clock) => {
    const at = instantOf(clock.date, clock.time, draft.timeZone);
    return at === undefined ? clock : clockOf(at, timeZone);
  };
  return { liveFrom: move(draft.liveFrom), liveUntil: move(draft.liveUntil), timeZone };
}

/** The instants that a draft says; null for no date, undefined for one that does not exist. */
export function instantsOf({ liveFrom, liveUntil, timeZone }: DatesDraft) {
  const at = ({ date, time }: Clock) => (date === '' ? null : instantOf(date, time, timeZone));
  return { liveFrom: at(liveFrom), liveUntil: at(liveUntil) };
}

/** What is wrong with a draft, by field. */
export function datesProblemsOf(draft: DatesDraft): { readonly [Name in DateName]?: string } {
  const { wrong, order } = dateTexts.live;
  const { liveFrom, liveUntil } = instantsOf(draft);
  return {
    ...(liveFrom === undefined && { liveFrom: wrong }),
    ...(liveUntil === undefined
      ? { liveUntil: wrong }
      : liveFrom && liveUntil && liveUntil <= liveFrom && { liveUntil: order }),
  };
}
