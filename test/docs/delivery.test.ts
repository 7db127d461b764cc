/** Which of the accepted types CloudFront compresses: docs/delivery.md names those that stay as they are. */
import { isCompressible } from '@pressroom/local-aws/edge/compress';
import { describe, expect, it } from 'vitest';
import { acceptedTypes } from '../../domain/uploads/accepted-types.ts';

const textTypes = ['svg', 'xml', 'text', 'css', 'javascript', 'html', 'font', 'caption'];

/** Not on CloudFront's list. WOFF and WOFF2 are compressed already; the others are small or rare. */
const uncompressed = [
  'application/ttml+xml',
  'application/x-font-afm',
  'application/x-font-pfm',
  'application/x-font-type1',
  'application/x-subrip',
  'font/collection',
  'font/woff',
  'font/woff2',
  'text/calendar',
  'text/markdown',
  'text/vcard',
  'text/vtt',
  'text/x-sbv',
  'text/x-scc',
];

describe('text types', () => {
  it('are compressed at the edge, except those that CloudFront does not know', () => {
    const types = Object.entries(acceptedTypes)
      .filter(([, { type }]) => textTypes.includes(type))
      .map(([mime]) => mime);
    const left = types.filter(
      (mime) => !isCompressible(200, { 'content-type': mime, 'content-length': '5000' }),
    );
    expect(left.toSorted()).toEqual(uncompressed);
  });
});
