import { ulidAlphabet, ulidDigits } from '../ulid-digits.ts';

/** Milliseconds since 1970: the last time that a ULID can have (48 bits). */
const lastTime = 2 ** 48 - 1;

/** The first id of a millisecond. @param time ISO 8601; times outside the range of ULIDs become the nearest one inside */
export function firstIdAt(time: string): string {
  return timePart(time) + '0'.repeat(16);
}

/** The last id of a millisecond. @param time ISO 8601, as for {@link firstIdAt} */
export function lastIdAt(time: string): string {
  return timePart(time) + 'Z'.repeat(16);
}

/** The time of an id: milliseconds since 1970. */
export function timeOfId(id: string): number {
  return [...id.slice(0, 10)].reduce((time, character) => time * 32 + ulidAlphabet.indexOf(character), 0);
}

/** The ten characters of a ULID that encode the time. */
function timePart(time: string): string {
  return ulidDigits(BigInt(Math.min(Math.max(Date.parse(time), 0), lastTime)), 10);
}
