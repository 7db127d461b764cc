/** Seconds that the clocks of sender and receiver may differ. The value of Standard Webhooks. */
const toleranceSeconds = 300;

export interface ReceivedWebhook {
  /** Names in any case. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As received, byte for byte: not parsed and serialised again. */
  readonly body: string;
}

/**
 * Checks that a notification comes from Pressroom: that it is signed with one of these secrets
 * (Standard Webhooks 1.0, symmetric), and that its time is at most 5 minutes away from the receiver's clock.
 * @param secrets `whsec_` and Base64, as the API returns them; during a rotation, the old one and the new one
 * @throws TypeError where a secret is not Base64
 */
export async function verifyWebhook(
  { headers, body }: ReceivedWebhook,
  secrets: readonly string[],
): Promise<boolean> {
  const keys = secrets.map(keyOf);
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  if (!id || !timestamp || !signatures || !isRecent(timestamp)) return false;
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const candidates = signatures.split(' ').flatMap((signature) => {
    const [version, value = ''] = signature.split(',');
    const bytes = version === 'v1' ? decode(value) : undefined;
    return bytes === undefined ? [] : [bytes];
  });
  for (const bytes of keys) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
    for (const candidate of candidates) {
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, candidate, content)) return true;
    }
  }
  return false;
}

function isRecent(timestamp: string): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(Math.floor(Date.now() / 1_000) - Number(timestamp)) <= toleranceSeconds;
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : found?.join(' ');
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = decode(secret.replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length === 0)
    throw new TypeError('A secret is not valid: it must be "whsec_" followed by Base64');
  return bytes;
}

/** Undefined where the text is not Base64. */
function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
