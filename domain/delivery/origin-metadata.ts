import type { Asset } from '../asset/asset.ts';
import { cacheTags } from './cache-tag.ts';

/** Browsers ask again after ten minutes, the edge after ten hours (DOMAIN.md, "Delivery"). */
export const originCacheControl = 'public, max-age=600, s-maxage=36000';

/** S3 takes 2 kB of metadata on an object, keys included; cache tag and keys need up to 345 of them. */
const longestFacts = 1_700;

/**
 * The `x-amz-meta-…` entries of an asset's objects, in ASCII: its cache tags, and what an image request wants to know
 * of it, so that it reads nothing but the object: id, version, type, and width and height in pixels. An id that alone would fill them is left out: whoever
 * reads the object knows it from the key.
 */
export function originMetadata(asset: Asset): Record<'cache-tag' | 'asset', string> {
  const { id, version, type, width, height } = asset;
  const facts = encodeURIComponent(JSON.stringify({ id: id.toWellFormed(), version, type, width, height }));
  return {
    'cache-tag': cacheTags(asset.company, id),
    asset:
      facts.length <= longestFacts
        ? facts
        : encodeURIComponent(JSON.stringify({ version, type, width, height })),
  };
}
