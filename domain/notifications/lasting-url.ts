/**
 * A URL as it is stored: one of this installation's own API, such as a trigger URL, gets the host that API Gateway gave
 * it. The API may have another domain when the notification is sent.
 * @param apiUrl base address of the API at present
 * @param apiEndpoint the base address that never changes
 */
export function lastingUrl(url: string, apiUrl: string, apiEndpoint: string): string {
  const { origin, pathname, search, hash } = new URL(url);
  return origin === new URL(apiUrl).origin ? apiEndpoint + pathname + search + hash : url;
}
