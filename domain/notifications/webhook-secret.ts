/**
 * What a company's notifications are signed with: `whsec_` and the base64 of 24 to 64 random bytes (Standard Webhooks,
 * "Signature scheme"). A company has a list of them, the newest first; each of them signs.
 */
const prefix = 'whsec_';
const minSecretBytes = 24;
const maxSecretBytes = 64;

/** How many are valid at once: the new one, and the one before it until every receiver knows the new one. */
export const maxSecrets = 2;

/**
 * @param bytes random ones
 * @throws RangeError if they are fewer than 24 or more than 64
 */
export function webhookSecret(bytes: Uint8Array): string {
  if (!isLength(bytes.length)) {
    throw new RangeError(`A secret has ${minSecretBytes} to ${maxSecretBytes} bytes, not ${bytes.length}`);
  }
  return prefix + btoa(String.fromCharCode(...bytes));
}

export function isWebhookSecret(text: string): boolean {
  if (!text.startsWith(prefix)) return false;
  const encoded = text.slice(prefix.length);
  try {
    const bytes = atob(encoded);
    // atob overlooks blanks and missing padding, which a receiver's library may not.
    return btoa(bytes) === encoded && isLength(bytes.length);
  } catch {
    return false;
  }
}

function isLength(bytes: number): boolean {
  return bytes >= minSecretBytes && bytes <= maxSecretBytes;
}
