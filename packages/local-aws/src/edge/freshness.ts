import type { HeaderMap } from './messages.ts';
import { headerOf } from './messages.ts';

/** The times of a cache policy, in seconds. */
export interface TtlPolicy {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
}

/** Directives of a Cache-Control header by lower-case name. A directive without an argument is `true`. */
export function parseCacheControl(header: string | undefined): ReadonlyMap<string, string | true> {
  const directives = new Map<string, string | true>();
  for (const part of (header ?? '').split(',')) {
    const [name, value] = part.split('=', 2).map((piece) => piece.trim());
    if (name) directives.set(name.toLowerCase(), value === undefined ? true : value.replaceAll('"', ''));
  }
  return directives;
}

/** The seconds of a directive; undefined if it is missing or not a whole number. */
export function secondsOf(directive: string | true | undefined): number | undefined {
  return typeof directive === 'string' && /^\d+$/.test(directive) ? Number(directive) : undefined;
}

/**
 * Seconds that an object stays fresh at the edge; undefined if it is not stored.
 *
 * `s-maxage` takes precedence over `max-age`, and both over `Expires`, within the policy's minimum and maximum.
 * An object with `no-cache`, `no-store` or `private` is not stored unless the minimum is above 0.
 * Source: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache".
 *
 * @param now milliseconds since 1970
 */
export function timeToLive(headers: HeaderMap, policy: TtlPolicy, now: number): number | undefined {
  if (policy.maxTtl === 0) return undefined;
  const control = parseCacheControl(headerOf(headers, 'cache-control'));
  if (control.has('no-store') || control.has('no-cache') || control.has('private')) {
    return policy.minTtl > 0 ? policy.minTtl : undefined;
  }
  const bounded = (seconds: number) => Math.min(Math.max(seconds, policy.minTtl), policy.maxTtl);
  const age = secondsOf(control.get('s-maxage')) ?? secondsOf(control.get('max-age'));
  if (age !== undefined) return bounded(age);
  const expires = headerOf(headers, 'expires');
  if (expires !== undefined) {
    const time = Date.parse(expires);
    return bounded(Number.isNaN(time) ? 0 : Math.max(0, Math.floor((time - now) / 1000)));
  }
  return Math.max(policy.defaultTtl, policy.minTtl);
}

/** Errors that CloudFront always stores. Source: Developer Guide, "HTTP 4xx and 5xx status codes". */
const alwaysStored = new Set([404, 414, 500, 501, 502, 503, 504]);
/** Seconds; source: as above. */
const defaultErrorTtl = 10;
/** Errors that the origin can keep out of the cache. Source: Developer Guide, "Control how long CloudFront caches errors". */
const refusable = new Set([404, 410, 414, 501]);

/**
 * Seconds that an error is cached: the configured minimum (default 10) or the origin's max-age, whichever is longer.
 * Undefined if it is not cached: a minimum of 0 without max-age; 404, 410, 414 and 501 with no-store, no-cache or private;
 * 400, 403, 405, 412 and 415 without a configured minimum and without max-age.
 */
export function errorTimeToLive(
  status: number,
  headers: HeaderMap,
  configured: number | undefined,
): number | undefined {
  const control = parseCacheControl(headerOf(headers, 'cache-control'));
  const isRefused = control.has('no-store') || control.has('no-cache') || control.has('private');
  if (isRefused && refusable.has(status)) return undefined;
  const age = secondsOf(control.get('s-maxage')) ?? secondsOf(control.get('max-age'));
  const minimum = configured ?? (alwaysStored.has(status) ? defaultErrorTtl : undefined);
  if (minimum === undefined && age === undefined) return undefined;
  const seconds = Math.max(minimum ?? 0, age ?? 0);
  return seconds > 0 ? seconds : undefined;
}
