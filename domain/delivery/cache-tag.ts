/** CloudFront: a tag has at most 256 characters of ASCII 33–126, no comma, and is compared without regard to case. */
const maxTagLength = 256;

/**
 * The tag that flushes every variant of an asset from the CDN. Ids that differ only in case share a tag, as do,
 * once in 2^64, two ids of more than some 80 characters: flushing too much does no harm.
 */
export function cacheTag(company: string, id: string): string {
  const encoded = encodeURIComponent(id.toWellFormed());
  const tag = `${company}/${encoded}`;
  if (tag.length <= maxTagLength) return tag;
  const suffix = `~${fnv1a64(encoded)}`;
  return tag.slice(0, maxTagLength - suffix.length) + suffix;
}

/** The tag that flushes all of a company from the CDN. No asset has it, since no id is empty. */
export function companyTag(company: string): string {
  return `${company}/`;
}

/** The tags of an asset's objects, as the header that bears them has it: its own, and its company's. */
export function cacheTags(company: string, id: string): string {
  return `${cacheTag(company, id)},${companyTag(company)}`;
}

/** FNV-1a, 64 bits, in hexadecimal. */
function fnv1a64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
