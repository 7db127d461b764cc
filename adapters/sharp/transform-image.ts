import type { Sharp } from 'sharp';
import { chooseFormat } from '../../domain/delivery/choose-format.ts';
import { forConnection } from '../../domain/delivery/for-connection.ts';
import { type ImageFormat, keepsAlpha } from '../../domain/delivery/image-formats.ts';
import { isLayered } from '../../domain/delivery/is-layered.ts';
import { checkDecoding, checkDrawing } from '../../domain/delivery/pixel-budgets.ts';
import { type ImagePlan, planImage } from '../../domain/delivery/plan-image.ts';
import { drawnPixels } from '../../domain/delivery/plan-layers.ts';
import type { Point, Size } from '../../domain/delivery/plan-size.ts';
import type { Colour, ImageCommand, SourceReference } from '../../domain/delivery/read-image-query.ts';
import { sourceKey } from '../../domain/delivery/source-reference.ts';
import { textCommandOf } from '../../domain/delivery/text-layer.ts';
import { Failure } from '../../domain/failure.ts';
import { layOutText } from '../harfbuzz/lay-out-text.ts';
import { drawLayer, drawLayers } from './draw-layers.ts';
import { sharpened } from './effects.ts';
import { encode } from './encode-image.ts';
import { type OpenImage, open } from './open-image.ts';
import { fromRaw, onCanvas, type Placed, rgba, transparent } from './raw-pixels.ts';
import { type Time, withinTime } from './within-time.ts';

const white: Colour = { r: 255, g: 255, b: 255, alpha: 1 };

const colourSpaces = { rgb: 'srgb', gray: 'b-w', cmyk: 'cmyk' } as const;

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
 * @param sources the files of the layers and nested requests of the command
 * @throws Failure `image.undecodable`, `image.too-large`, `image.invalid-argument`, or `image.too-slow`
 */
export async function transformImage(
  source: Uint8Array,
  requested: ImageCommand,
  milliseconds: number,
  recipe?: ImageCommand,
  focus?: Point,
  sources: SourceFiles = noSources,
): Promise<MadeImage> {
  const begun = performance.now();
  const time = () => ({ milliseconds, spent: performance.now() - begun });
  const work: Work = { time, files: sources.files, spent: { decoding: 0, images: 0, pixels: 0 } };
  const opened = await openFile({ bytes: source, recipe, focus }, sources.company, work);
  // Whether a composite is transparent is known once its layers are open. Until then it counts as transparent.
  const planned = inFormat(requested, isLayered(requested) || opened.hasAlpha);
  const composed = await compose(opened, planned, sources.company, work);
  const command = inFormat(requested, composed.hasAlpha);
  const { plan } = composed;
  const drawn = await draw(composed.placed, plan, command, time);
  const pixels = plan.reply.width * plan.reply.height;
  const body =
    command.jpegSize === undefined || !/^p?jpeg$/.test(command.fmt.format)
      ? await encoded(drawn, command, pixels, time, opened.xmp)
      : await encodedWithin(command.jpegSize, drawn, command, plan.reply, time, opened.xmp);
  return { body, format: command.fmt.format };
}

function inFormat(requested: ImageCommand, hasAlpha: boolean): ImageCommand {
  const fmt = { ...chooseFormat(requested.fmt, hasAlpha), isGiven: true };
  return { ...forConnection(requested), fmt };
}

/** A result. */
export interface MadeImage {
  readonly body: Uint8Array;
  readonly format: ImageFormat;
}

/** Commands that change how a result is written, and not what it shows. */
const encodingCommands: readonly string[] = [
  'fmt',
  'qlt',
  'iccEmbed',
  'xmpEmbed',
  'jpegSize',
  'quantize',
  'id',
  'fit',
  'network',
];

function changesPixels(recipe: ImageCommand): boolean {
  return (
    recipe.fmt.pixelType === 'gray' || Object.keys(recipe).some((name) => !encodingCommands.includes(name))
  );
}

/** A file and, for a derived image, the commands that make it. */
export interface SourceFile {
  readonly bytes: Uint8Array;
  readonly recipe?: ImageCommand | undefined;
  /** Its focal point. */
  readonly focus?: Point | undefined;
}

