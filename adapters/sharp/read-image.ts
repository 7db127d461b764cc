import sharp from 'sharp';
import { divisorOf } from '../../domain/delivery/reduction.ts';
import type { Failure } from '../../domain/failure.ts';
import type { AcceptedType } from '../../domain/uploads/accepted-types.ts';
import { decodeMemory, decodeMilliseconds } from '../../domain/uploads/decode-cost.ts';
import { maxDecodeMemory, maxDecodeMilliseconds, maxPixels } from '../../domain/uploads/limits.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { heicSwitchedOff } from '../../domain/uploads/refused-types.ts';
import { colourWarnings } from '../media/colour-warnings.ts';
import { readGifFrames } from '../media/gif-frames.ts';
import { type JpegStructure, readJpegStructure } from '../media/jpeg-structure.ts';
import { pngDamage, pngFrames } from '../media/png-chunks.ts';
import type { MediaContent } from '../media/read-media.ts';
import { type SourceImage, sourceImage } from '../media/source-image.ts';
import { unsupportedTiff } from '../media/tiff-header.ts';
import { findQualities } from './find-quality.ts';
import { lookOfImage, lookPixels, type Pixels, shownByServer } from './look-of-image.ts';
import { readRendition } from './read-rendition.ts';
import { srgbStep } from './to-srgb.ts';

// A function processes one file at a time; a cache would only keep its pixels in memory.
sharp.cache(false);

/** Seconds. An image that takes longer to decode is refused; 268 megapixels of JPEG take about 3. */
const decodeSeconds = 60;

/** The size of the image that the decode check makes: small, but made of every line of the source. */
const checkSize = { width: lookPixels, height: lookPixels, fit: 'inside' } as const;

type FailOn = 'error' | 'warning';

/** The size to decode to: that of the reduction of a large image. */
interface DecodedSize {
  readonly width: number;
  readonly height: number;
  readonly fit: 'inside' | 'fill';
}

/**
 * The facts of an image, and warnings for its owner.
 *
 * Every image is decoded to its last line and scaled down while it is read. A header alone does not show truncation or
 * damage, and the first visitor would find them. This costs no more than one transform. The frames of animations are read
 * too.
 * @param options `heic`: whether the installation accepts HEIC; `autoQuality`: whether the quality for `qlt=auto` is found
 * @throws Failure `upload.file-refused`
 */
