import type { Sharp } from 'sharp';
import { chooseFormat } from '../../domain/delivery/choose-format.ts';
import { forConnection } from '../../domain/delivery/for-connection.ts';
import { type ImageFormat, keepsAlpha } from '../../domain/delivery/image-formats.ts';
import {
  type Box,
  type ImagePlan,
  type Part,
  planImage,
  type Rotation,
  type Source,
} from '../../domain/delivery/plan-image.ts';
import type { Point, Size } from '../../domain/delivery/plan-size.ts';
import type { Colour, ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { Failure } from '../../domain/failure.ts';
import { maxPixels } from '../../domain/uploads/limits.ts';
import { sourceImage } from '../media/source-image.ts';
import { isSrgbProfile } from '../media/srgb-profile.ts';
import { encode } from './encode-image.ts';
import { type RecolourCommand, recolour } from './recolour.ts';
import { convertedPixels, inOwnColours, opened, type SrgbStep, srgbStep } from './to-srgb.ts';
import { unsharpMask } from './unsharp-mask.ts';

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

const white: Colour = { r: 255, g: 255, b: 255, alpha: 1 };
const transparent: Colour = { r: 255, g: 255, b: 255, alpha: 0 };

const colourSpaces = { rgb: 'srgb', gray: 'b-w', cmyk: 'cmyk' } as const;

const kernels = { bilin: 'linear', bicub: 'cubic', sharp2: 'lanczos3', bisharp: 'lanczos2' } as const;

/**
 * Makes the image of an image command. The steps and their order are fixed, whatever the order in the URL: rotate
 * upright, sRGB, then those of plan-image.ts, effects, background, sharpening, colours, encode. Metadata is removed. JPEG
 * and WebP are already read smaller. Memory: the source file, about 200 decoded lines of it (all lines if it must be rotated), and
 * the result; with effects or a rotation the result's pixels too, 4 bytes each.
 * @param source an image file of at most `maxPixels` pixels
 * @param requested the command; its format may be a choice
 * @param milliseconds time limit
 * @param recipe for a derived image: makes it from the source before the command is applied. Only `gray` of its format
 * is used, because the command decides the encoding. It also needs memory for the derived image, 4 bytes a pixel.
 * @param focus the focal point of the source, after its orientation has been applied
 * @throws Failure `image.undecodable`, `image.too-large`, `image.invalid-argument`, or `image.too-slow`
 */
export async function transformImage(
  source: Uint8Array,
  requested: ImageCommand,
  milliseconds: number,
  recipe?: ImageCommand,
  focus?: Point,
): Promise<MadeImage> {
  const found = await open(source);
  const original = focus ? { ...found, upright: { ...found.upright, focus } } : found;
  const begun = performance.now();
  const time = () => ({ milliseconds, spent: performance.now() - begun });
  const derived = recipe && changesPixels(recipe) ? await derive(original, recipe, time) : original;
  const fmt = { ...chooseFormat(requested.fmt, derived.hasAlpha), isGiven: true };
  const command: ImageCommand = { ...forConnection(requested), fmt };
  const plan = planImage(derived.upright, command);
  const drawn = await draw(derived, plan, command, time);
  const pixels = plan.reply.width * plan.reply.height;
  const body =
    command.jpegSize === undefined || !/^p?jpeg$/.test(command.fmt.format)
      ? await encoded(drawn, command, pixels, time)
      : await encodedWithin(command.jpegSize, drawn, command, plan.reply, time);
  return { body, format: fmt.format };
}

interface OpenImage {
  readonly image: Sharp;
  /** With its orientation applied. */
  readonly upright: Source;
  readonly hasAlpha: boolean;
  readonly step?: SrgbStep | undefined;
  /** Its stored pixels are not upright. */
  readonly isTurned?: boolean;
}

/** A result. */
export interface MadeImage {
  readonly body: Uint8Array;
  readonly format: ImageFormat;
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
    const options = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true } as const;
    const found = sharp(prepared.bytes, options);
    const metadata = await found.metadata();
    // A conversion from sRGB to sRGB would take half of the time of a small result.
    const isSrgb = metadata.space === 'srgb' && metadata.icc && isSrgbProfile(metadata.icc);
    const image = isSrgb ? sharp(prepared.bytes, { ...options, ignoreIcc: true }) : found;
    const step = srgbStep(prepared, metadata);
    const upright = { ...metadata.autoOrient, resolution: metadata.density };
    const isTurned = (metadata.orientation ?? 1) > 1;
    return { image: opened(image, step), upright, hasAlpha: metadata.hasAlpha, step, isTurned };
  } catch (cause) {
    throw undecodable(cause);
  }
}

