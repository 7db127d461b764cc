import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triggerToken, triggerTokenHash } from '../../../domain/notifications/trigger-token.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a trigger token', () => {
  it('has 32 bytes in characters that URLs allow, and is stored as a hash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const token = triggerToken(bytes);
        expect(token).toBe(`trg_${Buffer.from(bytes).toString('base64url')}`);
        expect(encodeURIComponent(token)).toBe(token);
        expect(triggerTokenHash(token, sha256)).toBe(sha256(token));
      }),
    );
  });

  it.each([0, 31, 33])('is refused with %i bytes', (length) => {
    expect(() => triggerToken(new Uint8Array(length))).toThrow(RangeError);
  });

  it.each([
    '',
    'trg_',
    `trg_${'A'.repeat(42)}`,
    `trg_${'A'.repeat(44)}`,
    `tok_${'A'.repeat(43)}`,
    `trg_${'A'.repeat(42)}/`,
  ])('is refused as %j and has no hash', (text) => {
    expect(triggerTokenHash(text, sha256)).toBeUndefined();
  });
});
