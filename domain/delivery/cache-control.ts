/** The lifetimes of delivered responses, in seconds (docs/delivery.md). */
import { browserSeconds } from './browser-seconds.ts';

/** The longest time that the edge keeps an image, `stale-while-revalidate` included, as specified. */
export const maxEdgeSeconds = 36_000;

/** Default images that replace something else than an unknown id: one hour. */
export const defaultImageSeconds = 3_600;

/** Responses to `req=` that are no image: six minutes. */
export const responseSeconds = 360;

/** Unknown ids. An asset that is published is there after as long. CloudFront keeps no 404 with `no-store`. */
export const notFoundSeconds = 5;

/**
 * Part of the edge's lifetime in which it still serves the image while it asks whether there is a newer one. Visitors of an image
 * that is requested once a minute never wait for that. Browsers do the same, so the time is short.
 */
const revalidationSeconds = 60;

/** How long an image is served if nothing but errors of the image server can be had: a day. */
const errorSeconds = 86_400;

const yearSeconds = 31_536_000;

/**
 * For an image or a file.
 * @param edge lifetime at the edge, `stale-while-revalidate` included
 */
export function imageCacheControl(edge: number = maxEdgeSeconds, browser: number = browserSeconds): string {
  const stale = Math.min(revalidationSeconds, Math.floor(edge / 2));
  return `public, max-age=${browser}, s-maxage=${edge - stale}, stale-while-revalidate=${stale}, stale-if-error=${errorSeconds}`;
}

/**
 * For a file or video whose time ends. The object in S3 has one header for its whole life, so browsers ask each time; finish-file lets
 * them keep it for the time that is left, and refuses it after its end, whatever the edge has kept.
 */
export const datedFileCacheControl = `public, max-age=0, s-maxage=${maxEdgeSeconds}, stale-if-error=0`;

/**
 * Cuts all lifetimes of a response to the time that is left, so that neither the edge nor a browser shows it later, not even while it
 * asks for a newer one or the origin fails. A response that ends before stays as it is.
 * @param cacheControl as one of the functions of this file makes it
 * @param secondsLeft until the time of what it shows ends
 */
export function cutCacheControl(cacheControl: string, secondsLeft: number): string {
  const left = Math.max(0, Math.floor(secondsLeft));
  const seconds = (name: string) => {
    const [, found] = new RegExp(`(?:^|[ ,])${name}=(\\d+)`).exec(cacheControl) ?? [];
    return found === undefined ? 0 : Number(found);
  };
  const fresh = Math.max(seconds('max-age'), seconds('s-maxage'));
  const revalidation = Math.min(seconds('stale-while-revalidate'), Math.floor(left / 2));
  const isOver = fresh + Math.max(seconds('stale-while-revalidate'), seconds('stale-if-error')) > left;
  if (!isOver) return cacheControl;
  const maxFresh = left - revalidation;
  const limits: Readonly<Record<string, number>> = {
    'max-age': maxFresh,
    's-maxage': maxFresh,
    'stale-while-revalidate': revalidation,
    'stale-if-error': left - Math.min(fresh, maxFresh),
  };
  return cacheControl
    .split(', ')
    .map((directive) => {
      const [name = '', value] = directive.split('=');
      const limit = limits[name];
      return limit === undefined ? directive : `${name}=${Math.min(Number(value), limit)}`;
    })
    .join(', ');
}

/** For an address that contains the version of what it serves. */
export const immutableCacheControl = `public, max-age=${yearSeconds}, immutable, stale-if-error=${errorSeconds}`;

/** For the edge alone: browsers ask each time. */
export function edgeCacheControl(edge: number): string {
  return `public, max-age=0, s-maxage=${edge}`;
}
