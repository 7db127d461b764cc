import type { Sharp } from 'sharp';
import { keepsAlpha } from '../../domain/delivery/image-formats.ts';
import { planSize, type Size, type SizePlan } from '../../domain/delivery/plan-size.ts';
import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { Failure } from '../../domain/failure.ts';
import { maxPixels } from '../../domain/uploads/limits.ts';
import { sourceImage } from '../media/source-image.ts';
import { encoderEffort } from './encoder-effort.ts';
import { convertedPixels, inOwnColours, opened, type SrgbStep, srgbStep } from './to-srgb.ts';

/**
 * Loads sharp with the first image, not with the module: it takes about 40 ms, which responses with 304 and 404 do not
 * need.
 */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  // An environment has about one processor and makes one image at a time: more threads would only need memory, and a
  // cache would keep the pixels of images that are not requested again.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}
let loaded: ReturnType<typeof loadSharp> | undefined;

/** The time limit of sharp is in whole seconds. */
const millisecondsPerSecond = 1_000;

const white = { r: 255, g: 255, b: 255, alpha: 1 };
const transparent = { r: 255, g: 255, b: 255, alpha: 0 };

const colourSpaces = { rgb: 'srgb', gray: 'b-w', cmyk: 'cmyk' } as const;

/**
 * Makes the image of an image command. The steps and their order are fixed, whatever the order in the URL: rotate
 * upright, sRGB, scale (Lanczos 3; JPEG and WebP are already read smaller), cut or pad, colours, encode. Metadata is
 * removed. Memory: the source file, about 200 decoded lines of it (all lines if it must be rotated), and the result.
 * @param source an image file of at most `maxPixels` pixels
 * @param milliseconds time limit
 * @param recipe for a derived image: makes it from the source before the command is applied. Only `gray` of its format
 * is used, because the command decides the encoding. It also needs memory for the derived image, 4 bytes a pixel.
 * @throws Failure `image.undecodable`, `image.too-large`, or `image.too-slow`
 */
export async function transformImage(
  source: Uint8Array,
  command: ImageCommand,
  milliseconds: number,
  recipe?: ImageCommand,
): Promise<Uint8Array> {
  const original = await open(source);
  const begun = performance.now();
  const time = () => ({ milliseconds, spent: performance.now() - begun });
  const derived = recipe && changesPixels(recipe) ? await derive(original, recipe, time) : original;
  const plan = planSize(derived.upright, command);
  const scaled = await scale(derived, plan, time);
  const pixels = plan.reply.width * plan.reply.height;
  const pipeline = encode(arrange(scaled, plan, command), command, pixels);
  return await withinTime(pipeline, time(), () => pipeline.toBuffer());
}

interface OpenImage {
  readonly image: Sharp;
  /** With its orientation applied. */
  readonly upright: Size;
  readonly step?: SrgbStep | undefined;
}

/** The time limit of a request, and what of it was spent. */
interface Time {
  readonly milliseconds: number;
  readonly spent: number;
}

async function open(source: Uint8Array): Promise<OpenImage> {
  loaded ??= loadSharp();
  const sharp = await loaded;
  try {
    const prepared = sourceImage(source);
    const image = sharp(prepared.bytes, {
      limitInputPixels: maxPixels,
      failOn: 'error',
      sequentialRead: true,
    });
    const metadata = await image.metadata();
    const step = srgbStep(prepared, metadata);
    return { image: opened(image, step), upright: metadata.autoOrient, step };
  } catch (cause) {
    throw undecodable(cause);
  }
}

function changesPixels({ wid, hei, fmt }: ImageCommand): boolean {
  return wid !== undefined || hei !== undefined || fmt.pixelType === 'gray';
}

/** The image that a recipe makes, as raw pixels: no encoding between recipe and command loses quality. */
async function derive(original: OpenImage, recipe: ImageCommand, time: () => Time): Promise<OpenImage> {
  // Always with alpha: the command decides the colour of what the recipe pads.
  const pixelType = recipe.fmt.pixelType === 'gray' ? 'gray' : 'rgb';
  const fmt = { ...recipe.fmt, format: 'png-alpha', pixelType } as const;
  const plan = planSize(original.upright, recipe);
  const scaled = await scale(original, plan, time);
  const made = await fromRaw(arrange(scaled, plan, { ...recipe, fmt }).raw(), time);
  return { image: made.image, upright: made.size };
}

