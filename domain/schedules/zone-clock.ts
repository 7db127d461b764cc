const dayMs = 86_400_000;
/** Days cached for each zone: more than ten years. */
const maxCachedDays = 4096;
/** More than there are zones. A limit is needed because names in different case are different keys. */
const maxCachedZones = 1000;

/**
 * The clock of a time zone. Instants are milliseconds since 1970 in UTC. A wall time is what the clock shows, as
 * milliseconds since 1970 as if it showed UTC.
 */
export interface ZoneClock {
  wallAt(instant: number): number;
  /** The first instant at which the clock shows the wall time; undefined if the clock skips it. */
  instantOf(wall: number): number | undefined;
  /** All instants at which the clock shows the wall time: none in a gap, two if clocks are put back over it. */
  instantsOf(wall: number): readonly number[];
  /** Whether the offset is the same from the day before a wall time to the day after the next day. */
  isSameAllDay(wall: number): boolean;
  /** The gap that a skipped wall time lies in: the first skipped wall time, and the first one after the gap. */
  gapAround(wall: number): { readonly from: number; readonly to: number };
}

const clocks = new Map<string, ZoneClock>();

/**
 * The clock of a zone; created once for each name.
 * @param zone IANA name
 * @throws RangeError for an unknown zone
 */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known) return known;
  const offsetAt = offsetsOf(zone);

  const clock: ZoneClock = {
    wallAt: (instant) => instant + offsetAt(instant),
    instantOf: (wall) => clock.instantsOf(wall)[0],
    instantsOf: (wall) => {
      // No zone is a whole day away from UTC, and none changes its offset twice within two days.
      const before = offsetAt(wall - dayMs);
      const after = offsetAt(wall + dayMs);
      if (before === after) return [wall - before];
      return [wall - before, wall - after]
        .filter((instant) => clock.wallAt(instant) === wall)
        .sort((a, b) => a - b);
    },
    isSameAllDay: (wall) => offsetAt(wall - dayMs) === offsetAt(wall + 2 * dayMs),
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

/** Milliseconds that a zone is ahead of UTC at an instant. UTC days without a change of the offset are cached. */
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

/**
 * The first and last millisecond of a day in a zone: ISO 8601, UTC.
 * @param date `2026-11-24`
 * @param timeZone IANA name
 * @throws RangeError for an unknown zone
 */
export function dayBounds(date: string, timeZone: string): { readonly from: string; readonly to: string } {
  const wall = Date.parse(`${date}T00:00:00.000Z`);
  return {
    from: new Date(startOfDay(wall, timeZone)).toISOString(),
    to: new Date(startOfDay(wall + dayMs, timeZone) - 1).toISOString(),
  };
}

/** If clocks skip midnight, as they did in Brazil, the day starts at the end of the gap. */
function startOfDay(wall: number, timeZone: string): number {
  const clock = zoneClock(timeZone);
  return clock.instantOf(wall) ?? clock.instantOf(clock.gapAround(wall).to) ?? wall;
}
