/** The lifetimes of delivered responses, in seconds (docs/delivery.md). */

/** The longest time that the edge keeps an image, `stale-while-revalidate` included, as specified. */
export const maxEdgeSeconds = 36_000;

/** Browsers revalidate after ten minutes. */
export const browserSeconds = 600;

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

/** For an address that contains the version of what it serves. */
export const immutableCacheControl = `public, max-age=${yearSeconds}, immutable, stale-if-error=${errorSeconds}`;

/** For the edge alone: browsers ask each time. */
export function edgeCacheControl(edge: number): string {
  return `public, max-age=0, s-maxage=${edge}`;
}
