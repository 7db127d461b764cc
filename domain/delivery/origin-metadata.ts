import type { Asset } from '../assets/asset.ts';
import { cacheTags } from './cache-tag.ts';

/** Browsers ask again after ten minutes, the edge after ten hours (DOMAIN.md, "Delivery"). */
export const originCacheControl = 'public, max-age=600, s-maxage=36000';

/** S3 takes 2 kB of metadata on an object, keys included; cache tags and keys need up to 351 of them. */
const maxFactsBytes = 1_690;

/** Bytes, percent-encoded. Leaves room for the facts that matter: type, version and size. */
export const maxRecipeBytes = 1_400;

export type OriginMetadata = Readonly<Record<'cache-tag' | 'asset', string>> & { readonly recipe?: string };

/**
 * The `x-amz-meta-…` entries of an asset's objects, in ASCII: its cache tags, and what a request wants to know of it,
 * so that it reads nothing but the object: id, version, type, and width and height in pixels, of a set the number of
 * its places. A derived image, whose object holds the bytes of its parent, brings its recipe. An id that would not
 * fit beside that is left out: whoever reads the object knows it from the key.
 * @throws Error where a recipe is longer than `maxRecipeLength`: whoever made the asset should have refused it
 */
export function originMetadata(asset: Asset): OriginMetadata {
  const { id, version, type, width, height, memberCount } = asset;
  const recipe = asset.recipe === undefined ? undefined : encodeURIComponent(asset.recipe);
  if (recipe !== undefined && recipe.length > maxRecipeBytes)
    throw new Error(`The recipe of ${id} is too long`);
  const facts = (given: { id?: string }) =>
    encodeURIComponent(JSON.stringify({ ...given, version, type, width, height, members: memberCount }));
  const all = facts({ id: id.toWellFormed() });
  return {
    'cache-tag': cacheTags(asset.company, id),
    asset: all.length + (recipe?.length ?? 0) <= maxFactsBytes ? all : facts({}),
    ...(recipe === undefined ? {} : { recipe }),
  };
}
