/** A time for a change that comes after another: two within a millisecond must not share it. Both ISO 8601, UTC. */
export function timeAfter(before: string, now: string): string {
  return now > before ? now : new Date(Date.parse(before) + 1).toISOString();
}
