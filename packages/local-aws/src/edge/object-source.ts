/**
 * Finds an object in the cache, in a running fetch for another visitor, or at the origin.
 */
import { parseCacheTags } from './cache-tags.ts';
import { compressBody, isCompressible } from './compress.ts';
import type { Behaviour, DistributionConfig } from './distribution-config.ts';
import type { CachedObject, EdgeCache } from './edge-cache.ts';
import { errorTimeToLive, parseCacheControl, secondsOf, timeToLive } from './freshness.ts';
import { contentLengthOf, type HeaderMap, headerOf, withoutHeaders } from './messages.ts';
import {
  discardBody,
  type Origin,
  OriginError,
  type OriginResponse,
  originResponse,
  readBody,
} from './origin.ts';
import type { RequestPlan } from './request-plan.ts';
import { createSharedBody, type SharedBody } from './shared-body.ts';

/** An object before a visitor's conditions and range are applied. */
export interface FoundObject {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Buffer | SharedBody;
  readonly cacheStatus: 'Miss' | 'Hit' | 'RefreshHit' | 'Error';
  /** Seconds in the cache; undefined for an object from the origin. */
  readonly age: number | undefined;
}

/** A request after the viewer-request function. */
export interface ObjectRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly body: Buffer;
  readonly ip: string;
  readonly behaviour: Behaviour;
  readonly plan: RequestPlan;
}

export interface ObjectSource {
  find(request: ObjectRequest): Promise<FoundObject>;
}

interface Dependencies {
  readonly config: DistributionConfig;
  readonly cache: EdgeCache;
  readonly origin: (id: string) => Origin;
  /** The request for a custom error page, planned by the page's own behaviour. */
  readonly planErrorPage: (path: string, request: ObjectRequest) => ObjectRequest;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Larger objects are not cached. */
  readonly maxObjectBytes: number;
}

/** A running fetch for a cache key. */
interface RunningFetch {
  readonly begun: number;
  readonly objectPath: string;
  readonly result: Promise<FetchResult>;
}

interface FetchResult {
  readonly object: FoundObject;
  readonly tags: readonly string[];
  /** The object will be cached, so other visitors may share the fetch. */
  readonly shareable: boolean;
}

/** Bytes that may be read ahead of the visitor if the body is not cached. */
const highWater = 4 * 1024 * 1024;
/** Stored keys of objects that are too large to cache; their ranges go directly to the origin. */
const maxLargeKeys = 10_000;

