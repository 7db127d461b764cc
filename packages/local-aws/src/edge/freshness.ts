import type { HeaderMap } from './messages.ts';
import { headerOf } from './messages.ts';

/** The times of a cache policy, in seconds. */
export interface TtlPolicy {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
}

/** Directives of a Cache-Control header by lower-case name; a directive without argument is `true`. */
export function parseCacheControl(header: string | undefined): ReadonlyMap<string, string | true> {
  const directives = new Map<string, string | true>();
  for (const part of (header ?? '').split(',')) {
    const [name, value] = part.split('=', 2).map((piece) => piece.trim());
    if (name) directives.set(name.toLowerCase(), value === undefined ? true : value.replaceAll('"', ''));
  }
  return directives;
}

/** A directive's whole number of seconds; undefined where it is missing or no number. */
export function secondsOf(directive: string | true | undefined): number | undefined {
  return typeof directive === 'string' && /^\d+$/.test(directive) ? Number(directive) : undefined;
}

/**
 * How many seconds an object stays fresh at the edge; undefined where it is not stored at all.
 *
 * `s-maxage` goes before `max-age`, both before `Expires`; the policy's minimum and maximum bound the result.
 * `no-cache`, `no-store` and `private` keep it out of the cache unless the minimum is above 0.
 * Source: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache".
 *
 * @param now milliseconds since the epoch
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

/** Errors that CloudFront stores whatever the origin says. Source: Developer Guide, "HTTP 4xx and 5xx status codes". */
const alwaysStored = new Set([404, 414, 500, 501, 502, 503, 504]);
/** Seconds; source: as above. */
const defaultErrorTtl = 10;

/**
 * How many seconds an error is kept: the configured minimum (10 without one) or the origin's max-age, whichever
 * is longer. Undefined where it isn't kept: a minimum of 0 without max-age, and 400, 403, 405, 412 and 415
 * that neither the configuration nor a max-age of the origin names.
 */
export function errorTimeToLive(
  status: number,
  headers: HeaderMap,
  configured: number | undefined,
): number | undefined {
  const control = parseCacheControl(headerOf(headers, 'cache-control'));
  const age = secondsOf(control.get('s-maxage')) ?? secondsOf(control.get('max-age'));
  const minimum = configured ?? (alwaysStored.has(status) ? defaultErrorTtl : undefined);
  if (minimum === undefined && age === undefined) return undefined;
  const seconds = Math.max(minimum ?? 0, age ?? 0);
  return seconds > 0 ? seconds : undefined;
}
