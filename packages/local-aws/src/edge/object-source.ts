/**
 * Where an answer comes from: the cache, a fetch that is under way for another visitor, or the origin.
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

/** An answer before it is fitted to one visitor's conditions and range. */
export interface FoundObject {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Buffer | SharedBody;
  readonly found: 'Miss' | 'Hit' | 'RefreshHit' | 'Error';
  /** Seconds in the cache; undefined for what comes from the origin. */
  readonly age: number | undefined;
}

/** What is asked for, after the viewer-request function. */
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
  /** The request for a custom error page, planned as its own behaviour says. */
  readonly planErrorPage: (path: string, request: ObjectRequest) => ObjectRequest;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Bytes; larger objects are passed on and not kept. */
  readonly maximumObjectBytes: number;
}

/** A fetch under way for a cache key. */
interface Flight {
  readonly begun: number;
  readonly objectPath: string;
  readonly result: Promise<FlightResult>;
}

interface FlightResult {
  readonly object: FoundObject;
  readonly tags: readonly string[];
  /** It goes to the cache, so whoever asks meanwhile may have it too. */
  readonly shareable: boolean;
}

/** Bytes that an uncached body may be ahead of its visitor. */
const highWater = 4 * 1024 * 1024;
/** Keys remembered as too large to keep, so that ranges of them go to the origin at once. */
const rememberedLarge = 10_000;

