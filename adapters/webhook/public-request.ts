/** Requests that connect to checked addresses only: for URLs that members set. */
import { lookup } from 'node:dns/promises';
import {
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

export interface Address {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

export function lookUp(host: string): Promise<Address[]> {
  return lookup(host, { all: true });
}

/** All addresses of a host, none of which is checked yet. Rejects if the host does not exist. */
export async function addressesOf(
  host: string,
  resolve: (host: string) => Promise<readonly Address[]>,
): Promise<readonly Address[]> {
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  if (addresses.length === 0) throw Object.assign(new Error('No address'), { code: 'ENOTFOUND' });
  return addresses;
}

/** A look-up cannot be cancelled: its result is ignored when the time is up. */
export function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** A request that connects to exactly these addresses, follows no redirect and uses no proxy of the environment. */
export function requestFrom(
  addresses: readonly Address[],
  url: URL,
  options: Pick<RequestOptions, 'method' | 'headers' | 'signal'>,
): ClientRequest {
  return (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    ...options,
    // Without an agent, no connection is kept and no proxy is used.
    agent: false,
    lookup: lookupFrom(addresses),
    // Regardless of NODE_TLS_REJECT_UNAUTHORIZED.
    rejectUnauthorized: true,
  });
}

/** Sends a request and waits for the head of its response. */
export function responseTo(sending: ClientRequest, body?: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.on('response', resolve).on('error', reject);
    // After an unexpected status 101 there is neither a response nor an error, and the signal no longer works.
    sending.on('close', () => reject(new Error('The connection was closed without a response')));
    sending.end(body);
  });
}

/** The socket's look-up: it gets the checked addresses and tries them one after the other. */
function lookupFrom(addresses: readonly Address[]): LookupFunction {
  return (_, options, callback) => {
    const [first] = addresses;
    if (options.all === true || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}
