/**
 * A canonical query with the best format that a visitor accepts, for `fmt=auto`, `bfc=on`, and presets, which can contain the
 * same. The edge function does this for delivery URLs; previews do not pass it.
 * @param accept the header `Accept`
 */
export function negotiatedQuery(query: string, accept: string): string {
  const best = ['avif', 'webp'].find((format) => accept.includes(`image/${format}`));
  const suffix = best === undefined ? '' : `,${best}`;
  const chosen = query.replace(/(^|&)(fmt=auto|bfc=on)(,avif|,webp)?(?=&|$)/g, `$1$2${suffix}`);
  return best !== undefined && /(^|&)\$[^&=]+\$(?=&|$)/.test(query) ? `${chosen}&accepted=${best}` : chosen;
}
