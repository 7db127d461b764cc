import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorTimeToLive, timeToLive } from '../../src/edge/freshness.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const policy = { minTtl: 0, defaultTtl: 86_400, maxTtl: 31_536_000 };

describe('timeToLive', () => {
  it.each([
    [{}, policy, 86_400],
    [{ 'cache-control': 'public, max-age=600, s-maxage=36000' }, policy, 36_000],
    [{ 'cache-control': 'max-age=600' }, { ...policy, minTtl: 1000 }, 1000],
    [{ 'cache-control': 'max-age=600' }, { ...policy, maxTtl: 60 }, 60],
    [{ 'cache-control': 'max-age=0' }, policy, 0],
    [{ 'cache-control': 'max-age="600"' }, policy, 600],
    [{ expires: 'Tue, 24 Nov 2026 12:01:00 GMT' }, policy, 60],
    [{ expires: '0' }, policy, 0],
    [{ 'cache-control': 'max-age=5', expires: 'Tue, 24 Nov 2026 12:01:00 GMT' }, policy, 5],
    [{ 'cache-control': 'No-Store' }, policy, undefined],
    [{ 'cache-control': 'private, max-age=100' }, policy, undefined],
    [{ 'cache-control': 'no-cache' }, { ...policy, minTtl: 1 }, 1],
    [{ 'cache-control': 'max-age=600' }, { minTtl: 0, defaultTtl: 0, maxTtl: 0 }, undefined],
    [{}, { ...policy, minTtl: 100, defaultTtl: 10 }, 100],
  ])('caches %j with %j for %s s', (headers, ttl, seconds) => {
    expect(timeToLive(headers, ttl, now)).toBe(seconds);
  });

  it('stays within the limits of the policy', () => {
    const seconds = fc.nat(100_000);
    fc.assert(
      fc.property(
        seconds,
        seconds,
        seconds,
        fc.constantFrom('max-age', 's-maxage'),
        (low, span, age, directive) => {
          const bounds = { minTtl: low, defaultTtl: low, maxTtl: low + span + 1 };
          const ttl = timeToLive({ 'cache-control': `${directive}=${age}` }, bounds, now);
          expect(ttl).toBeGreaterThanOrEqual(bounds.minTtl);
          expect(ttl).toBeLessThanOrEqual(bounds.maxTtl);
        },
      ),
    );
  });
});

describe('errorTimeToLive', () => {
  it.each([
    [404, {}, undefined, 10],
    [404, {}, 0, undefined],
    [404, { 'cache-control': 'max-age=60' }, 0, 60],
    [404, { 'cache-control': 'max-age=5' }, 30, 30],
    [403, {}, undefined, undefined],
    [403, {}, 5, 5],
    [400, { 'cache-control': 's-maxage=7' }, undefined, 7],
    [503, {}, undefined, 10],
  ])('caches %i with %j and the configured %s for %s s', (status, headers, configured, seconds) => {
    expect(errorTimeToLive(status, headers, configured)).toBe(seconds);
  });
});