export function createObjectSource(dependencies: Dependencies): ObjectSource {
  const { config, cache, now, log, maxObjectBytes } = dependencies;
  const fetches = new Map<string, RunningFetch>();
  const large = new Set<string>();

  async function requestOrigin(
    request: ObjectRequest,
    extra: Readonly<Record<string, string>> = {},
  ): Promise<OriginResponse> {
    const { behaviour, plan, method, path, body, ip } = request;
    const origin = config.origins.get(behaviour.originId);
    const headers = { ...plan.originHeaders, ...extra, ...origin?.customHeaders };
    try {
      return await dependencies.origin(behaviour.originId)({
        method,
        path: `${origin?.path ?? ''}${path}`,
        query: plan.originQuery,
        headers,
        body,
        ip,
      });
    } catch (error) {
      const failure = error instanceof OriginError ? error : new OriginError(502, String(error));
      log(`${failure.status} for ${path}: ${failure.message}`);
      return originResponse(failure.status, 'text/html', errorPage(failure.status), { server: 'CloudFront' });
    }
  }

  /** Replaces the origin's response by the page of a custom error response. */
  async function withErrorPage(request: ObjectRequest, response: OriginResponse): Promise<OriginResponse> {
    const custom = config.errorResponses.get(response.status);
    if (!custom?.pagePath) return response;
    const page = await requestOrigin(dependencies.planErrorPage(custom.pagePath, request));
    if (page.status !== 200) {
      discardBody(page.body);
      return response;
    }
    discardBody(response.body);
    return { ...page, status: custom.responseCode ?? response.status };
  }

  function secondsToCache(
    behaviour: Behaviour,
    originStatus: number,
    headers: HeaderMap,
  ): number | undefined {
    if (originStatus >= 400)
      return errorTimeToLive(originStatus, headers, config.errorResponses.get(originStatus)?.ttl);
    // A partial response is never stored as the whole object.
    if (originStatus < 200 || originStatus === 206) return undefined;
    const seconds = timeToLive(headers, behaviour.cachePolicy, now());
    const canRevalidate = headers.etag !== undefined || headers['last-modified'] !== undefined;
    return seconds === 0 && !canRevalidate ? undefined : seconds;
  }

  async function fetchObject(
    request: ObjectRequest,
    stored: CachedObject | undefined,
    begun: number,
  ): Promise<FetchResult> {
    const { behaviour, plan } = request;
    const response = await requestOrigin(request, stored ? validatorsOf(stored) : {});

    if (stored && response.status === 304) {
      await readBody(response.body);
      return refreshed(request, stored, response.headers, begun);
    }
    if (stored && response.status >= 500 && mayServeStale(stored, now())) {
      discardBody(response.body);
      return { object: fromCache(stored, 'Hit'), tags: stored.tags, shareable: true };
    }

    // The origin has responded: an object that it replaced or removed must not be served at its next failure.
    if (stored && response.status < 500 && cache.get(plan.cacheKey) === stored) cache.delete(plan.cacheKey);

    const final = response.status >= 400 ? await withErrorPage(request, response) : response;
    const isError = response.status >= 400;
    const cacheStatus = isError ? 'Error' : 'Miss';
    const tags = config.cacheTagHeader ? parseCacheTags(final.headers[config.cacheTagHeader]) : [];
    const seconds = secondsToCache(behaviour, response.status, response.headers);
    let headers = withoutHeaders(final.headers, 'age', ...(forwardsCookies(behaviour) ? [] : ['set-cookie']));
    const length = contentLengthOf(headers);

    const store = (storedHeaders: HeaderMap, body: Buffer) => {
      if (seconds === undefined) return;
      cache.set(
        plan.cacheKey,
        {
          status: final.status,
          headers: withoutHeaders(storedHeaders, 'transfer-encoding'),
          body,
          isError,
          tags,
          objectPath: plan.objectPath,
          validators: {
            etag: headerOf(final.headers, 'etag'),
            lastModified: headerOf(final.headers, 'last-modified'),
          },
          storedAt: now(),
          freshUntil: now() + seconds * 1000,
        },
        begun,
      );
    };

    const encoding = plan.encodings[0];
    if (behaviour.compress && encoding && isCompressible(final.status, headers)) {
      const compressed = await compressBody(encoding, headers, await readBody(final.body));
      headers = compressed.headers;
      store(headers, compressed.body);
      const object: FoundObject = {
        status: final.status,
        headers,
        body: compressed.body,
        cacheStatus,
        age: undefined,
      };
      return { object, tags, shareable: seconds !== undefined };
    }

    const tooLarge = length !== undefined && length > maxObjectBytes;
    if (tooLarge) addLargeKey(plan.cacheKey);
    else large.delete(plan.cacheKey);
    const retain = seconds !== undefined && !tooLarge && request.method !== 'HEAD';
    const body = createSharedBody(final.body, {
      retain,
      limit: maxObjectBytes,
      highWater,
      expected: request.method === 'HEAD' ? undefined : length,
    });
    const object: FoundObject = { status: final.status, headers, body, cacheStatus, age: undefined };
    if (retain) {
      body.completed.then(
        (whole) => {
          if (whole) store({ ...headers, 'content-length': String(whole.length) }, whole);
        },
        () => {},
      );
    }
    return { object, tags, shareable: retain };
  }

  function refreshed(
    request: ObjectRequest,
    stored: CachedObject,
    fresh: HeaderMap,
    begun: number,
  ): FetchResult {
    // Size and encoding of the stored body are ours. All other headers of a 304 are newer (RFC 9111, 3.2).
    const updates = withoutHeaders(
      fresh,
      'content-length',
      'content-encoding',
      'etag',
      'age',
      'set-cookie',
      'vary',
    );
    const headers = { ...stored.headers, ...updates };
    const tagged = config.cacheTagHeader !== undefined && fresh[config.cacheTagHeader] !== undefined;
    const tags = tagged && config.cacheTagHeader ? parseCacheTags(fresh[config.cacheTagHeader]) : stored.tags;
    const seconds = timeToLive(headers, request.behaviour.cachePolicy, now()) ?? 0;
    const object: CachedObject = {
      ...stored,
      headers,
      tags,
      storedAt: now(),
      freshUntil: now() + seconds * 1000,
    };
    cache.set(request.plan.cacheKey, object, begun);
    return { object: fromCache(object, 'RefreshHit'), tags, shareable: true };
  }

  function addLargeKey(key: string) {
    large.add(key);
    if (large.size > maxLargeKeys)
      for (const oldest of [...large].slice(0, maxLargeKeys / 10)) large.delete(oldest);
  }

  function fromCache(object: CachedObject, cacheStatus: 'Hit' | 'RefreshHit'): FoundObject {
    return {
      status: object.status,
      headers: object.headers,
      body: object.body,
      cacheStatus: object.isError ? 'Error' : cacheStatus,
      age: Math.max(0, Math.floor((now() - object.storedAt) / 1000)),
    };
  }

  /** Starts a fetch. If `shared`, all requests for this key use it until the object is cached. */
  function startFetch(
    request: ObjectRequest,
    stored: CachedObject | undefined,
    shared: boolean,
  ): RunningFetch {
    const { cacheKey, objectPath } = request.plan;
    const begun = cache.begin();
    const finish = () => {
      cache.end(begun);
      if (fetches.get(cacheKey) === running) fetches.delete(cacheKey);
    };
    const result = fetchObject(request, stored, begun);
    const running: RunningFetch = { begun, objectPath, result };
    if (shared) fetches.set(cacheKey, running);
    result.then(({ object, shareable }) => {
      if (shareable && 'completed' in object.body) void object.body.completed.finally(finish);
      else finish();
    }, finish);
    return running;
  }

  const isPurged = (running: RunningFetch, tags: readonly string[]) =>
    cache.purgedSince(running.begun, running.objectPath, tags);

  /** Fetches from the origin for this visitor only. */
  async function passThrough(request: ObjectRequest): Promise<FoundObject> {
    const extra = {
      ...(request.range ? { range: request.range } : {}),
      ...(request.range && request.ifRange ? { 'if-range': request.ifRange } : {}),
    };
    const response = await requestOrigin(request, extra);
    const final = response.status >= 400 ? await withErrorPage(request, response) : response;
    const headers = withoutHeaders(
      final.headers,
      ...(forwardsCookies(request.behaviour) ? [] : ['set-cookie']),
    );
    const cacheStatus = response.status >= 400 ? 'Error' : 'Miss';
    const encoding = request.plan.encodings[0];
    if (
      request.behaviour.compress &&
      encoding &&
      request.method !== 'HEAD' &&
      isCompressible(final.status, headers)
    ) {
      const compressed = await compressBody(encoding, headers, await readBody(final.body));
      return { status: final.status, ...compressed, cacheStatus, age: undefined };
    }
    const expected = request.method === 'HEAD' ? undefined : contentLengthOf(headers);
    const body = createSharedBody(final.body, { retain: false, limit: 0, highWater, expected });
    return { status: final.status, headers, body, cacheStatus, age: undefined };
  }

  return {
    async find(request) {
      const { behaviour, plan, method } = request;
      if (!behaviour.cachedMethods.has(method) || behaviour.cachePolicy.maxTtl === 0)
        return passThrough(request);
      const stored = cache.get(plan.cacheKey);
      if (stored && now() < stored.freshUntil) return fromCache(stored, 'Hit');
      if (method === 'HEAD' || (request.range !== undefined && large.has(plan.cacheKey)))
        return passThrough(request);

      const refreshable = stored && !stored.isError ? stored : undefined;
      const running = fetches.get(plan.cacheKey);
      if (refreshable && mayServeWhileRevalidating(refreshable, now())) {
        if (!running) void startFetch(request, refreshable, true).result.then(abandonUncached, () => {});
        return fromCache(refreshable, 'Hit');
      }
      if (running && !isPurged(running, [])) {
        const { object, tags, shareable } = await running.result;
        if (shareable && !isPurged(running, tags)) return object;
      }
      // Later visitors share one fetch; a second fetch for the same key serves only its own visitor.
      const other = fetches.get(plan.cacheKey);
      const current = refreshable && cache.get(plan.cacheKey) === refreshable ? refreshable : undefined;
      const own = startFetch(request, current, other === undefined || isPurged(other, []));
      const { object, shareable } = await own.result;
      const rangeOfWhole = request.range !== undefined && object.status === 200 && !shareable;
      if (rangeOfWhole && !Buffer.isBuffer(object.body)) {
        object.body.abandon();
        return passThrough(request);
      }
      return object;
    },
  };
}

