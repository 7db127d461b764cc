import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cacheTag } from '../../../domain/delivery/cache-tag.ts';
import { originMetadata } from '../../../domain/delivery/origin-metadata.ts';
import { testAsset } from '../../functions/publish-world.ts';

it('an object tells id, version, type and size of its asset, and its cache tags', () => {
  const metadata = originMetadata(testAsset({ id: 'rød sko', version: 3 }));
  expect(JSON.parse(decodeURIComponent(metadata.asset))).toEqual({
    id: 'rød sko',
    version: 3,
    type: 'image',
    width: 800,
    height: 600,
  });
  expect(metadata['cache-tag'].split(',')).toContain('luma/r%C3%B8d%20sko');
});

it('metadata and tags are what S3 and CloudFront take, whatever the id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (id) => {
      const metadata = originMetadata(testAsset({ id }));
      const bytes = Object.entries(metadata).reduce(
        (sum, [name, value]) => sum + name.length + value.length,
        0,
      );
      expect(bytes).toBeLessThanOrEqual(2_048);
      expect(metadata.asset).toMatch(/^[!-~]+$/);
      expect(cacheTag('luma', id)).toMatch(/^[!-+\--~]{1,256}$/);
    }),
  );
});

it('long ids that differ only at their end have tags of their own', () => {
  const id = 'ü'.repeat(199);
  expect(cacheTag('luma', `${id}a`)).not.toBe(cacheTag('luma', `${id}b`));
  expect(cacheTag('luma', `${id}a`)).toHaveLength(256);
});
