import type { Asset } from '../assets/asset.ts';
import { type AutoQuality, autoQualityFormats } from './auto-quality.ts';
import { datedFileCacheControl, imageCacheControl } from './cache-control.ts';
import { cacheTags } from './cache-tag.ts';
import type { Modifiers } from './modifiers.ts';
import type { Reduction } from './reduction.ts';
import type { Server } from './server.ts';

/** Browsers revalidate after 10 minutes, the edge after 10 hours (docs/delivery.md). */
export function originCacheControl({ liveUntil }: Pick<Asset, 'liveUntil'>): string {
  return liveUntil === undefined ? imageCacheControl() : datedFileCacheControl;
}

/** S3 stores 2 kB of metadata with an object, including names; names, cache tags and the end of its time need up to 371 bytes. */
const maxFactsBytes = 1_670;

/**
 * Bytes, percent-encoded. The rest is enough for type, version, size and focal point (about 230 bytes). The placeholder and the
 * reduction take 200 more, but no derived image has them.
 */
export const maxRecipeBytes = 1_400;

export type OriginMetadata = Readonly<Record<'cache-tag' | 'asset', string>> & {
  readonly recipe?: string;
  readonly 'live-until'?: string;
};

/**
 * The `x-amz-meta-…` entries of an asset's objects, in ASCII. They have the cache tags and the facts that a request
 * needs, so that it reads only the object: id, version, type, width and height in pixels, whether it has alpha, the focal point, the
 * placeholder (ThumbHash and dominant colour), the reduction, the modifiers, and the number of a set's members. A derived image has the bytes of its
 * parent, so its recipe is added. `live-until` is the end of the asset's time, in seconds since 1970. An id that does not fit is left out; the key has it too.
 * On Server Directory, which has files as they were uploaded, their SHA-256 is added for the index (directory-index.ts).
 * @throws Error for a recipe above {@link maxRecipeBytes}, which sets/recipe.ts refuses when the asset is made
 */
export function originMetadata(asset: Asset, server?: Server): OriginMetadata {
  const { id, version, type, width, height, hasAlpha: alpha, memberCount } = asset;
  const recipe = asset.recipe === undefined ? undefined : encodeURIComponent(asset.recipe);
  if (recipe !== undefined && recipe.length > maxRecipeBytes) {
    throw new Error(
      `The recipe of ${id} has ${recipe.length} bytes; at most ${maxRecipeBytes} fit into an object's metadata`,
    );
  }
  const { thumbHash, dominantColour, modifier, postModifier } = asset;
  const focus = asset.focus && [asset.focus.x, asset.focus.y];
  const { autoQuality, sha256, sha256PartBytes } = asset;
  const checksum = server === 'server-directory' ? { sha256, sha256PartBytes } : {};
  const quality = autoQuality && autoQualityFormats.map((name) => autoQuality[name]);
  const reduction = asset.reduction && [asset.reduction.divisor, asset.reduction.name];
  const facts = (given: { id?: string }) => {
    const found = { ...given, version, type, width, height, alpha, members: memberCount };
    return encodeURIComponent(
      JSON.stringify({
        ...found,
        focus,
        thumbHash,
        dominantColour,
        reduction,
        quality,
        modifier,
        postModifier,
        ...checksum,
      }),
    );
  };
  const all = facts({ id: id.toWellFormed() });
  return {
    'cache-tag': cacheTags(asset.company, id),
    asset: all.length + (recipe?.length ?? 0) <= maxFactsBytes ? all : facts({}),
    ...(recipe === undefined ? {} : { recipe }),
    ...(asset.liveUntil === undefined
      ? {}
      : { 'live-until': String(Math.floor(Date.parse(asset.liveUntil) / 1_000)) }),
  };
}

/** What the metadata of a file on Server Directory say for the index. Files that were published by an earlier release lack the checksum. */
export interface FileFacts {
  readonly type?: string;
  readonly version?: number;
  /** SHA-256 of the file, Base64, as in its asset's record (domain/assets/media-facts.ts). */
  readonly sha256?: string;
  readonly sha256PartBytes?: number;
}

/** @param text as {@link originMetadata} writes it */
export function readFileFacts(text: string): FileFacts & { readonly id?: string } {
  const { id, type, version, sha256, sha256PartBytes } = JSON.parse(decodeURIComponent(text)) as Readonly<
    Record<string, unknown>
  >;
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof type === 'string' && { type }),
    ...(typeof version === 'number' && { version }),
    ...(typeof sha256 === 'string' && { sha256 }),
    ...(typeof sha256PartBytes === 'number' && { sha256PartBytes }),
  };
}

/** What an object's metadata say about its asset. Objects that were published by an earlier release lack some of it. */
export interface OriginFacts extends Modifiers {
  readonly type?: string;
  readonly version?: number;
  /** Pixels, after orientation; for a derived image those of its parent. */
  readonly width?: number;
  readonly height?: number;
  /** Whether the image has an alpha channel; for a derived image that of its parent. */
  readonly alpha?: boolean;
  /** Members of a set. */
  readonly members?: number;
  readonly focus?: { readonly x: number; readonly y: number };
  readonly thumbHash?: string;
  readonly dominantColour?: string;
  readonly reduction?: Reduction;
  readonly autoQuality?: AutoQuality;
}

/** @param text as {@link originMetadata} writes it */
export function readOriginFacts(text: string): OriginFacts {
  const found = JSON.parse(decodeURIComponent(text)) as Readonly<Record<string, unknown>>;
  const textNamed = (name: 'type' | 'thumbHash' | 'dominantColour' | keyof Modifiers) =>
    typeof found[name] === 'string' ? { [name]: found[name] } : {};
  const numberNamed = (name: 'version' | 'width' | 'height' | 'members') =>
    typeof found[name] === 'number' ? { [name]: found[name] } : {};
  const [x, y]: unknown[] = Array.isArray(found.focus) ? found.focus : [];
  const [divisor, name]: unknown[] = Array.isArray(found.reduction) ? found.reduction : [];
  return {
    ...textNamed('type'),
    ...numberNamed('version'),
    ...numberNamed('width'),
    ...numberNamed('height'),
    ...(typeof found.alpha === 'boolean' ? { alpha: found.alpha } : {}),
    ...numberNamed('members'),
    ...(typeof x === 'number' && typeof y === 'number' ? { focus: { x, y } } : {}),
    ...textNamed('thumbHash'),
    ...textNamed('dominantColour'),
    ...(typeof divisor === 'number' && typeof name === 'string' ? { reduction: { divisor, name } } : {}),
    ...autoQualityIn(found.quality),
    ...textNamed('modifier'),
    ...textNamed('postModifier'),
  };
}

function autoQualityIn(given: unknown): { autoQuality?: AutoQuality } {
  if (!Array.isArray(given)) return {};
  const [jpeg, webp, avif]: unknown[] = given;
  if (typeof jpeg !== 'number' || typeof webp !== 'number' || typeof avif !== 'number') return {};
  return { autoQuality: { jpeg, webp, avif } };
}
