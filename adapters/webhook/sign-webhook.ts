import { Webhook } from 'standardwebhooks';

/** Headers that Standard Webhooks sends beside a body. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970. */
  readonly 'webhook-timestamp': string;
  /** One signature for each secret, parted by blanks. */
  readonly 'webhook-signature': string;
}

export interface WebhookMessage {
  /** The same for every try. */
  readonly id: string;
  /** When this try is made: ISO 8601. */
  readonly at: string;
  /** What is sent, byte for byte. */
  readonly body: string;
}

/**
 * Signs a message with every valid secret, so that a receiver who knows one of them can verify it (Standard Webhooks,
 * scheme v1).
 * @param secrets `whsec_…`, the newest first
 * @throws RangeError if there is none, or the id has a full stop, which the signature parts by
 */
export function signWebhook({ id, at, body }: WebhookMessage, secrets: readonly string[]): WebhookHeaders {
  if (secrets.length === 0) throw new RangeError('A notification needs a secret to be signed with');
  if (!/^[\w-]+$/.test(id)) throw new RangeError(`The id "${id}" may have letters, digits, _ and - only`);
  const time = new Date(at);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, time, body)).join(' '),
  };
}
