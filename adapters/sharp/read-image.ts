import sharp from 'sharp';
import type { MediaFacts } from '../../domain/assets/asset.ts';
import type { Failure } from '../../domain/failure.ts';
import type { AcceptedType } from '../../domain/uploads/accepted-types.ts';
import { decodeMemory } from '../../domain/uploads/decode-memory.ts';
import { maxDecodeMemory, maxPixels } from '../../domain/uploads/limits.ts';
import { refusedFile } from '../media/refused-file.ts';

// A function works on one file at a time; a cache would only hold its pixels.
sharp.cache(false);

/** Seconds. A decode that takes longer is refused; 268 megapixels of JPEG take about 3. */
const decodeSeconds = 60;

/** Pixels a side of what the decode check makes; small, but every line of the source is needed for it. */
const checkPixels = 64;

/**
 * The facts of an image, and what its owner may want to know of it.
 *
 * Every image is decoded to its last line, scaled down as it is read: a header alone shows neither truncation nor
 * damage, which would else come to light at the first visitor. That costs no more than one transform would.
 * @throws Failure `upload.file-refused`
 */
export async function readImage(
  bytes: Uint8Array,
  accepted: AcceptedType,
): Promise<{
  facts: Omit<MediaFacts, 'type' | 'mimeType' | 'bytes'> & { type: 'image' | 'animated-gif' };
  warnings: string[];
}> {
  const options = { limitInputPixels: false, failOn: 'error', sequentialRead: true } as const;
  const metadata = await sharp(bytes, options)
    .metadata()
    .catch((cause: unknown) => {
      throw undecodable(accepted, cause);
    });
  // Two ways to tell a type must agree before a pixel is decoded: no other decoder is ever let near the bytes.
  if (metadata.format !== accepted.decoder) {
    throw refusedFile(`The file begins as ${accepted.label}, but goes on as something else`);
  }
  const { width, height } = metadata.autoOrient;
  const pixels = width * height;
  if (pixels > maxPixels) {
    throw refusedFile(
      `The image has ${width} × ${height} = ${pixels} pixels; at most ${maxPixels} are taken`,
    );
  }
  const memory = decodeMemory({
    format: metadata.format,
    width,
    height,
    channels: metadata.channels,
    bits: metadata.bitsPerSample ?? (metadata.depth === 'uchar' ? 8 : 16),
    isProgressive: metadata.isProgressive,
  });
  if (memory > maxDecodeMemory) {
    throw refusedFile(
      `Decoding the image (${width} × ${height}) would take ${memory} bytes of memory; at most ${maxDecodeMemory} are given. ` +
        'Save it smaller, or in a format that is read line by line: TIFF, or JPEG or PNG that is not progressive or interlaced',
    );
  }
  await sharp(bytes, { ...options, limitInputPixels: maxPixels })
    .resize({ width: checkPixels, height: checkPixels, fit: 'fill', fastShrinkOnLoad: true })
    .timeout({ seconds: decodeSeconds })
    .raw()
    .toBuffer()
    .catch((cause: unknown) => {
      throw undecodable(accepted, cause);
    });

  const pages = metadata.pages ?? 1;
  const animatedGif = metadata.format === 'gif' && pages > 1;
  return {
    facts: {
      type: animatedGif ? 'animated-gif' : 'image',
      width,
      height,
      colourSpace: metadata.space,
      hasAlpha: metadata.hasAlpha,
      ...(metadata.orientation === undefined ? {} : { orientation: metadata.orientation }),
    },
    warnings: pages > 1 && !animatedGif ? [`It has ${pages} pages or frames; images show the first one`] : [],
  };
}

function undecodable(accepted: AcceptedType, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : '';
  return refusedFile(`The file begins as ${accepted.label} but is damaged or cut off (${reason})`, cause);
}
