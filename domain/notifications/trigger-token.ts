/** The token in a schedule's trigger URL: `trg_` and the base64url of 32 random bytes. Shown once, stored as a hash. */
const bytesOfToken = 32;
const pattern = /^trg_[A-Za-z0-9_-]{43}$/;

/**
 * The token of random bytes.
 * @param bytes 32 random bytes
 * @throws RangeError for another number of bytes
 */
export function triggerToken(bytes: Uint8Array): string {
  if (bytes.length !== bytesOfToken) {
    throw new RangeError(`A trigger token has ${bytesOfToken} bytes, not ${bytes.length}`);
  }
  const base64 = btoa(String.fromCharCode(...bytes));
  return `trg_${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/**
 * The hash by which a token is stored and found. It needs neither salt nor a slow hash: a token is too long to be guessed.
 * @param sha256 digest of a text, in hex
 * @returns undefined if the text is not a token
 */
export function triggerTokenHash(text: string, sha256: (text: string) => string): string | undefined {
  return pattern.test(text) ? sha256(text) : undefined;
}
