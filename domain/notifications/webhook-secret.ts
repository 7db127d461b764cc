/**
 * A secret that signs a company's notifications: `whsec_` and the base64 of 24 to 64 random bytes (Standard Webhooks,
 * "Signature scheme"). A company has a list of secrets, and each valid one signs.
 */
const prefix = 'whsec_';
const minSecretBytes = 24;
const maxSecretBytes = 64;

/** Number of valid secrets: the new one and, for the time of the overlap, the previous one. */
export const maxSecrets = 2;

/**
 * The secret of random bytes.
 * @param bytes 24 to 64 random bytes
 * @throws RangeError for another number of bytes
 */
export function webhookSecret(bytes: Uint8Array): string {
  if (!isLength(bytes.length)) {
    throw new RangeError(`A secret has ${minSecretBytes} to ${maxSecretBytes} bytes, not ${bytes.length}`);
  }
  return prefix + btoa(String.fromCharCode(...bytes));
}

/** Whether a text is a secret, in canonical base64. */
export function isWebhookSecret(text: string): boolean {
  if (!text.startsWith(prefix)) return false;
  const encoded = text.slice(prefix.length);
  try {
    const bytes = atob(encoded);
    // atob ignores spaces and missing padding; a receiver's library may refuse them.
    return btoa(bytes) === encoded && isLength(bytes.length);
  } catch {
    return false;
  }
}

function isLength(bytes: number): boolean {
  return bytes >= minSecretBytes && bytes <= maxSecretBytes;
}