export async function readImage(
  bytes: Uint8Array,
  accepted: AcceptedType,
  options: { readonly heic: boolean; readonly autoQuality?: boolean } = { heic: true },
): Promise<MediaContent> {
  if (accepted.decoder === 'heic' && !options.heic) throw refusedFile(heicSwitchedOff);
  if (accepted.decoder === 'heic' || accepted.decoder === 'bmp') {
    return readRendition(bytes, accepted, (rendition, stored) => readImage(rendition, stored, options));
  }
  const jpeg = accepted.decoder === 'jpeg' ? readJpegStructure(bytes) : undefined;
  const unsupported = jpeg?.unsupported ?? (accepted.decoder === 'tiff' ? unsupportedTiff(bytes) : undefined);
  if (unsupported !== undefined) throw refusedFile(`The file is ${unsupported}`);

  const source = sourceImage(bytes);
  if (source.isSequence && !source.hasStill) {
    throw refusedFile(
      'The file is an AVIF sequence without a still picture. Send it as a video (MP4), or its first frame',
    );
  }
  const metadata = await sharp(source.bytes, {
    limitInputPixels: false,
    failOn: 'error',
    sequentialRead: true,
  })
    .metadata()
    .catch((cause: unknown) => {
      throw undecodable(accepted, bytes, cause);
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
  const stored = {
    format: metadata.format,
    width,
    height,
    bytes: bytes.length,
    channels: metadata.channels,
    bits: metadata.bitsPerSample ?? (metadata.depth === 'uchar' ? 8 : 16),
    isProgressive: metadata.isProgressive,
    space: metadata.space,
    hasProfile: metadata.hasProfile,
  };
  const memory = decodeMemory(stored);
  if (memory > maxDecodeMemory) {
    throw refusedFile(
      `Decoding the image (${width} × ${height}) would take ${memory} bytes of memory; at most ${maxDecodeMemory} are allowed. ` +
        'Save it smaller, or in a format that is read line by line: TIFF, or JPEG or PNG without progressive or interlaced mode',
    );
  }
  const milliseconds = decodeMilliseconds(stored);
  if (milliseconds > maxDecodeMilliseconds) {
    const fitting = Math.floor((pixels * maxDecodeMilliseconds) / milliseconds / 1e6);
    throw refusedFile(
      `Decoding the image (${width} × ${height}) for a visitor would take about ${(milliseconds / 1_000).toFixed(1)} s; ` +
        `at most ${maxDecodeMilliseconds / 1_000} s are allowed. Save it with at most ${fitting} megapixels`,
    );
  }
  // sharp does not convert these colours by itself.
  const needsConversion = srgbStep(source, metadata) !== undefined;
  const divisor =
    needsConversion || metadata.hasAlpha || (metadata.pages ?? 1) > 1
      ? undefined
      : divisorOf(metadata.autoOrient);
  const size =
    divisor === undefined
      ? checkSize
      : { width: width / divisor, height: height / divisor, fit: 'fill' as const };
  const decoded = jpeg
    ? await checkJpeg(source, jpeg, accepted, size)
    : await decode(source.bytes, 'error', size).then(
        (shown) => ({ shown, warnings: [] }),
        (cause: unknown) => {
          throw undecodable(accepted, bytes, cause);
        },
      );
  const shown = needsConversion ? await shownByServer(bytes) : await withinCheckSize(decoded.shown);
  const { focus, ...look } = await lookOfImage(shown);

  const frames = await readFrames(source, metadata.format, metadata.pages ?? 1);
  return {
    facts: {
      type: frames.isAnimatedGif ? 'animated-gif' : 'image',
      width,
      height,
      colourSpace: metadata.space,
      hasAlpha: metadata.hasAlpha,
      ...(metadata.orientation === undefined ? {} : { orientation: metadata.orientation }),
      ...look,
      ...(options.autoQuality && !frames.isAnimatedGif ? { autoQuality: await findQualities(shown) } : {}),
      // An animation is delivered as it is.
      ...(focus === undefined || frames.isAnimatedGif ? {} : { focus }),
    },
    warnings: [
      ...decoded.warnings,
      ...(metadata.format === 'png' ? pngDamage(bytes).map((damage) => `The PNG ${damage}`) : []),
      ...frames.warnings,
      ...colourWarnings(source, {
        profile: metadata.icc,
        gainMap: source.gainMap || metadata.gainMap !== undefined || jpeg?.gainMap === true,
      }),
    ],
    ...(divisor === undefined
      ? {}
      : { reduction: { divisor, bytes: await encodeReduction(decoded.shown, jpeg !== undefined) } }),
  };
}

/** Results of a reduction look at least as much like the image (ssimulacra2) as those that are made from the image itself. */
const reductionQuality = 88;

async function encodeReduction({ data, width, height }: Pixels, isJpeg: boolean): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality: reductionQuality, chromaSubsampling: isJpeg ? '4:2:0' : '4:4:4' })
    .toBuffer();
}

async function withinCheckSize({ data, width, height }: Pixels): Promise<Pixels> {
  if (Math.max(width, height) <= lookPixels) return { data, width, height };
  const made = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(checkSize)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: made.data, width: made.info.width, height: made.info.height };
}

