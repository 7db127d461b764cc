/** Part of the edge function: query-canonicaliser.ts lists the language features that it may use. */

/**
 * The query that the image server gets: the canonical one with what is known of the visitor. With `fmt=auto` or `bfc=on` the best format that the visitor accepts is a
 * part of the query: of each image there are three variants at most, although browsers write the header in many ways. With
 * `network=on` a slow connection is a part of it.
 * @param sent as the visitor sent it: `req=validate` and `req=resolve` say what it is, and are not cached
 * @param query the same, canonical
 * @param headerOf the value of a header of the request; empty if it is missing
 */
export function negotiatedQuery(sent: string, query: string, headerOf: (name: string) => string): string {
  if (/(^|&)req=(validate|resolve)/.test(query)) return sent;
  const accept = headerOf('accept');
  const best = accept.indexOf('image/avif') < 0 ? (accept.indexOf('image/webp') < 0 ? '' : ',webp') : ',avif';
  const isSlow = /[23]g$/.test(headerOf('ect')) || headerOf('save-data') === 'on';
  const slow = isSlow ? ',slow' : '';
  const chosen = query
    .replace(/(^|&)(fmt=auto|bfc=on)(,avif|,webp)?(?=&|$)/g, `$1$2${best}`)
    .replace(/(^|&)network=on(,slow)?(?=&|$)/, `$1network=on${slow}`);
  // A preset can contain the same.
  const found = (best + slow).slice(1);
  return found && /(^|&)\$[^&=]+\$(?=&|$)/.test(query) ? `${chosen}&accepted=${found}` : chosen;
}
