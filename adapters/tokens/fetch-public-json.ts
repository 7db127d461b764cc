import { type CheckOptions, checkUrl, hostOf, refusedAddressKind } from '../webhook/check-url.ts';
import {
  type Address,
  abortable,
  addressesOf,
  lookUp,
  requestFrom,
  responseTo,
} from '../webhook/public-request.ts';

export interface FetchOptions extends CheckOptions {
  /** All addresses of a host. Rejects if the host does not exist. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
}

/** Milliseconds for look-up, connection and response. */
const timeoutMs = 5_000;
/** Bytes. The keys of GitHub Actions have 6 kB. */
const maxBytes = 200_000;

/**
 * Fetches JSON from a public address, with the guard of notifications: every address of the host is checked, and the
 * request connects to exactly these. It follows no redirect.
 * @throws Error with a public text
 */
export async function fetchPublicJson(text: string, options: FetchOptions = {}): Promise<unknown> {
  const checked = checkUrl(text, options);
  if ('refused' in checked) throw new Error(checked.refused);
  const { url } = checked;
  const host = hostOf(url);
  if (url.protocol !== 'https:' && options.allowLoopback !== true)
    throw new Error(`${text} must begin with https://`);
  const signal = AbortSignal.timeout(timeoutMs);
  const addresses = await abortable(signal, addressesOf(host, options.resolve ?? lookUp));
  for (const { address } of addresses) {
    const kind = refusedAddressKind(address, options);
    if (kind !== undefined) throw new Error(`The host ${host} has an address that is not public (${kind})`);
  }
  const sending = requestFrom(addresses, url, {
    method: 'GET',
    headers: { accept: 'application/json' },
    signal,
  });
  try {
    const response = await responseTo(sending);
    if (response.statusCode !== 200)
      throw new Error(`${url.href} responded with ${response.statusCode}, not 200`);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw new Error(`${url.href} has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } finally {
    sending.destroy();
  }
}