/** Decodes every line. @returns what it shows, small and upright */
async function decode(bytes: Uint8Array, failOn: FailOn, size: DecodedSize = checkSize): Promise<Pixels> {
  const { data, info } = await sharp(bytes, { failOn, sequentialRead: true, limitInputPixels: maxPixels })
    .autoOrient()
    .resize({ ...size, withoutEnlargement: true, fastShrinkOnLoad: true })
    .timeout({ seconds: decodeSeconds })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Decodes every line of every frame. */
async function decodeFrames(bytes: Uint8Array): Promise<void> {
  await sharp(bytes, { failOn: 'error', sequentialRead: true, limitInputPixels: false, pages: -1 })
    .resize({ ...checkSize, fit: 'fill' })
    .timeout({ seconds: decodeSeconds })
    .raw()
    .toBuffer();
}

/** The decoder's text for entropy-coded data that ends before the last pixel. It is a warning and not an error. */
const endsEarly = 'premature end of data segment';

/** @throws Failure for missing pixels. A missing end marker alone is a warning: all pixels are there */
async function checkJpeg(
  { bytes, isWithoutEnd }: SourceImage,
  { hasAllScans }: JpegStructure,
  accepted: AcceptedType,
  size: DecodedSize,
): Promise<{ readonly shown: Pixels; readonly warnings: readonly string[] }> {
  const { shown, warning } = await decode(bytes, 'warning', size).then(
    (pixels) => ({ shown: pixels, warning: undefined }),
    (cause: unknown) => ({ shown: undefined, warning: cause }),
  );
  if (isWithoutEnd && (messageOf(warning).includes(endsEarly) || !hasAllScans)) {
    throw undecodable(accepted, bytes, new Error('it ends before its last pixels'));
  }
  const shownDespite = () =>
    decode(bytes, 'error', size).catch((cause: unknown) => {
      throw undecodable(accepted, bytes, cause);
    });
  return {
    shown: shown ?? (await shownDespite()),
    warnings: [
      ...(isWithoutEnd ? ['The JPEG lacks its end marker; all its pixels are there'] : []),
      ...(messageOf(warning).includes(endsEarly)
        ? ['The JPEG has less data than pixels; its lower part may be missing']
        : []),
    ],
  };
}

interface Frames {
  readonly isAnimatedGif: boolean;
  readonly warnings: readonly string[];
}

/** Reads the frames after the first one. @throws Failure for an animated GIF, which is delivered unchanged, if it is cut off */
async function readFrames(
  { bytes, isSequence }: SourceImage,
  format: string,
  pages: number,
): Promise<Frames> {
  if (format === 'gif') return { isAnimatedGif: pages > 1, warnings: gifWarnings(bytes) };
  if (isSequence) {
    return { isAnimatedGif: false, warnings: ['It is an image sequence; only its still picture is shown'] };
  }
  const apng = format === 'png' ? pngFrames(bytes) : undefined;
  const count = apng ? Math.max(apng.declared, apng.frames.length) : pages;
  if (count <= 1) return { isAnimatedGif: false, warnings: [] };
  const isAnimation = apng !== undefined || format === 'webp';
  const warnings = [
    isAnimation
      ? `It is an animation of ${count} frames; only the first one is shown`
      : `It has ${count} pages or frames; only the first one is shown`,
  ];
  if (format === 'webp') {
    await decodeFrames(bytes).catch((cause: unknown) => {
      warnings.push(`A frame after the first one is damaged (${reasonOf(cause)})`);
    });
  }
  for (const [index, frame] of (apng?.frames ?? []).entries()) {
    if (index === 0) continue;
    await decode(frame, 'error').catch(() => warnings.push(`Frame ${index + 1} of ${count} is damaged`));
  }
  if (apng && apng.frames.length < apng.declared) {
    warnings.push(`It has ${apng.frames.length} of the ${apng.declared} frames that its header says`);
  }
  return { isAnimatedGif: false, warnings };
}

function gifWarnings(bytes: Uint8Array): string[] {
  const { count, cutFrame, hasEnd } = readGifFrames(bytes);
  if (cutFrame !== undefined && !hasEnd) {
    throw refusedFile(
      `The file begins as a GIF image but is damaged or cut off in frame ${cutFrame} of ${count}`,
    );
  }
  if (cutFrame !== undefined)
    return [`Frame ${cutFrame} of ${count} of the GIF has fewer pixels than its size`];
  return hasEnd ? [] : ['The GIF lacks its end mark; all its pixels are there'];
}

function undecodable(accepted: AcceptedType, bytes: Uint8Array, cause: unknown): Failure {
  // The decoder of PNG says no more than "read error".
  const reason = (accepted.decoder === 'png' ? pngDamage(bytes)[0] : undefined) ?? reasonOf(cause);
  return refusedFile(`The file begins as ${accepted.label} but is damaged or cut off (${reason})`, cause);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : '';
}

/** The decoder's text without its own name. */
function reasonOf(cause: unknown): string {
  return (messageOf(cause).split('\n')[0] ?? '').replace(/^(?:Vips\w+|\w+_buffer|\w+2vips): /, '');
}
