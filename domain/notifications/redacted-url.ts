/**
 * A URL as everyone in the company may see it. What follows the host may be what authorises, as in a trigger URL.
 * Given back in an edit it means the URL that is kept.
 */
export function redactedUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}
