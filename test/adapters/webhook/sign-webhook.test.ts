import { verifyWebhook } from '@pressroom/client/verify-webhook';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signWebhook } from '../../../adapters/webhook/sign-webhook.ts';
import { webhookSecret } from '../../../domain/notifications/webhook-secret.ts';

const at = '2026-11-24T08:00:00.900Z';
const secretOf = (fill: number) => webhookSecret(new Uint8Array(32).fill(fill));
const [first, second, third] = [secretOf(1), secretOf(2), secretOf(3)];
const body = '{"type":"job.finished.v1","name":"Über 🎬"}';
const message = { id: 'msg_1', at, body };

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(at) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('A signature', () => {
  it('equals the example of the Standard Webhooks library', () => {
    const headers = signWebhook(
      {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        at: new Date(1_614_265_330_000).toISOString(),
        body: '{"test": 2432232314}',
      },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('can be verified by the public library, with its time in whole seconds', () => {
    const headers = signWebhook(message, [first]);
    expect(headers['webhook-timestamp']).toBe('1795507200');
    expect(new Webhook(first).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('holds for whatever is sent, and for nothing else', async () => {
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.stringMatching(/^[\w-]{1,30}$/),
        bytes,
        async (text, id, secret) => {
          const signed = {
            headers: { ...signWebhook({ id, at, body: text }, [webhookSecret(secret)]) },
            body: text,
          };
          expect(await verifyWebhook(signed, [webhookSecret(secret)])).toBe(true);
          expect(await verifyWebhook({ ...signed, body: `${text} ` }, [webhookSecret(secret)])).toBe(false);
          expect(await verifyWebhook(signed, [first])).toBe(false);
        },
      ),
    );
  });

  it('exists for each secret during a rotation: the old and the new one verify it, older ones do not', () => {
    const secrets = [third, second];
    const headers = signWebhook(message, secrets);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    expect(new Webhook(third).verify(body, headers)).toBeDefined();
    expect(new Webhook(second).verify(body, headers)).toBeDefined();
    expect(() => new Webhook(first).verify(body, headers)).toThrow('No matching signature');
    const after = signWebhook(message, [third]);
    expect(() => new Webhook(second).verify(body, after)).toThrow('No matching signature');
  });

  it('needs a secret, and an id without a full stop', () => {
    expect(() => signWebhook(message, [])).toThrow(RangeError);
    expect(() => signWebhook({ ...message, id: 'msg.1' }, [first])).toThrow(RangeError);
  });
});

describe('A signed request', () => {
  const signed = (headers: Record<string, string> = {}) => ({
    headers: { ...signWebhook(message, [second, first]), ...headers },
    body,
  });

  it('is known by any of the secrets, and by headers in any case', async () => {
    expect(await verifyWebhook(signed(), [third, first])).toBe(true);
    const upper = Object.entries(signed().headers).map(([name, value]) => [name.toUpperCase(), value]);
    expect(await verifyWebhook({ headers: Object.fromEntries(upper), body }, [first])).toBe(true);
  });

  it.each([
    ['another secret', signed(), [third]],
    ['no secret', signed(), []],
    ['another id', signed({ 'webhook-id': 'msg_2' }), [first]],
    ['another time', signed({ 'webhook-timestamp': '1795507201' }), [first]],
    ['no time', signed({ 'webhook-timestamp': 'now' }), [first]],
    ['no signature', signed({ 'webhook-signature': '' }), [first]],
    ['half a signature', signed({ 'webhook-signature': 'v1' }), [first]],
    ['another scheme', signed({ 'webhook-signature': 'v1a,AAAA' }), [first]],
    ['no headers', { headers: {}, body }, [first]],
  ])('is not believed with %s', async (_, request, secrets) => {
    expect(await verifyWebhook(request, secrets)).toBe(false);
  });

  it('is not believed again after 5 minutes', async () => {
    const request = signed();
    vi.setSystemTime(new Date('2026-11-24T08:05:00.000Z'));
    expect(await verifyWebhook(request, [first])).toBe(true);
    vi.setSystemTime(new Date('2026-11-24T08:05:01.000Z'));
    expect(await verifyWebhook(request, [first])).toBe(false);
  });
});
