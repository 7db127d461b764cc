import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cacheTag } from '../../../domain/delivery/cache-tag.ts';
import { maxRecipeBytes, originMetadata, readOriginFacts } from '../../../domain/delivery/origin-metadata.ts';
import { anAsset } from '../../support/builders.ts';

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

it('the metadata of an image has its focal point, its placeholder and its modifiers, and reading gives them back', () => {
  const reduction = { divisor: 4, name: 'r4nd0m' };
  const autoQuality = { jpeg: 62, webp: 58, avif: 40 };
  const modifiers = { modifier: 'op_sharpen=1', postModifier: 'layer=1&src=mark' };
  const look = { thumbHash: '3OcRJYB4d3h/iIeHeEh3eIhw+j2w', dominantColour: '#c01020' };
  const { asset } = originMetadata(
    anAsset({
      id: 'a',
      ...look,
      focus: { x: 0.25, y: 1, proposed: true },
      reduction: { ...reduction, versionId: 'v1' },
      autoQuality,
      ...modifiers,
    }),
  );
  expect(JSON.parse(decodeURIComponent(asset))).toMatchObject({ ...look, focus: [0.25, 1] });
  expect(readOriginFacts(asset)).toMatchObject({
    type: 'image',
    ...look,
    focus: { x: 0.25, y: 1 },
    reduction,
    autoQuality,
    ...modifiers,
  });
});

it('the metadata of an earlier release give what they have', () => {
  expect(readOriginFacts(encodeURIComponent('{"id":"a","version":1,"type":"pdf"}'))).toEqual({
    type: 'pdf',
    version: 1,
  });
  expect(readOriginFacts('%7B%7D')).toEqual({});
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
        const recipe = isDerived
          ? ({ type: 'derived-image', recipe: 'x'.repeat(maxRecipeBytes) } as const)
          : {
              modifier: '&'.repeat(300),
              thumbHash: '/'.repeat(36),
              dominantColour: '#c01020',
              reduction: { divisor: 16, name: 'x'.repeat(16), versionId: 'v1' },
            };
        const autoQuality = { jpeg: 100, webp: 100, avif: 100 };
        const size = {
          autoQuality,
          width: 65_535,
          height: 65_535,
          version: 9_999_999_999,
          focus: { x: 0.123, y: 0.123 },
        };
        const checksum = { sha256: 'x'.repeat(44), sha256PartBytes: 5 * 1024 ** 3 };
        const asset = anAsset({ id, company: 'c'.repeat(63), ...size, ...checksum, ...recipe });
        const metadata = originMetadata(asset, isDerived ? 'image-serving' : 'server-directory');
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
