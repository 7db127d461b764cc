import sharp from 'sharp';
import type { MediaFacts } from '../../domain/assets/media-facts.ts';
import type { Failure } from '../../domain/failure.ts';
import type { AcceptedType } from '../../domain/uploads/accepted-types.ts';
import { decodeMemory } from '../../domain/uploads/decode-memory.ts';
import { maxDecodeMemory, maxPixels } from '../../domain/uploads/limits.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';

// A function processes one file at a time; a cache would only keep its pixels in memory.
sharp.cache(false);

/** Seconds. An image that takes longer to decode is refused; 268 megapixels of JPEG take about 3. */
const decodeSeconds = 60;

/** Width and height of the image that the decode check makes: small, but made of every line of the source. */
const checkPixels = 64;

/**
 * The facts of an image, and warnings for its owner.
 *
 * Every image is decoded to its last line and scaled down while it is read. A header alone does not show truncation or
 * damage, and the first visitor would find them. This costs no more than one transform.
 * @throws Failure `upload.file-refused`
 */
export async function readImage(
  bytes: Uint8Array,
  accepted: AcceptedType,
): Promise<{
  facts: Omit<MediaFacts<'image' | 'animated-gif'>, 'mimeType' | 'bytes'>;
  warnings: string[];
}> {
  const options = { limitInputPixels: false, failOn: 'error', sequentialRead: true } as const;
  const metadata = await sharp(bytes, options)
    .metadata()
    .catch((cause: unknown) => {
      throw undecodable(accepted, cause);
    });
  // Both detections of the type must agree before a pixel is decoded, so that no other decoder gets the bytes.
  if (metadata.format !== accepted.decoder) {
    throw refusedFile(`The file begins as ${accepted.label}, but continues as something else`);
  }
  const { width, height } = metadata.autoOrient;
  const pixels = width * height;
  if (pixels > maxPixels) {
    throw refusedFile(
      `The image has ${width} × ${height} = ${pixels} pixels; at most ${maxPixels} are allowed`,
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
      `Decoding the image (${width} × ${height}) would take ${memory} bytes of memory; at most ${maxDecodeMemory} are allowed. ` +
        'Save it smaller, or in a format that is read line by line: TIFF, or JPEG or PNG without progressive or interlaced mode',
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
    warnings:
      pages > 1 && !animatedGif ? [`It has ${pages} pages or frames; only the first one is shown`] : [],
  };
}

function undecodable(accepted: AcceptedType, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : '';
  return refusedFile(`The file begins as ${accepted.label} but is damaged or cut off (${reason})`, cause);
}