/** Commands that change how a result is written, and not what it shows. */
const encodingCommands: readonly string[] = ['fmt', 'qlt', 'jpegSize', 'quantize', 'id', 'fit', 'network'];

function changesPixels(recipe: ImageCommand): boolean {
  return (
    recipe.fmt.pixelType === 'gray' || Object.keys(recipe).some((name) => !encodingCommands.includes(name))
  );
}

/** The image that a recipe makes, as raw pixels: no encoding between recipe and command loses quality. */
async function derive(original: OpenImage, recipe: ImageCommand, time: () => Time): Promise<OpenImage> {
  // Always with alpha: the command decides the colour of what the recipe pads.
  const pixelType = recipe.fmt.pixelType === 'gray' ? 'gray' : 'rgb';
  const command: ImageCommand = { ...recipe, fmt: { ...recipe.fmt, format: 'png-alpha', pixelType } };
  const plan = planImage(original.upright, command);
  const drawn = await draw(original, plan, command, time);
  return {
    image: await fromRaw(drawn.raw(), plan.reply, time),
    upright: { ...plan.reply, ...(plan.focus && { focus: plan.focus }) },
    hasAlpha: true,
  };
}

/**
 * Raw pixels as the source of the next pipeline: what must happen in this order, since sharp has an order of its own.
 * @param size of the pixels. sharp reports another one where an image is cut and then extended
 */
async function fromRaw(pipeline: Sharp, { width, height }: Size, time: () => Time): Promise<Sharp> {
  const { data, info } = await withinTime(pipeline, time(), () =>
    pipeline.toBuffer({ resolveWithObject: true }),
  );
  loaded ??= loadSharp();
  const sharp = await loaded;
  const { channels } = info;
  const isDeep = data.length > width * height * channels;
  const pixels = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return sharp(pixels, { raw: { width, height, channels } });
}

/** The pixels of a plan, in the colours of the result. */
async function draw(
  source: OpenImage,
  plan: ImagePlan,
  command: ImageCommand,
  time: () => Time,
): Promise<Sharp> {
  const isMask = command.req?.kind === 'mask';
  const alpha = isMask || keepsAlpha(command.fmt.format);
  const background = alpha ? transparent : { ...(command.bgc ?? white), alpha: 1 };
  let image = await onCanvas(await drawComposite(source, plan, command, time), plan.reply, background);
  if (isMask) {
    const mask = (await fromRaw(rgba(image), plan.reply, time)).extractChannel('alpha');
    return mask.toColourspace(colourSpaces[command.fmt.pixelType]);
  }
  if (!alpha) image = image.flatten({ background });
  if (command.op_sharpen === true) image = (await fromRaw(rgba(image), plan.reply, time)).sharpen();
  if (command.op_usm) image = await sharpened(image, command.op_usm, plan, time);
  return image.toColourspace(colourSpaces[command.fmt.pixelType]);
}

/** An image, or what of it is visible, and its place in the result. */
interface Placed {
  readonly image: Sharp | undefined;
  readonly size: Size;
  readonly at: { readonly left: number; readonly top: number };
}

/** The composite: the image with its own background and its effects. */
async function drawComposite(
  source: OpenImage,
  plan: ImagePlan,
  command: ImageCommand,
  time: () => Time,
): Promise<Placed> {
  let placed = plan.part
    ? await drawPart(source, plan, plan.part, command, time)
    : { image: undefined, size: { width: 0, height: 0 }, at: plan.at };
  const { composite } = plan;
  if (command.bgColor && composite) {
    const at = { left: placed.at.left - composite.left, top: placed.at.top - composite.top };
    const image = await onCanvas({ ...placed, at }, composite, command.bgColor);
    // A pipeline has one background: that of the result is a step of its own.
    const flat = await fromRaw(rgba(image.flatten({ background: command.bgColor })), composite, time);
    placed = { image: flat, size: composite, at: composite };
  }
  const effects = recolouring(command);
  if (!placed.image || (!effects && !command.op_blur)) return placed;
  let image = placed.image;
  if (effects) {
    const pixels = await pixelsOf(image, time);
    recolour(pixels, effects);
    image = await fromPixels(pixels, placed.size);
  }
  if (command.op_blur) image = await blurred(image, placed.size, command.op_blur * plan.viewScale, time);
  return { ...placed, image };
}

