import type { HeaderMap } from './messages.ts';
import { headerOf } from './messages.ts';

const opaque = (etag: string) => etag.trim().replace(/^W\//, '');

/**
 * Whether the visitor already has this object. If-None-Match takes precedence over If-Modified-Since (RFC 9110, 13.2.2).
 */
export function isNotModified(request: HeaderMap, object: HeaderMap): boolean {
  const noneMatch = headerOf(request, 'if-none-match');
  const etag = headerOf(object, 'etag');
  if (noneMatch !== undefined) {
    if (noneMatch.trim() === '*') return true;
    return etag !== undefined && noneMatch.split(',').some((candidate) => opaque(candidate) === opaque(etag));
  }
  const since = Date.parse(headerOf(request, 'if-modified-since') ?? '');
  const modified = Date.parse(headerOf(object, 'last-modified') ?? '');
  return !Number.isNaN(since) && !Number.isNaN(modified) && modified <= since;
}

/** Whether a range of this object may be returned. If-Range requires the identical object (RFC 9110, 13.1.5). */
export function rangeApplies(request: HeaderMap, object: HeaderMap): boolean {
  const condition = headerOf(request, 'if-range');
  if (condition === undefined) return true;
  const etag = headerOf(object, 'etag');
  if (condition.startsWith('"')) return etag === condition;
  if (condition.startsWith('W/')) return false;
  return condition === headerOf(object, 'last-modified');
}

/** Bytes of a range; `end` is exclusive. */
export type ByteRange = { readonly kind: 'part'; readonly start: number; readonly end: number };

/**
 * Parses a Range header for a body of `length` bytes. Undefined if it is missing, malformed or has several ranges: the
 * response then has the whole body (RFC 9110, 14.2).
 */
export function parseRange(
  header: string | undefined,
  length: number,
): ByteRange | { kind: 'unsatisfiable' } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffix = Number(last);
    if (suffix === 0 || length === 0) return { kind: 'unsatisfiable' };
    return { kind: 'part', start: Math.max(0, length - suffix), end: length };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= length) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: last === '' ? length : Math.min(length, Number(last) + 1) };
}
