import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyRanges, copyRequests } from '../../../domain/delivery/copy-plan.ts';

const gibibyte = 1024 ** 3;

describe('a copy', () => {
  it.each([0, 1, 100_000, gibibyte - 1])('of %i bytes is one request', (bytes) => {
    expect(copyRanges(bytes)).toEqual([]);
  });

  it('of 1 GiB has four parts', () => {
    expect(copyRanges(gibibyte)).toEqual([
      { part: 1, range: 'bytes=0-268435455' },
      { part: 2, range: 'bytes=268435456-536870911' },
      { part: 3, range: 'bytes=536870912-805306367' },
      { part: 4, range: 'bytes=805306368-1073741823' },
    ]);
  });

  it('covers every byte once, in at most 10,000 parts of 5 MiB to 5 GiB', () => {
    fc.assert(
      fc.property(fc.integer({ min: gibibyte, max: 50e12 }), (bytes) => {
        const ranges = copyRanges(bytes);
        expect(ranges.length).toBeLessThanOrEqual(10_000);
        let next = 0;
        for (const [index, { part, range }] of ranges.entries()) {
          const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
          expect(part).toBe(index + 1);
          expect(Number(from)).toBe(next);
          const size = Number(to) - Number(from) + 1;
          expect(size).toBeLessThanOrEqual(5 * gibibyte);
          if (index < ranges.length - 1) expect(size).toBeGreaterThanOrEqual(5 * 1024 ** 2);
          next = Number(to) + 1;
        }
        expect(next).toBe(bytes);
      }),
      { numRuns: 30 },
    );
  });
});

it('a copy takes one request, or one for each part and two more', () => {
  expect(copyRequests(0)).toBe(1);
  expect(copyRequests(1024 ** 3 - 1)).toBe(1);
  expect(copyRequests(1024 ** 3)).toBe(6);
});
