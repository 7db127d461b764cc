import type { ConsoleConfig } from '../session/console-config.ts';
import { fetchAsked } from '../session/early-requests.ts';

/**
 * `fetch` for the local cloud, whose delivery URLs have a certificate that no browser knows: in the responses of the API
 * they become those of the same edge without TLS. Undefined for an installation, where URLs stay as they are.
 */
export function localDeliveryFetch({ localDelivery }: ConsoleConfig): typeof fetch | undefined {
  if (!localDelivery) return undefined;
  const { https, http } = localDelivery;
  return async (input, init) => {
    const response = await fetchAsked(input, init);
    if (!response.headers.get('content-type')?.includes('json')) return response;
    const { status, headers } = response;
    const text = (await response.text()).replaceAll(https, http);
    return new Response(text, { status, headers });
  };
}
