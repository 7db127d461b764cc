/**
 * A URL as all members of the company may see it. The part after the host may be a secret, as in a trigger URL. If an edit
 * contains the redacted URL, the stored one stays.
 */
export function redactedUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}
