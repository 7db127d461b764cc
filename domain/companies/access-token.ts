import { secretToken, secretTokenHash } from '../secret-token.ts';

/** A token of ours, which a CI system gets for one of its own. */
const prefix = 'prt_';

/** Long enough for an upload of hours in pieces of an hour, short enough to be of little use to a thief. */
export const accessTokenSeconds = 3_600;

/** @param bytes 32 random bytes */
export function accessToken(bytes: Uint8Array): string {
  return secretToken(prefix, bytes);
}

/** @returns undefined if the text is not a token of ours */
export function accessTokenHash(text: string, sha256: (text: string) => string): string | undefined {
  return secretTokenHash(prefix, text, sha256);
}