function recolouring({
  op_brightness = 0,
  op_contrast = 0,
  op_saturation = 0,
  op_colorize,
}: ImageCommand): RecolourCommand | undefined {
  if (op_brightness === 0 && op_contrast === 0 && op_saturation === 0 && !op_colorize) return undefined;
  return {
    brightness: op_brightness,
    contrast: op_contrast,
    saturation: op_saturation,
    colorize: op_colorize,
  };
}

async function drawPart(
  source: OpenImage,
  plan: ImagePlan,
  part: Part,
  { resMode }: ImageCommand,
  time: () => Time,
): Promise<Placed> {
  const kernel = kernels[resMode ?? 'sharp2'];
  let image = await scalePart(source, part, kernel, time);
  const isSideways = part.turn % 180 !== 0;
  let size: Size = isSideways
    ? { width: part.cut.height, height: part.cut.width }
    : { width: part.cut.width, height: part.cut.height };
  if (part.turn !== 0 || part.mirrored) {
    const turned = await fromRaw(rgba(image), part.cut, time);
    image = turned.flop(part.mirrored).rotate(part.turn);
  }
  if (plan.rotation) {
    image = await rotated({ image, size, at: plan.rotation.at }, plan.rotation, kernel, time);
    size = plan.rotation.cut;
  }
  return { image, size, at: plan.at };
}

type Kernel = (typeof kernels)[keyof typeof kernels];

/** Scales and cuts. Colours that sharp does not convert by itself are converted here, before anything is added to them. */
async function scalePart(
  { image, upright, step, isTurned }: OpenImage,
  { window, scaled, cut }: Part,
  kernel: Kernel,
  time: () => Time,
): Promise<Sharp> {
  let result = image.autoOrient();
  const isWindowed = window.width < upright.width || window.height < upright.height;
  if (isWindowed) result = result.extract(window);
  const position = positionOf(window, scaled, cut);
  if (position === undefined) {
    result = result.resize({ ...scaled, fit: 'fill', kernel, fastShrinkOnLoad: true });
    if (cut.width < scaled.width || cut.height < scaled.height) {
      // extract() in the same pipeline would have all pixels of the source rotated.
      if (isTurned && !step && !isWindowed) result = await fromRaw(result.raw(), scaled, time);
      result = result.extract(cut);
    }
  } else {
    // An image that must be rotated first is read smaller only without extract().
    const { width, height } = cut;
    result = result.resize({ width, height, fit: 'cover', position, kernel, fastShrinkOnLoad: true });
  }
  const unconverted = inOwnColours(result, step, scaled.width / window.width);
  if (unconverted) {
    const file = await withinTime(unconverted, time(), () => unconverted.toBuffer());
    loaded ??= loadSharp();
    result = (await loaded)(file);
  }
  const converted = convertedPixels(result, step);
  return converted ? await fromRaw(converted, cut, time) : result;
}

/**
 * Where sharp's `cover` keeps the cut part.
 * @returns undefined if it is not at an edge or in the middle, if nothing is cut, or if proportions change
 */
function positionOf(window: Size, scaled: Size, cut: Box): string | undefined {
  if (Math.abs((scaled.width * window.height) / window.width - scaled.height) >= 1) return undefined;
  const [x, y] = [scaled.width - cut.width, scaled.height - cut.height];
  // `cover` cuts one direction only.
  if ((x === 0) === (y === 0)) return undefined;
  const [space, at, names] =
    x > 0 ? ([x, cut.left, ['left', 'right']] as const) : ([y, cut.top, ['top', 'bottom']] as const);
  if (at === 0) return names[0];
  if (at === space) return names[1];
  return at === Math.floor(space / 2) ? 'centre' : undefined;
}

/** A rotation by any angle. Its corners are transparent. */
async function rotated(
  placed: Placed,
  { canvas, degrees, scaled, cut }: Rotation,
  kernel: Kernel,
  time: () => Time,
): Promise<Sharp> {
  const layer = await fromRaw(rgba(await onCanvas(placed, canvas, transparent)), canvas, time);
  const turned = layer.rotate(degrees, { background: transparent }).png({ compressionLevel: 0 });
  const file = await withinTime(turned, time(), () => turned.toBuffer());
  loaded ??= loadSharp();
  const result = (await loaded)(file).resize({ ...scaled, fit: 'fill', kernel });
  return cut.width < scaled.width || cut.height < scaled.height ? result.extract(cut) : result;
}

/** An image on a larger canvas, or the canvas alone. */
async function onCanvas({ image, size, at }: Placed, canvas: Size, background: Colour): Promise<Sharp> {
  if (!image) {
    loaded ??= loadSharp();
    const { width, height } = canvas;
    return (await loaded)({ create: { width, height, channels: 4, background } });
  }
  const right = canvas.width - size.width - at.left;
  const bottom = canvas.height - size.height - at.top;
  if (at.left === 0 && at.top === 0 && right === 0 && bottom === 0) return image;
  return image.extend({ left: at.left, top: at.top, right, bottom, background });
}

