import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWebhookSecret, webhookSecret } from '../../../domain/notifications/webhook-secret.ts';

describe('a secret', () => {
  it('has the prefix whsec_ and the base64 of 24 to 64 bytes', () => {
    expect(webhookSecret(new Uint8Array(24).fill(255))).toBe(`whsec_${'/'.repeat(32)}`);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        const secret = webhookSecret(bytes);
        expect(secret).toBe(`whsec_${Buffer.from(bytes).toString('base64')}`);
        expect(isWebhookSecret(secret)).toBe(true);
      }),
    );
  });

  it.each([0, 23, 65])('is refused with %i bytes', (length) => {
    const bytes = new Uint8Array(length);
    expect(() => webhookSecret(bytes)).toThrow(RangeError);
    expect(isWebhookSecret(`whsec_${Buffer.from(bytes).toString('base64')}`)).toBe(false);
  });

  it.each([
    ['without its prefix', 'A'.repeat(32)],
    ['with another prefix', `whpk_${'A'.repeat(32)}`],
    ['with a space in it', `whsec_${'A'.repeat(16)} ${'A'.repeat(16)}`],
    ['without its padding', `whsec_${'A'.repeat(34)}`],
    ['in base64url', `whsec_${'-_'.repeat(16)}`],
    ['with unused bits that are not 0', `whsec_${'A'.repeat(33)}B==`],
    ['that is empty', ''],
  ])('is refused %s', (_, text) => {
    expect(isWebhookSecret(text)).toBe(false);
  });
});
