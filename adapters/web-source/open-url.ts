import type { IncomingMessage } from 'node:http';
import { Failure } from '../../domain/failure.ts';
import { type OpenedSource, SourceUnavailable } from '../../domain/uploads/opened-source.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import type { SourceState } from '../../domain/uploads/upload-source.ts';
import { type CheckOptions, checkUrl, hostOf, refusedAddressKind } from '../webhook/check-url.ts';
import {
  type Address,
  abortable,
  addressesOf,
  lookUp,
  requestFrom,
  responseTo,
} from '../webhook/public-request.ts';

export interface OpenOptions extends CheckOptions {
  /** All addresses of a host. Rejects if the host does not exist. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
  /** Milliseconds for look-up, connection and the head of the response. */
  readonly headTimeout?: number;
  /** Milliseconds without a byte of the body. */
  readonly idleTimeout?: number;
}

const defaultHeadTimeout = 30_000;
const defaultIdleTimeout = 60_000;
const maxRedirects = 5;
const redirects = [301, 302, 303, 307, 308];
/** The server is busy, or fails: another time it may not. */
const isTransientStatus = (status: number) => [408, 425, 429].includes(status) || status >= 500;

/**
 * Opens a file at a URL, with the guard of notifications for the URL and each redirect: every address of the host is
 * checked, and the request connects to exactly these.
 * @param before its last state; if the server says that it has not changed, nothing is opened
 * @throws Failure `upload.file-refused` with a public text; SourceUnavailable if another attempt may help
 */
export async function openUrl(
  text: string,
  before: SourceState | undefined,
  options: OpenOptions = {},
): Promise<OpenedSource | 'unchanged'> {
  const conditions: Record<string, string> = {
    ...(before?.etag !== undefined && { 'if-none-match': before.etag }),
    ...(before?.modified !== undefined && { 'if-modified-since': before.modified }),
  };
  let url = text;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const response = await get(url, conditions, options);
    const { statusCode: status = 0, headers } = response;
    if (redirects.includes(status) && headers.location !== undefined) {
      response.destroy();
      if (!URL.canParse(headers.location, url))
        throw refusedFile(`${new URL(url).host} redirects to an address that is not valid`);
      url = new URL(headers.location, url).href;
      continue;
    }
    if (status === 304 && Object.keys(conditions).length > 0) {
      response.destroy();
      return 'unchanged';
    }
    if (status !== 200) {
      response.destroy();
      throw problemOf(status, new URL(url).host);
    }
    return opened(url, response, options);
  }
  throw refusedFile(`${new URL(text).host} redirects more than ${maxRedirects} times`);
}

function problemOf(status: number, host: string): Error {
  if (isTransientStatus(status)) return new SourceUnavailable(`${host} responded with ${status}`);
  if (status === 401 || status === 403)
    return refusedFile(
      `${host} responded with ${status}: it needs a permission. Use a URL that works without a login, for example a signed one that has not expired`,
    );
  if (status === 404 || status === 410)
    return refusedFile(`${host} responded with ${status}: there is no file at this URL`);
  return refusedFile(`${host} responded with ${status}, not with the file (200)`);
}

function opened(url: string, response: IncomingMessage, options: OpenOptions): OpenedSource {
  const { headers } = response;
  const { host } = new URL(url);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    response.destroy();
    throw refusedFile(`${host} sends it with the encoding ${encoding.slice(0, 20)}, which was not asked for`);
  }
  const { etag, 'last-modified': modified, 'content-length': length, 'accept-ranges': ranges } = headers;
  const isStrong = etag !== undefined && !etag.startsWith('W/');
  const bytes = length === undefined ? undefined : Number(length);
  return {
    bytes,
    ...(etag !== undefined && { etag }),
    ...(modified !== undefined && { modified }),
    chunks: () => bodyOf(response, host, bytes, options),
    // Only a strong ETag, or the time, shows that all parts are of one version.
    ...(ranges === 'bytes' &&
      (isStrong || modified !== undefined) && {
        readRange: (first: number, size: number) =>
          readRange(url, isStrong ? etag : (modified ?? ''), first, size, options),
      }),
    close: () => response.destroy(),
  };
}

async function readRange(
  url: string,
  version: string,
  first: number,
  length: number,
  options: OpenOptions,
): Promise<Uint8Array> {
  const range = `bytes=${first}-${first + length - 1}`;
  const response = await get(url, { range, 'if-range': version }, options);
  const { statusCode: status = 0 } = response;
  const { host } = new URL(url);
  try {
    if (status === 200 || status === 412 || status === 416)
      throw new SourceUnavailable(`It was changed on ${host} while it was fetched`);
    if (status !== 206) throw problemOf(status, host);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bodyOf(response, host, length, options)) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}

/** @param bytes that must come */
async function* bodyOf(
  response: IncomingMessage,
  host: string,
  bytes: number | undefined,
  { idleTimeout = defaultIdleTimeout }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  let isIdle = false;
  const idle = setTimeout(() => {
    isIdle = true;
    response.destroy();
  }, idleTimeout);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      idle.refresh();
      length += chunk.length;
      if (bytes !== undefined && length > bytes) break;
      yield chunk;
    }
  } catch (error) {
    const what = isIdle ? `sent nothing for ${idleTimeout / 1_000} seconds` : 'broke the connection';
    throw new SourceUnavailable(`${host} ${what} after ${length} bytes`, { cause: error });
  } finally {
    clearTimeout(idle);
  }
  if (bytes !== undefined && length !== bytes)
    throw new SourceUnavailable(`${host} sent ${length} bytes, but announced ${bytes}`);
}

async function get(
  text: string,
  headers: Readonly<Record<string, string>>,
  options: OpenOptions,
): Promise<IncomingMessage> {
  const { resolve = lookUp, headTimeout = defaultHeadTimeout } = options;
  const checked = checkUrl(text, options);
  if ('refused' in checked) throw refusedFile(checked.refused);
  const { url } = checked;
  const host = hostOf(url);
  if (url.protocol !== 'https:' && options.allowLoopback !== true)
    throw refusedFile(`${url.protocol}//${url.host} is not encrypted: use https://`);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), headTimeout);
  try {
    const addresses = await abortable(deadline.signal, addressesOf(host, resolve));
    for (const { address } of addresses) {
      const kind = refusedAddressKind(address, options);
      if (kind !== undefined)
        throw refusedFile(
          `The host ${host} has an address that is not public (${kind}): every address of it must be public`,
        );
    }
    const sending = requestFrom(addresses, url, {
      method: 'GET',
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Pressroom/1', ...headers },
      signal: deadline.signal,
    });
    return await responseTo(sending);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new SourceUnavailable(unavailable(error, url.host, deadline.signal.aborted, headTimeout), {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(error: unknown, host: string, isTimeUp: boolean, timeout: number): string {
  if (isTimeUp) return `${host} did not respond within ${timeout / 1_000} seconds`;
  const code = String((error as { code?: unknown }).code ?? '');
  if (/^(ENOTFOUND|ENODATA|EAI_)/.test(code)) return `${host} has no address (${code}): check the host name`;
  if (/^(EPROTO|ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(code))
    return `the certificate of ${host} is not trusted (${code})`;
  return `${host} could not be reached, or the connection broke${code === '' ? '' : ` (${code})`}`;
}
