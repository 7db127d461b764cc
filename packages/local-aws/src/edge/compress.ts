import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { HeaderMap } from './messages.ts';
import { contentLengthOf, headerOf } from './messages.ts';

/** Types that CloudFront compresses. Source: Developer Guide, "Serve compressed files". */
const compressible = new Set([
  'application/dash+xml',
  'application/eot',
  'application/font',
  'application/font-sfnt',
  'application/javascript',
  'application/json',
  'application/opentype',
  'application/otf',
  'application/pdf',
  'application/pkcs7-mime',
  'application/protobuf',
  'application/rss+xml',
  'application/truetype',
  'application/ttf',
  'application/vnd.apple.mpegurl',
  'application/vnd.mapbox-vector-tile',
  'application/vnd.ms-fontobject',
  'application/wasm',
  'application/xhtml+xml',
  'application/xml',
  'application/x-font-opentype',
  'application/x-font-truetype',
  'application/x-font-ttf',
  'application/x-httpd-cgi',
  'application/x-javascript',
  'application/x-mpegurl',
  'application/x-opentype',
  'application/x-otf',
  'application/x-perl',
  'application/x-ttf',
  'font/eot',
  'font/opentype',
  'font/otf',
  'font/ttf',
  'image/svg+xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/javascript',
  'text/js',
  'text/plain',
  'text/richtext',
  'text/tab-separated-values',
  'text/xml',
  'text/x-component',
  'text/x-java-source',
  'text/x-script',
  'vnd.apple.mpegurl',
]);

/** Bytes; source: as above. */
const minBytes = 1_000;
const maxBytes = 10_000_000;

/** Whether CloudFront compresses this response of an origin. */
export function isCompressible(status: number, headers: HeaderMap): boolean {
  const type = headerOf(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  const length = contentLengthOf(headers);
  return (
    (status === 200 || status === 403 || status === 404) &&
    headers['content-encoding'] === undefined &&
    type !== undefined &&
    compressible.has(type) &&
    length !== undefined &&
    length >= minBytes &&
    length <= maxBytes
  );
}

const compressors = {
  br: (body: Buffer) =>
    // Quality 5 takes about as long as gzip and compresses better. CloudFront does not document its quality.
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body: Buffer) => promisify(gzip)(body),
};

/** Compresses a body. Its ETag becomes weak, as with CloudFront. */
export async function compressBody(
  encoding: 'br' | 'gzip',
  headers: HeaderMap,
  body: Buffer,
): Promise<{ headers: HeaderMap; body: Buffer }> {
  const compressed = await compressors[encoding](body);
  const etag = headerOf(headers, 'etag');
  return {
    body: compressed,
    headers: {
      ...headers,
      'content-encoding': encoding,
      'content-length': String(compressed.length),
      vary: addVary(headerOf(headers, 'vary'), 'Accept-Encoding'),
      ...(etag && !etag.startsWith('W/') ? { etag: `W/${etag}` } : {}),
    },
  };
}

/** Adds a name to a Vary header if it is missing. */
export function addVary(vary: string | undefined, name: string): string {
  if (!vary) return name;
  const known = vary.split(',').map((part) => part.trim().toLowerCase());
  return known.includes(name.toLowerCase()) || known.includes('*') ? vary : `${vary}, ${name}`;
}
