import { cacheTag, companyTag } from './cache-tag.ts';

/** A message in the queue of send-invalidations. */
export type InvalidationMessage =
  | { readonly company: string; readonly ids: readonly string[] }
  /** Invalidates every asset of the company. */
  | { readonly company: string; readonly all: true }
  /** Invalidates every image that was made with this image preset. */
  | { readonly company: string; readonly preset: string };

/**
 * With more assets than this, the company's tag is invalidated instead (docs/delivery.md): CloudFront charges $0.005 for
 * each tag beyond the free ones, and accepts 150 tags a second from an account.
 */
export const maxAssetTags = 500;

/** Paths and tags that CloudFront invalidates in a month without a charge, for the whole AWS account. */
export const freeTags = 1_000;

/** The cache tags that invalidate all variants of these assets. */
export function tagsToInvalidate(company: string, ids: readonly string[]): string[] {
  const tags = new Set(ids.map((id) => cacheTag(company, id)));
  return tags.size > maxAssetTags ? [companyTag(company)] : [...tags];
}
