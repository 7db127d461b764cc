import { secretToken, secretTokenHash } from '../secret-token.ts';

/** The token in a schedule's trigger URL. */
const prefix = 'trg_';

/** @param bytes 32 random bytes */
export function triggerToken(bytes: Uint8Array): string {
  return secretToken(prefix, bytes);
}

/** @returns undefined if the text is not a token of a trigger URL */
export function triggerTokenHash(text: string, sha256: (text: string) => string): string | undefined {
  return secretTokenHash(prefix, text, sha256);
}
