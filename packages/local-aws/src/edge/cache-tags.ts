/** CloudFront stores the first 50 tags of an object. Source: Developer Guide, "invalidating tags". */
const maxTags = 50;
const maxTagLength = 256;

/** Visible ASCII (33–126) without the comma, 1 to 256 characters. Source: as above. */
export function isCacheTag(tag: string): boolean {
  return tag.length >= 1 && tag.length <= maxTagLength && /^[\x21-\x2b\x2d-\x7e]+$/.test(tag);
}

/** The valid tags of an origin's response, in lower case, because tags are not case-sensitive. */
export function parseCacheTags(header: string | readonly string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const tags = String(text)
    .split(',')
    .map((tag) => tag.trim())
    .filter(isCacheTag)
    .map((tag) => tag.toLowerCase());
  return [...new Set(tags.slice(0, maxTags))];
}
