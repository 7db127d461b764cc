import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxBytesByType, maxUploadParts, multipartAbove } from '../../../domain/uploads/limits.ts';
import { planUploadParts, uploadPartBytes } from '../../../domain/uploads/plan-upload-parts.ts';

const mebibyte = 1024 * 1024;

describe('the upload parts of a file', () => {
  it.each([
    [multipartAbove + 1, 16 * mebibyte, 7],
    [5 * 1024 * mebibyte, 16 * mebibyte, 320],
    [maxBytesByType.video, 53_687_092, 1_000],
  ])('of %i bytes have %i bytes each, and there are %i', (bytes, partBytes, parts) => {
    expect(planUploadParts(bytes)).toEqual({ partBytes, parts });
  });

  it('cover it exactly, and S3 accepts their sizes', () => {
    fc.assert(
      fc.property(fc.integer({ min: multipartAbove + 1, max: maxBytesByType.video }), (bytes) => {
        const plan = planUploadParts(bytes);
        const sizes = Array.from({ length: plan.parts }, (_, index) =>
          uploadPartBytes(bytes, plan, index + 1),
        );
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
        expect(plan.parts).toBeLessThanOrEqual(maxUploadParts);
        for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThanOrEqual(5 * mebibyte);
        expect(sizes.at(-1)).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
