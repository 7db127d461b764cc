const dayMs = 86_400_000;
/** Days that are remembered for each zone: more than ten years. */
const maxCachedDays = 4096;
/** More than there are; names come in any case, so that there is no end of them. */
const maxCachedZones = 1000;

/**
 * The clocks of a time zone. Instants are milliseconds since 1970 in UTC; a wall time is what the clocks show, as
 * milliseconds since 1970 as if they showed UTC.
 */
export interface ZoneClock {
  wallAt(instant: number): number;
  /** The first instant at which the clocks show it; undefined where they skip it. */
  instantOf(wall: number): number | undefined;
  /** The wall times that are skipped together with one that is: from the first of them to the first that is shown again. */
  gapAround(wall: number): { readonly from: number; readonly to: number };
}

const clocks = new Map<string, ZoneClock>();

/**
 * @param zone IANA name
 * @throws RangeError for a zone that is none
 */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known) return known;
  const offsetAt = offsetsOf(zone);

  const clock: ZoneClock = {
    wallAt: (instant) => instant + offsetAt(instant),
    instantOf: (wall) => {
      // No zone is a day away from UTC, and none changes twice within two days.
      const before = offsetAt(wall - dayMs);
      const after = offsetAt(wall + dayMs);
      if (before === after) return wall - before;
      const candidates = [wall - before, wall - after].filter((instant) => clock.wallAt(instant) === wall);
      return candidates.length === 0 ? undefined : Math.min(...candidates);
    },
    gapAround: (wall) => {
      let low = wall - dayMs;
      let high = wall + dayMs;
      const before = offsetAt(low);
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (offsetAt(middle) === before) low = middle;
        else high = middle;
      }
      return { from: high + before, to: high + offsetAt(high) };
    },
  };
  if (clocks.size >= maxCachedZones) clocks.clear();
  clocks.set(zone, clock);
  return clock;
}

/** Milliseconds that a zone is ahead of UTC at an instant; whole days without a change are remembered. */
function offsetsOf(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const days = new Map<number, number | 'changes'>();
  const exact = (instant: number): number => {
    const [, sign, hours, minutes, seconds] =
      /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(format.format(instant)) ?? [];
    const size = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
    return (sign === '-' ? -size : size) * 1000;
  };
  return (instant) => {
    const day = Math.floor(instant / dayMs);
    let offset = days.get(day);
    if (offset === undefined) {
      const start = exact(day * dayMs);
      offset = start === exact((day + 1) * dayMs) ? start : 'changes';
      if (days.size >= maxCachedDays) days.clear();
      days.set(day, offset);
    }
    return offset === 'changes' ? exact(instant) : offset;
  };
}