export function createObjectSource(dependencies: Dependencies): ObjectSource {
  const { config, cache, now, log, maximumObjectBytes } = dependencies;
  const flights = new Map<string, Flight>();
  const large = new Set<string>();

  async function ask(
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

  /** The page that a custom error response names, in place of the origin's answer. */
  async function withErrorPage(request: ObjectRequest, response: OriginResponse): Promise<OriginResponse> {
    const custom = config.errorResponses.get(response.status);
    if (!custom?.pagePath) return response;
    const page = await ask(dependencies.planErrorPage(custom.pagePath, request));
    if (page.status !== 200) {
      discardBody(page.body);
      return response;
    }
    discardBody(response.body);
    return { ...page, status: custom.responseCode ?? response.status };
  }

  function timesOf(behaviour: Behaviour, originStatus: number, headers: HeaderMap): number | undefined {
    if (originStatus >= 400)
      return errorTimeToLive(originStatus, headers, config.errorResponses.get(originStatus)?.ttl);
    // A partial answer is never kept as the whole.
    if (originStatus < 200 || originStatus === 206) return undefined;
    const seconds = timeToLive(headers, behaviour.cachePolicy, now());
    const canBeAskedFor = headers.etag !== undefined || headers['last-modified'] !== undefined;
    return seconds === 0 && !canBeAskedFor ? undefined : seconds;
  }

  async function fetchObject(
    request: ObjectRequest,
    stored: CachedObject | undefined,
    begun: number,
  ): Promise<FlightResult> {
    const { behaviour, plan } = request;
    const response = await ask(request, stored ? validatorsOf(stored) : {});

    if (stored && response.status === 304) {
      await readBody(response.body);
      return refreshed(request, stored, response.headers, begun);
    }
    if (stored && response.status >= 500 && mayServeStale(stored, now())) {
      discardBody(response.body);
      return { object: fromCache(stored, 'Hit'), tags: stored.tags, shareable: true };
    }

    // The origin has spoken: what it replaced or removed must not come back at its next failure.
    if (stored && response.status < 500 && cache.get(plan.cacheKey) === stored) cache.delete(plan.cacheKey);

    const final = response.status >= 400 ? await withErrorPage(request, response) : response;
    const isError = response.status >= 400;
    const found = isError ? 'Error' : 'Miss';
    const tags = config.cacheTagHeader ? parseCacheTags(final.headers[config.cacheTagHeader]) : [];
    const seconds = timesOf(behaviour, response.status, response.headers);
    let headers = withoutHeaders(final.headers, 'age', ...(forwardsCookies(behaviour) ? [] : ['set-cookie']));
    const length = contentLengthOf(headers);

    const keep = (kept: HeaderMap, body: Buffer) => {
      if (seconds === undefined) return;
      cache.set(
        plan.cacheKey,
        {
          status: final.status,
          headers: withoutHeaders(kept, 'transfer-encoding'),
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
      keep(headers, compressed.body);
      const object: FoundObject = {
        status: final.status,
        headers,
        body: compressed.body,
        found,
        age: undefined,
      };
      return { object, tags, shareable: seconds !== undefined };
    }

    const tooLarge = length !== undefined && length > maximumObjectBytes;
    if (tooLarge) rememberLarge(plan.cacheKey);
    else large.delete(plan.cacheKey);
    const retain = seconds !== undefined && !tooLarge && request.method !== 'HEAD';
    const body = createSharedBody(final.body, {
      retain,
      limit: maximumObjectBytes,
      highWater,
      expected: request.method === 'HEAD' ? undefined : length,
    });
    const object: FoundObject = { status: final.status, headers, body, found, age: undefined };
    if (retain) {
      body.completed.then(
        (whole) => {
          if (whole) keep({ ...headers, 'content-length': String(whole.length) }, whole);
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
  ): FlightResult {
    // The size and coding of what is kept are ours; everything else a 304 brings is newer (RFC 9111, 3.2).
    const news = withoutHeaders(
      fresh,
      'content-length',
      'content-encoding',
      'etag',
      'age',
      'set-cookie',
      'vary',
    );
    const headers = { ...stored.headers, ...news };
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

  function rememberLarge(key: string) {
    large.add(key);
    if (large.size > rememberedLarge)
      for (const oldest of [...large].slice(0, rememberedLarge / 10)) large.delete(oldest);
  }

  function fromCache(object: CachedObject, found: 'Hit' | 'RefreshHit'): FoundObject {
    return {
      status: object.status,
      headers: object.headers,
      body: object.body,
      found: object.isError ? 'Error' : found,
      age: Math.max(0, Math.floor((now() - object.storedAt) / 1000)),
    };
  }

  /** Fetches; where `shared`, for everybody who asks for this key until it is in the cache. */
  function launch(request: ObjectRequest, stored: CachedObject | undefined, shared: boolean): Flight {
    const { cacheKey, objectPath } = request.plan;
    const begun = cache.begin();
    const land = () => {
      cache.end(begun);
      if (flights.get(cacheKey) === flight) flights.delete(cacheKey);
    };
    const result = fetchObject(request, stored, begun);
    const flight: Flight = { begun, objectPath, result };
    if (shared) flights.set(cacheKey, flight);
    result.then(({ object, shareable }) => {
      if (shareable && 'completed' in object.body) void object.body.completed.finally(land);
      else land();
    }, land);
    return flight;
  }

  const isPurged = (flight: Flight, tags: readonly string[]) =>
    cache.purgedSince(flight.begun, flight.objectPath, tags);

  /** Straight from the origin to this visitor. */
  async function passThrough(request: ObjectRequest): Promise<FoundObject> {
    const extra = {
      ...(request.range ? { range: request.range } : {}),
      ...(request.range && request.ifRange ? { 'if-range': request.ifRange } : {}),
    };
    const response = await ask(request, extra);
    const final = response.status >= 400 ? await withErrorPage(request, response) : response;
    const headers = withoutHeaders(
      final.headers,
      ...(forwardsCookies(request.behaviour) ? [] : ['set-cookie']),
    );
    const found = response.status >= 400 ? 'Error' : 'Miss';
    const encoding = request.plan.encodings[0];
    if (
      request.behaviour.compress &&
      encoding &&
      request.method !== 'HEAD' &&
      isCompressible(final.status, headers)
    ) {
      const compressed = await compressBody(encoding, headers, await readBody(final.body));
      return { status: final.status, ...compressed, found, age: undefined };
    }
    const expected = request.method === 'HEAD' ? undefined : contentLengthOf(headers);
    const body = createSharedBody(final.body, { retain: false, limit: 0, highWater, expected });
    return { status: final.status, headers, body, found, age: undefined };
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
      const underWay = flights.get(plan.cacheKey);
      if (refreshable && mayServeWhileRevalidating(refreshable, now())) {
        if (!underWay) void launch(request, refreshable, true).result.then(abandonUnkept, () => {});
        return fromCache(refreshable, 'Hit');
      }
      if (underWay && !isPurged(underWay, [])) {
        const { object, tags, shareable } = await underWay.result;
        if (shareable && !isPurged(underWay, tags)) return object;
      }
      // One flight is enough for those who come later; a second one for the same key only serves its own visitor.
      const other = flights.get(plan.cacheKey);
      const current = refreshable && cache.get(plan.cacheKey) === refreshable ? refreshable : undefined;
      const flight = launch(request, current, other === undefined || isPurged(other, []));
      const { object, shareable } = await flight.result;
      const rangeOfWhole = request.range !== undefined && object.status === 200 && !shareable;
      if (rangeOfWhole && !Buffer.isBuffer(object.body)) {
        object.body.abandon();
        return passThrough(request);
      }
      return object;
    },
  };
}

function abandonUnkept({ object, shareable }: FlightResult) {
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
 * A stale object is better than the origin's failure, unless the origin forbids it or `stale-if-error` has run
 * out. Source: CloudFront Developer Guide, "Serving stale content".
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

/** The page for an error that the edge itself makes. */
export function errorPage(status: number, reason = 'The request could not be satisfied.'): string {
  return `<!doctype html><title>${status}</title><h1>${status}</h1><p>${reason}</p><p>Local CloudFront</p>\n`;
}
