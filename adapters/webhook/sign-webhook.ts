import { Webhook } from 'standardwebhooks';

/** The headers of Standard Webhooks. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970. */
  readonly 'webhook-timestamp': string;
  /** One signature for each secret, separated by spaces. */
  readonly 'webhook-signature': string;
}

export interface WebhookMessage {
  /** The same for every attempt. */
  readonly id: string;
  /** When this attempt is made: ISO 8601. */
  readonly at: string;
  /** The body, byte for byte as it is sent. */
  readonly body: string;
}

/**
 * Signs a message with every valid secret, so that a receiver that knows one of them can verify it (Standard Webhooks,
 * scheme v1).
 * @param secrets `whsec_…`, newest first
 * @throws RangeError if there is no secret, or the id has a full stop, which separates the parts of the signed text
 */
export function signWebhook({ id, at, body }: WebhookMessage, secrets: readonly string[]): WebhookHeaders {
  if (secrets.length === 0)
    throw new RangeError('A notification needs at least one secret for its signature');
  if (!/^[\w-]+$/.test(id))
    throw new RangeError(`The id "${id}" is not valid: use letters, digits, _ and - only`);
  const time = new Date(at);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, time, body)).join(' '),
  };
}