/** The pixels that a pipeline ends with, as the source of the next one. */
async function fromRaw(pipeline: Sharp, time: () => Time): Promise<{ image: Sharp; size: Size }> {
  const { data, info } = await withinTime(pipeline, time(), () =>
    pipeline.toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  loaded ??= loadSharp();
  const sharp = await loaded;
  const isDeep = data.length > width * height * channels;
  const pixels = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return { image: sharp(pixels, { raw: { width, height, channels } }), size: { width, height } };
}

/** Scales and cuts. Colours that sharp does not convert by itself are converted here, before anything is added to them. */
async function scale(
  { image, upright, step }: OpenImage,
  { scaled, kept }: SizePlan,
  time: () => Time,
): Promise<Sharp> {
  let result = image
    .autoOrient()
    .resize({ ...scaled, fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: true });
  if (kept.width < scaled.width || kept.height < scaled.height) result = result.extract(kept);
  const unconverted = inOwnColours(result, step, scaled.width / upright.width);
  if (unconverted) {
    const file = await withinTime(unconverted, time(), () => unconverted.toBuffer());
    loaded ??= loadSharp();
    result = (await loaded)(file);
  }
  const converted = convertedPixels(result, step);
  return converted ? (await fromRaw(converted, time)).image : result;
}

function arrange(image: Sharp, { kept, reply }: SizePlan, command: ImageCommand): Sharp {
  const alpha = keepsAlpha(command.fmt.format);
  let result = image;
  if (kept.width < reply.width || kept.height < reply.height) {
    result = result.extend({
      left: reply.left,
      top: reply.top,
      right: reply.width - kept.width - reply.left,
      bottom: reply.height - kept.height - reply.top,
      background: alpha ? transparent : white,
    });
  }
  if (!alpha) result = result.flatten({ background: white });
  return result.toColourspace(colourSpaces[command.fmt.pixelType]);
}

function encode(image: Sharp, { fmt, qlt }: ImageCommand, pixels: number): Sharp {
  const { quality } = qlt;
  const lossless = fmt.compression === 'lossless';
  const effort = encoderEffort(fmt, pixels);
  switch (fmt.format) {
    case 'jpeg':
    case 'pjpeg':
      return image.jpeg({
        quality,
        progressive: fmt.format === 'pjpeg',
        chromaSubsampling: qlt.fullChroma ? '4:4:4' : '4:2:0',
      });
    case 'png':
    case 'png-alpha':
      return image.png({ compressionLevel: 6 });
    case 'png8':
    case 'png8-alpha':
      return image.png({ palette: true, colours: 256, effort });
    case 'webp':
    case 'webp-alpha':
      return image.webp({ quality, lossless, effort });
    case 'avif':
    case 'avif-alpha':
      return image.avif({ quality, lossless, effort, chromaSubsampling: '4:2:0' });
    case 'gif':
    case 'gif-alpha':
      return image.gif({ colours: 256, effort });
    case 'tif':
    case 'tif-alpha':
      return image.tiff({
        quality,
        compression: fmt.compression === 'zip' ? 'deflate' : (fmt.compression as 'none' | 'lzw' | 'jpeg'),
        predictor: 'horizontal',
      });
  }
}

/**
 * sharp's own limit stops the work between two lines of pixels, but not inside an encoder that needs the whole image, such
 * as AVIF's. In that case the error is thrown in time and the work ends by itself.
 */
async function withinTime<Result>(
  pipeline: Sharp,
  { milliseconds, spent }: Time,
  run: () => Promise<Result>,
): Promise<Result> {
  const left = milliseconds - spent;
  const tooSlow = () =>
    new Failure(
      'image.too-slow',
      `The image could not be made in ${Math.round(milliseconds)} ms; request a smaller one, or jpeg or webp`,
    );
  if (left <= 0) throw tooSlow();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooSlow()), left);
  try {
    pipeline.timeout({ seconds: Math.ceil(left / millisecondsPerSecond) });
    const work = run().catch((cause: unknown) => {
      throw cause instanceof Error && cause.message.startsWith('timeout') ? tooSlow() : undecodable(cause);
    });
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function undecodable(cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : 'unknown reason';
  return new Failure('image.undecodable', `The stored image cannot be decoded: ${reason}`, { cause });
}
