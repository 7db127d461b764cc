import type { Behaviour } from './distribution-config.ts';
import type { HeaderMap } from './messages.ts';
import { headerOf } from './messages.ts';
import { type Selection, selectQuery, selects } from './query-string.ts';

/** A request after the viewer-request function. */
export interface PlannedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderMap;
  readonly ip: string;
  readonly httpVersion: string;
}

/** The result of applying a behaviour's policies to one request. */
export interface RequestPlan {
  readonly cacheKey: string;
  /** Path that invalidations match: the path and the part of the query that is in the cache key. */
  readonly objectPath: string;
  readonly originQuery: string;
  readonly originHeaders: Record<string, string>;
  /** The encodings that the viewer accepts and the cache policy allows, best first. */
  readonly encodings: readonly ('br' | 'gzip')[];
}

/** Headers that are never forwarded unchanged: hop-by-hop headers, and headers that are set below. */
const ownHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'accept-encoding',
  'content-length',
  'via',
  'x-amz-cf-id',
  'x-forwarded-for',
  'x-forwarded-proto',
  'user-agent',
  'cookie',
  'range',
  'if-range',
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
]);

/**
 * Applies the policies of a behaviour to a request.
 * @param originHost Host header for the origin, unless the policies forward the viewer's
 */
export function planRequest(
  request: PlannedRequest,
  behaviour: Behaviour,
  originHost: string,
  requestId: string,
): RequestPlan {
  const { cachePolicy: cache, originRequestPolicy: forward } = behaviour;
  const none: Selection = { take: 'none' };
  const keyQuery = selectQuery(request.query, cache.query);
  const encodings = acceptedEncodings(headerOf(request.headers, 'accept-encoding'), cache);
  const normalises = cache.gzip || cache.brotli;

  const keyHeaders = Object.keys(request.headers)
    .filter((name) => selects(cache.headers, name) && !(normalises && name === 'accept-encoding'))
    .sort()
    .map((name) => `${name}:${headerOf(request.headers, name)}`);
  const cookies = parseCookies(headerOf(request.headers, 'cookie'));
  const keyCookies = cookies
    .filter(({ name }) => selects(cache.cookies, name))
    .map(({ text }) => text)
    .sort();
  const cacheKey = JSON.stringify([
    behaviour.originId,
    request.method === 'OPTIONS' ? 'OPTIONS' : 'GET',
    request.path,
    keyQuery,
    keyHeaders,
    keyCookies,
    normalises ? encodings.join(',') : '',
  ]);

  const isForwarded = (name: string) =>
    selects(cache.headers, name) || selects(forward?.headers ?? none, name);
  const originHeaders: Record<string, string> = {};
  for (const name of Object.keys(request.headers)) {
    if (!ownHeaders.has(name) && isForwarded(name))
      originHeaders[name] = headerOf(request.headers, name) ?? '';
  }
  const forwardedCookies = cookies
    .filter(({ name }) => selects(cache.cookies, name) || selects(forward?.cookies ?? none, name))
    .map(({ text }) => text)
    .join('; ');
  if (forwardedCookies !== '') originHeaders.cookie = forwardedCookies;
  if (normalises) {
    if (encodings.length > 0) originHeaders['accept-encoding'] = encodings.join(',');
  } else if (isForwarded('accept-encoding')) {
    originHeaders['accept-encoding'] = headerOf(request.headers, 'accept-encoding') ?? '';
  }
  const viewerAgent = headerOf(request.headers, 'user-agent');
  originHeaders['user-agent'] = viewerAgent && isForwarded('user-agent') ? viewerAgent : 'Amazon CloudFront';
  originHeaders.host = (isForwarded('host') && headerOf(request.headers, 'host')) || originHost;
  originHeaders.via = `${request.httpVersion} local.cloudfront.net (CloudFront)`;
  originHeaders['x-amz-cf-id'] = requestId;
  const proxies = headerOf(request.headers, 'x-forwarded-for');
  originHeaders['x-forwarded-for'] = proxies ? `${proxies}, ${request.ip}` : request.ip;
  for (const name of forward?.cloudfrontHeaders ?? []) {
    const value = cloudfrontHeader(name, request);
    if (value !== undefined) originHeaders[name] = value;
  }

  return {
    cacheKey,
    objectPath: keyQuery === '' ? request.path : `${request.path}?${keyQuery}`,
    originQuery: selectQuery(request.query, cache.query, forward?.query ?? none),
    originHeaders,
    encodings,
  };
}

/** Values of CloudFront's own headers. The location of the visitor is unknown here. */
function cloudfrontHeader(name: string, request: PlannedRequest): string | undefined {
  if (name === 'cloudfront-viewer-http-version') return request.httpVersion;
  if (name === 'cloudfront-forwarded-proto') return 'https';
  return undefined;
}

function acceptedEncodings(
  header: string | undefined,
  policy: { readonly gzip: boolean; readonly brotli: boolean },
): ('br' | 'gzip')[] {
  const accepted = new Set(
    (header ?? '')
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
      .map((part) => part.split(';')[0]?.trim() ?? ''),
  );
  const encodings: ('br' | 'gzip')[] = [];
  if (policy.brotli && accepted.has('br')) encodings.push('br');
  if (policy.gzip && accepted.has('gzip')) encodings.push('gzip');
  return encodings;
}

function parseCookies(header: string | undefined): { name: string; text: string }[] {
  return (header ?? '')
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({ name: text.split('=')[0] ?? '', text }));
}
