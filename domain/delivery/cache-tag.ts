/** CloudFront: a tag has at most 256 characters of ASCII 33–126 without commas, and case does not matter. */
const maxTagLength = 256;

/**
 * The cache tag that invalidates all variants of an asset. Ids that differ only in case share a tag, and two long ids
 * share one with a probability of 2^-64. This is harmless, since invalidating too much only costs cache misses.
 */
export function cacheTag(company: string, id: string): string {
  const encoded = encodeURIComponent(id.toWellFormed());
  const tag = `${company}/${encoded}`;
  if (tag.length <= maxTagLength) return tag;
  const suffix = `~${fnv1a64(encoded)}`;
  return tag.slice(0, maxTagLength - suffix.length) + suffix;
}

/** The cache tag that invalidates all assets of a company. It is no asset's own tag, since no id is empty. */
export function companyTag(company: string): string {
  return `${company}/`;
}

/**
 * The cache tag that invalidates all images made with an image preset. It is no asset's own tag, since no id contains `$`.
 * @param preset its name in lower case
 */
export function presetTag(company: string, preset: string): string {
  return `${company}/$${preset}$`;
}

/**
 * The value of the cache-tag header of an asset's objects: the asset's tag and the company's tag. CloudFront takes 50 tags of an
 * object; a composite has at most 10 more for its presets, and 36 for its images (`maxSources` in pixel-budgets.ts).
 */
export function cacheTags(company: string, id: string): string {
  return [cacheTag(company, id), companyTag(company)].join();
}

/**
 * The cache tags that a composite has besides those of {@link cacheTags}: of each image that its layers use, and of the company of
 * that image if it is another one.
 */
export function sourceTags(
  company: string,
  sources: readonly { readonly company: string; readonly ids: readonly string[] }[],
): string[] {
  const tags = sources.flatMap((source) => [
    ...source.ids.map((id) => cacheTag(source.company, id)),
    ...(source.company === company ? [] : [companyTag(source.company)]),
  ]);
  return [...new Set(tags)];
}

/** FNV-1a, 64 bits, in hexadecimal. */
function fnv1a64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
