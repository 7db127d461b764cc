import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '../src/verify-webhook.ts';

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString('base64')}`;
const [first, second] = [secretOf(new Uint8Array(32).fill(1)), secretOf(new Uint8Array(32).fill(2))];
const body = '{"type":"job.finished.v1","name":"Über 🎬"}';

/** Signed by the public library. */
function signed(secret: string, text = body, secondsAgo = 0) {
  const at = new Date(Date.now() - secondsAgo * 1_000);
  return {
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, text),
    },
    body: text,
  };
}

describe('verifyWebhook', () => {
  it('accepts every message that the library of Standard Webhooks signed, and no changed one', async () => {
    const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(secretOf);
    await fc.assert(
      fc.asyncProperty(secrets, fc.string({ unit: 'grapheme' }), async (secret, text) => {
        const request = signed(secret, text);
        expect(await verifyWebhook(request, [secret])).toBe(true);
        expect(await verifyWebhook({ ...request, body: `${text} ` }, [secret])).toBe(false);
        expect(await verifyWebhook(request, [first])).toBe(false);
      }),
    );
  });

  it('accepts any of the secrets and any of the signatures', async () => {
    const { headers } = signed(first);
    const both = `${signed(second).headers['webhook-signature']} ${headers['webhook-signature']}`;
    expect(await verifyWebhook({ headers: { ...headers, 'webhook-signature': both }, body }, [first])).toBe(
      true,
    );
    expect(await verifyWebhook(signed(first), [second, first])).toBe(true);
  });

  it('reads Headers, lists of values and names in any case', async () => {
    const { headers } = signed(first);
    expect(await verifyWebhook({ headers: new Headers(headers), body }, [first])).toBe(true);
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    expect(await verifyWebhook({ headers: upper, body }, [first])).toBe(true);
  });

  it.each([
    ['of 6 minutes ago', 360, false],
    ['of 4 minutes ago', 240, true],
    ['of in 4 minutes', -240, true],
    ['of in 6 minutes', -360, false],
  ])('decides about a message %s as the library does', async (_, secondsAgo, isValid) => {
    const request = signed(first, body, secondsAgo);
    const check = () => new Webhook(first).verify(body, request.headers);
    if (isValid) expect(check).not.toThrow();
    else expect(check).toThrow();
    expect(await verifyWebhook(request, [first])).toBe(isValid);
  });

  it.each([
    ['no headers', {}],
    ['another id', { ...signed(first).headers, 'webhook-id': 'msg_2' }],
    ['a time that is no number', { ...signed(first).headers, 'webhook-timestamp': 'now' }],
    ['a signature that is not Base64', { ...signed(first).headers, 'webhook-signature': 'v1,*' }],
    ['a signature of another version', { ...signed(first).headers, 'webhook-signature': 'v1a,AAAA' }],
  ])('refuses a message with %s', async (_, headers) => {
    expect(await verifyWebhook({ headers, body }, [first])).toBe(false);
  });

  it('throws if a secret is not Base64', async () => {
    await expect(verifyWebhook(signed(first), ['whsec_*'])).rejects.toThrow(TypeError);
  });
});
