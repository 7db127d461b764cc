import { company, anAsset } from '../../support/builders.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cacheTag } from '../../../domain/delivery/cache-tag.ts';
import { maxRecipeBytes, originMetadata } from '../../../domain/delivery/origin-metadata.ts';

it('the metadata of an object has id, version, type and size of its asset, and its cache tags', () => {
  const metadata = originMetadata(anAsset({ id: 'rød sko', version: 3 }));
  expect(JSON.parse(decodeURIComponent(metadata.asset))).toEqual({
    id: 'rød sko',
    version: 3,
    type: 'image',
    width: 800,
    height: 600,
  });
  expect(metadata['cache-tag'].split(',')).toContain('luma/r%C3%B8d%20sko');
});

it('the metadata of a set has the number of members, that of a derived image the recipe', () => {
  const set = originMetadata(anAsset({ id: 'a', type: 'image-set', memberCount: 12 }));
  expect(JSON.parse(decodeURIComponent(set.asset))).toMatchObject({ type: 'image-set', members: 12 });
  expect(set).not.toHaveProperty('recipe');
  const derived = originMetadata(anAsset({ id: 'a', type: 'derived-image', recipe: 'wid=300&fmt=png' }));
  expect(derived.recipe).toBe('wid%3D300%26fmt%3Dpng');
  const tooLong = anAsset({ id: 'a', type: 'derived-image', recipe: 'x'.repeat(maxRecipeBytes + 1) });
  expect(() => originMetadata(tooLong)).toThrow(/has 1401 bytes; at most 1400/);
});

it('S3 and CloudFront accept metadata and tags for any id', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.boolean(),
      (id, isDerived) => {
        const recipe = isDerived ? { recipe: 'x'.repeat(maxRecipeBytes) } : {};
        const metadata = originMetadata(anAsset({ id, company: 'c'.repeat(63), ...recipe }));
        const bytes = Object.entries(metadata).reduce(
          (sum, [name, value]) => sum + name.length + value.length,
          0,
        );
        expect(bytes).toBeLessThanOrEqual(2_048);
        expect(metadata.asset).toMatch(/^[!-~]+$/);
        expect(cacheTag('luma', id)).toMatch(/^[!-+\--~]{1,256}$/);
      },
    ),
  );
});

it('long ids that differ only at their end have different tags', () => {
  const id = 'ü'.repeat(199);
  expect(cacheTag('luma', `${id}a`)).not.toBe(cacheTag('luma', `${id}b`));
  expect(cacheTag('luma', `${id}a`)).toHaveLength(256);
});
