import { cacheTag, companyTag } from './cache-tag.ts';

/**
 * Above this one tag flushes the whole company (DOMAIN.md, "Delivery"): CloudFront charges each tag $0.005 beyond the
 * first 1,000 a month, and takes 150 a second of an account.
 */
export const maxAssetTags = 500;

/** The tags that flush these assets in all their variants. */
export function tagsToInvalidate(company: string, ids: readonly string[]): string[] {
  const tags = new Set(ids.map((id) => cacheTag(company, id)));
  return tags.size > maxAssetTags ? [companyTag(company)] : [...tags];
}
