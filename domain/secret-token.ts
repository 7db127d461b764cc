/** Tokens that authorise whoever has them: a prefix and the base64url of 32 random bytes. Shown once, stored as a hash. */
const bytesOfToken = 32;
const random = /^[A-Za-z0-9_-]{43}$/;

/**
 * The token of random bytes.
 * @param bytes 32 random bytes
 * @throws RangeError for another number of bytes
 */
export function secretToken(prefix: string, bytes: Uint8Array): string {
  if (bytes.length !== bytesOfToken)
    throw new RangeError(`A token has ${bytesOfToken} random bytes, not ${bytes.length}`);
  const base64 = btoa(String.fromCharCode(...bytes));
  return `${prefix}${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/**
 * The hash by which a token is stored and found. It needs neither salt nor a slow hash: a token is too long to be guessed.
 * @param sha256 digest of a text, in hex
 * @returns undefined if the text is not a token with this prefix
 */
export function secretTokenHash(
  prefix: string,
  text: string,
  sha256: (text: string) => string,
): string | undefined {
  return text.startsWith(prefix) && random.test(text.slice(prefix.length)) ? sha256(text) : undefined;
}
