import { describe, expect, it } from 'vitest';
import { cacheTag, cacheTags } from '../../../domain/delivery/cache-tag.ts';
import { tagsToInvalidate } from '../../../domain/delivery/tags-to-invalidate.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `shoe-${index}`);

describe('the tags to flush', () => {
  it('are one for each asset, each once', () => {
    expect(tagsToInvalidate('luma', ['a', 'b c', 'a'])).toEqual(['luma/a', 'luma/b%20c']);
  });

  it('are still one for each of 500 assets', () => {
    expect(tagsToInvalidate('luma', ids(500))).toHaveLength(500);
  });

  it('are that of the company for more', () => {
    expect(tagsToInvalidate('luma', ids(501))).toEqual(['luma/']);
  });

  it('are among those that objects bear', () => {
    expect(cacheTags('luma', 'a').split(',')).toEqual([
      ...tagsToInvalidate('luma', ['a']),
      ...tagsToInvalidate('luma', ids(501)),
    ]);
    expect(cacheTag('luma', 'ü'.repeat(200))).toHaveLength(256);
  });
});
