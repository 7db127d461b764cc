import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutCacheControl,
  datedFileCacheControl,
  edgeCacheControl,
  imageCacheControl,
  immutableCacheControl,
  maxEdgeSeconds,
} from '../../../domain/delivery/cache-control.ts';

const secondsOf = (cacheControl: string, name: string) =>
  Number(new RegExp(`(?:^|[ ,])${name}=(\\d+)`).exec(cacheControl)?.[1] ?? 0);

describe('a response with an end', () => {
  it.each([
    // [seconds left, image, version, req=]
    [200_000, imageCacheControl(), undefined, edgeCacheControl(360)],
    [
      36_100,
      'public, max-age=600, s-maxage=35940, stale-while-revalidate=60, stale-if-error=160',
      'public, max-age=36100, immutable, stale-if-error=0',
      edgeCacheControl(360),
    ],
    [
      300,
      'public, max-age=240, s-maxage=240, stale-while-revalidate=60, stale-if-error=60',
      'public, max-age=300, immutable, stale-if-error=0',
      'public, max-age=0, s-maxage=300',
    ],
    [
      10.9,
      'public, max-age=5, s-maxage=5, stale-while-revalidate=5, stale-if-error=5',
      'public, max-age=10, immutable, stale-if-error=0',
      'public, max-age=0, s-maxage=10',
    ],
    [
      0,
      'public, max-age=0, s-maxage=0, stale-while-revalidate=0, stale-if-error=0',
      'public, max-age=0, immutable, stale-if-error=0',
      'public, max-age=0, s-maxage=0',
    ],
    [-3, 'public, max-age=0, s-maxage=0, stale-while-revalidate=0, stale-if-error=0', undefined, undefined],
  ])('with %s seconds left is kept no longer', (left, image, version, reply) => {
    expect(cutCacheControl(imageCacheControl(), left)).toBe(image);
    if (version) expect(cutCacheControl(immutableCacheControl, left)).toBe(version);
    if (reply) expect(cutCacheControl(edgeCacheControl(360), left)).toBe(reply);
  });

  it('keeps what is not kept anyway', () => {
    expect(cutCacheControl('no-store', 3)).toBe('no-store');
    expect(cutCacheControl('private, max-age=60', 3)).toBe('private, max-age=3');
  });

  it('is never shown after its end: not fresh, not while a newer one is asked for, not while the origin fails', () => {
    const headers = fc.oneof(
      fc.constant(immutableCacheControl),
      fc.constant(datedFileCacheControl),
      fc.nat(maxEdgeSeconds).map(edgeCacheControl),
      fc
        .tuple(fc.integer({ min: 60, max: maxEdgeSeconds }), fc.nat(maxEdgeSeconds))
        .map((lifetimes) => imageCacheControl(...lifetimes)),
    );
    fc.assert(
      fc.property(headers, fc.double({ min: 0, max: 400_000, noNaN: true }), (header, left) => {
        const cut = cutCacheControl(header, left);
        const stale = Math.max(
          secondsOf(cut, 'stale-while-revalidate'),
          header === datedFileCacheControl ? 0 : secondsOf(cut, 'stale-if-error'),
        );
        const edge = cut.includes('s-maxage') ? secondsOf(cut, 's-maxage') : secondsOf(cut, 'max-age');
        expect(edge + stale).toBeLessThanOrEqual(left);
        expect(secondsOf(cut, 'max-age') + stale).toBeLessThanOrEqual(left);
        // Nothing is kept longer than without an end.
        for (const name of ['max-age', 's-maxage', 'stale-while-revalidate', 'stale-if-error'])
          expect(secondsOf(cut, name)).toBeLessThanOrEqual(secondsOf(header, name));
        expect(cutCacheControl(cut, left)).toBe(cut);
      }),
    );
  });
});