function abandonUncached({ object, shareable }: FetchResult) {
  if (!shareable && !Buffer.isBuffer(object.body)) object.body.abandon();
}

function validatorsOf({ validators }: CachedObject): Record<string, string> {
  return {
    ...(validators.etag ? { 'if-none-match': validators.etag } : {}),
    ...(validators.lastModified ? { 'if-modified-since': validators.lastModified } : {}),
  };
}

function forwardsCookies({ cachePolicy, originRequestPolicy }: Behaviour): boolean {
  return (
    cachePolicy.cookies.take !== 'none' || (originRequestPolicy?.cookies ?? { take: 'none' }).take !== 'none'
  );
}

/**
 * Whether a stale object may replace an error of the origin: unless the origin forbids it or `stale-if-error` has
 * expired. Source: CloudFront Developer Guide, "Serving stale content".
 */
function mayServeStale({ headers, freshUntil }: CachedObject, now: number): boolean {
  const control = parseCacheControl(headerOf(headers, 'cache-control'));
  if (control.has('must-revalidate') || control.has('proxy-revalidate') || control.has('no-cache'))
    return false;
  const limit = secondsOf(control.get('stale-if-error'));
  return limit === undefined || now < freshUntil + limit * 1000;
}

function mayServeWhileRevalidating({ headers, freshUntil }: CachedObject, now: number): boolean {
  const limit = secondsOf(
    parseCacheControl(headerOf(headers, 'cache-control')).get('stale-while-revalidate'),
  );
  return limit !== undefined && now < freshUntil + limit * 1000;
}

/** The page for an error of the edge itself. */
export function errorPage(status: number, reason = 'The request could not be satisfied.'): string {
  return `<!doctype html><title>${status}</title><h1>${status}</h1><p>${reason}</p><p>Local CloudFront</p>\n`;
}
