import { zoneClock } from './zone-clock.ts';

const dayMs = 86_400_000;

/**
 * The first and last millisecond of a day on the clocks of a zone, as ISO 8601 in UTC.
 * @param date `2026-11-24`
 */
export function dayBounds(date: string, timeZone: string): { readonly from: string; readonly to: string } {
  const wall = Date.parse(`${date}T00:00:00.000Z`);
  return {
    from: new Date(beginOf(wall, timeZone)).toISOString(),
    to: new Date(beginOf(wall + dayMs, timeZone) - 1).toISOString(),
  };
}

/** Where clocks skip midnight, as they did in Brazil, the day begins when they go on. */
function beginOf(wall: number, timeZone: string): number {
  const clock = zoneClock(timeZone);
  // What is shown again after a gap is shown at the instant of the gap.
  return clock.instantOf(wall) ?? clock.instantOf(clock.gapAround(wall).to) ?? wall;
}