/** The files that the layers of a request use. */
export interface SourceFiles {
  /** Of the images that are named without a company. */
  readonly company: string;
  /** By the key of source-reference.ts. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

const noSources: SourceFiles = { company: '', files: new Map() };

/** A request with all of its layers and nested requests, whose limits count together. */
interface Work {
  readonly time: () => Time;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly spent: { decoding: number; images: number; pixels: number };
}

async function openFile(
  { bytes, recipe, focus }: SourceFile,
  company: string,
  work: Work,
): Promise<OpenImage> {
  const found = await open(bytes);
  const opened = focus ? { ...found, upright: { ...found.upright, focus } } : found;
  work.spent.images += 1;
  work.spent.decoding += opened.decodeMilliseconds ?? 0;
  if (work.spent.images > 1) checkDecoding(work.spent.decoding);
  if (!recipe || !changesPixels(recipe)) return opened;
  return { ...(await derive(opened, recipe, company, work)), xmp: opened.xmp };
}

function fileOf(reference: SourceReference, company: string, { files }: Work): SourceFile {
  const file = files.get(sourceKey(reference, company));
  if (!file) throw new Error(`The file of ${sourceKey(reference, company)} was not read`);
  return file;
}

/** The image of a layer: a file, or what a nested request makes of it. */
async function openSource(reference: SourceReference, company: string, work: Work): Promise<OpenImage> {
  const file = fileOf(reference, company, work);
  const owner = reference.company ?? company;
  const opened = await openFile(file, owner, work);
  return reference.command ? await derive(opened, reference.command, owner, work) : opened;
}

/** The image that a recipe or a nested request makes, as raw pixels: no encoding in between loses quality. */
async function derive(
  original: OpenImage,
  recipe: ImageCommand,
  company: string,
  work: Work,
): Promise<OpenImage> {
  // Always with alpha: the command decides the colour of what the recipe pads.
  const pixelType = recipe.fmt.pixelType === 'gray' ? 'gray' : 'rgb';
  const command: ImageCommand = { ...recipe, fmt: { ...recipe.fmt, format: 'png-alpha', pixelType } };
  const { placed, plan } = await compose(original, command, company, work);
  const drawn = await draw(placed, plan, command, work.time);
  return {
    image: await fromRaw(drawn.raw(), plan.reply, work.time),
    upright: { ...plan.reply, ...(plan.focus && { focus: plan.focus }) },
    hasAlpha: true,
  };
}

/** A composite, and where it is in its result. */
interface Composed {
  readonly placed: Placed;
  readonly plan: ImagePlan;
  readonly hasAlpha: boolean;
}

async function compose(
  source: OpenImage,
  command: ImageCommand,
  company: string,
  work: Work,
): Promise<Composed> {
  if (!isLayered(command)) {
    const plan = planImage(source.upright, command);
    if (work.spent.images > 1) countPixels(plan);
    return { placed: await drawLayer({ source, plan }, command, work.time), plan, hasAlpha: source.hasAlpha };
  }
  return drawLayers(source, command, {
    time: work.time,
    openSource: (reference) => openSource(reference, company, work),
    openText: async (layer, composite) => {
      const font = fileOf(layer.font ?? { id: '' }, company, work);
      const { svg, ...size } = await layOutText(font.bytes, textCommandOf(layer, composite));
      return { svg, upright: size, hasAlpha: true };
    },
    countPixels,
  });

  function countPixels(plan: ImagePlan): void {
    work.spent.pixels += drawnPixels(plan);
    checkDrawing(work.spent.pixels);
  }
}

/** The result of a composite: its background, sharpening, and the colours of the format. */
async function draw(
  composite: Placed,
  plan: ImagePlan,
  command: ImageCommand,
  time: () => Time,
): Promise<Sharp> {
  const isMask = command.req?.kind === 'mask';
  const alpha = isMask || keepsAlpha(command.fmt.format);
  const background = alpha ? transparent : { ...(command.bgc ?? white), alpha: 1 };
  let image = await onCanvas(composite, plan.reply, background);
  if (isMask) {
    const mask = (await fromRaw(rgba(image), plan.reply, time)).extractChannel('alpha');
    return mask.toColourspace(colourSpaces[command.fmt.pixelType]);
  }
  if (!alpha) image = image.flatten({ background });
  if (command.op_sharpen === true) image = (await fromRaw(rgba(image), plan.reply, time)).sharpen();
  if (command.op_usm) image = await sharpened(image, command.op_usm, plan, time);
  return image.toColourspace(colourSpaces[command.fmt.pixelType]);
}

async function encoded(
  image: Sharp,
  command: Pick<ImageCommand, 'fmt' | 'qlt' | 'quantize' | 'iccEmbed' | 'xmpEmbed'>,
  pixels: number,
  time: () => Time,
  xmp: Uint8Array | undefined,
): Promise<Uint8Array> {
  const pipeline = encode(image, command, pixels, xmp);
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
  xmp: Uint8Array | undefined,
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
      xmp,
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
