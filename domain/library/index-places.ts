/**
 * Places in the sequence of files with changes: they sort by the time at which the file was written. Files of two writers
 * appear in any order, so whoever reads them looks back for `maxLagMs`.
 */

/** Milliseconds between the choice of a place and the end of the write: the timeout of index-library, and some more. */
export const maxLagMs = 90_000;

const digits = 15;
const rebuiltMark = 'rebuilt';

/** The first place of a time. @param ms since 1970 */
export function placeAt(ms: number): string {
  return String(Math.max(0, Math.floor(ms))).padStart(digits, '0');
}

/** @param id distinguishes files of the same millisecond */
export function placeOf(ms: number, id: string): string {
  return `${placeAt(ms)}-${id}`;
}

/** The place of a rebuild, whose file has no changes: readers that see it load the new index. */
export function rebuiltPlace(ms: number): string {
  return placeOf(ms, rebuiltMark);
}

export function isRebuiltPlace(place: string): boolean {
  return place.endsWith(`-${rebuiltMark}`);
}

/** Milliseconds since 1970. */
export function timeOfPlace(place: string): number {
  return Number(place.slice(0, digits));
}
