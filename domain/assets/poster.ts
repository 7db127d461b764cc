import { Failure } from '../failure.ts';

/** Bytes of a poster: in a request it is base64 within a body of 1 MB. A picture of 1,280 × 720 pixels has 100 to 300 kB. */
export const maxPosterBytes = 700_000;

/** The first bytes of what browsers write of a canvas, in hexadecimal digits. */
const beginnings: Readonly<Record<string, RegExp>> = {
  'image/jpeg': /^ffd8ff/,
  'image/png': /^89504e470d0a1a0a/,
  // RIFF, a length, WEBPVP8
  'image/webp': /^52494646.{8}57454250565038/,
};

/**
 * The MIME type of a poster. Whether it can be decoded is seen when its thumbnail is made: a video whose poster is damaged has a card.
 * @throws Failure `poster.refused`
 */
export function posterType(bytes: Uint8Array): string {
  if (bytes.length > maxPosterBytes)
    throw refused(`has ${bytes.length} bytes; at most ${maxPosterBytes} are allowed`);
  const head = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const [type] = Object.entries(beginnings).find(([, beginning]) => beginning.test(head)) ?? [];
  if (type === undefined) throw refused('is not a JPEG, PNG or WebP image');
  return type;
}

function refused(why: string): Failure {
  return new Failure('poster.refused', `The poster ${why}`);
}
