import { describe, expect, it } from 'vitest';
import { cacheTag, cacheTags } from '../../../domain/delivery/cache-tag.ts';
import { tagsToInvalidate } from '../../../domain/delivery/invalidation.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `shoe-${index}`);

describe('the tags to invalidate', () => {
  it('are one tag for each asset, without duplicates', () => {
    expect(tagsToInvalidate('luma', ['a', 'b c', 'a'])).toEqual(['luma/a', 'luma/b%20c']);
  });

  it('are one tag for each of up to 500 assets', () => {
    expect(tagsToInvalidate('luma', ids(500))).toHaveLength(500);
  });

  it("are the company's tag for more than 500 assets", () => {
    expect(tagsToInvalidate('luma', ids(501))).toEqual(['luma/']);
  });

  it('are tags that the objects of the asset have', () => {
    expect(cacheTags('luma', 'a').split(',')).toEqual([
      ...tagsToInvalidate('luma', ['a']),
      ...tagsToInvalidate('luma', ids(501)),
    ]);
    expect(cacheTag('luma', 'ü'.repeat(200))).toHaveLength(256);
  });
});