function rgba(image: Sharp): Sharp {
  return image.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' });
}

/** Red, green, blue, alpha, 8 bits each. */
async function pixelsOf(image: Sharp, time: () => Time): Promise<Buffer> {
  const pipeline = rgba(image);
  return withinTime(pipeline, time(), () => pipeline.toBuffer());
}

async function fromPixels(pixels: Uint8Array, { width, height }: Size): Promise<Sharp> {
  loaded ??= loadSharp();
  return (await loaded)(pixels, { raw: { width, height, channels: 4 } });
}

/** From this radius on an image is made smaller for the blur: the effort would grow with the radius, and nobody sees it. */
const largeBlur = 8;

/** By default the library leaves out the tails of the curve below a fifth of its height. */
function gaussian(sigma: number) {
  return { sigma, minAmplitude: 0.05 };
}

/** @param radius the standard deviation of the Gaussian, in pixels of the image */
async function blurred(image: Sharp, size: Size, radius: number, time: () => Time): Promise<Sharp> {
  // The smallest radius of the library.
  if (radius < 0.3) return image;
  const source = await fromRaw(rgba(image), size, time);
  const divisor = Math.max(1, Math.floor(radius / (largeBlur / 2)));
  if (radius < largeBlur || divisor === 1) return source.blur(gaussian(radius));
  const smaller = {
    width: Math.max(1, Math.round(size.width / divisor)),
    height: Math.max(1, Math.round(size.height / divisor)),
  };
  const shrunk = await fromRaw(
    source.resize({ ...smaller, fit: 'fill', kernel: 'linear' }).raw(),
    smaller,
    time,
  );
  const soft = await fromRaw(shrunk.blur(gaussian(radius / divisor)).raw(), smaller, time);
  return soft.resize({ width: size.width, height: size.height, fit: 'fill', kernel: 'cubic' });
}

/**
 * The unsharp mask. Its radius is given for the composite: a smaller result gets a smaller one, but not one that would have no effect.
 */
async function sharpened(
  image: Sharp,
  command: NonNullable<ImageCommand['op_usm']>,
  { viewScale, reply }: ImagePlan,
  time: () => Time,
): Promise<Sharp> {
  const radius = Math.min(command.radius, Math.max(0.5, command.radius * Math.min(1, viewScale)));
  if (command.amount === 0 || radius < 0.3) return image;
  const pixels = await pixelsOf(image, time);
  const soft = await pixelsOf(await blurred(await fromPixels(pixels, reply), reply, radius, time), time);
  unsharpMask(pixels, soft, command);
  return fromPixels(pixels, reply);
}

async function encoded(
  image: Sharp,
  command: Pick<ImageCommand, 'fmt' | 'qlt' | 'quantize'>,
  pixels: number,
  time: () => Time,
): Promise<Uint8Array> {
  const pipeline = encode(image, command, pixels);
  return await withinTime(pipeline, time(), () => pipeline.toBuffer());
}

/** Bytes of a kilobyte, as the protocol counts. */
const kilobyte = 1_024;

/** The highest quality up to that of the command whose file is small enough, found by halving. */
async function encodedWithin(
  kilobytes: number,
  image: Sharp,
  command: ImageCommand,
  reply: Size,
  time: () => Time,
): Promise<Uint8Array> {
  const pixels = reply.width * reply.height;
  // CMYK is drawn again for each try: raw pixels of four channels count as red, green, blue and alpha.
  const drawn = command.fmt.pixelType === 'cmyk' ? image : await fromRaw(image.raw(), reply, time);
  const colours = colourSpaces[command.fmt.pixelType];
  const file = (quality: number) =>
    encoded(
      drawn.clone().toColourspace(colours),
      { ...command, qlt: { ...command.qlt, quality } },
      pixels,
      time,
    );
  const best = await file(command.qlt.quality);
  const most = kilobytes * kilobyte;
  if (best.length <= most) return best;
  let [low, high] = [1, command.qlt.quality];
  let found = await file(low);
  if (found.length > most) {
    throw new Failure(
      'image.invalid-argument',
      `jpegSize: the image has ${Math.ceil(found.length / kilobyte)} kB at the lowest quality; request more than ${kilobytes} kB or a smaller image`,
    );
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const made = await file(middle);
    if (made.length <= most) [low, found] = [middle, made];
    else high = middle;
  }
  return found;
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
