import type { AssetType } from '../assets/asset.ts';
import type { MediaFacts } from '../assets/media-facts.ts';
import { chooseFormat } from './choose-format.ts';
import { planImage, type Source } from './plan-image.ts';
import type { Size } from './plan-size.ts';
import type { ImageCommand } from './read-image-query.ts';

/**
 * A reduction: a smaller copy of a large image, stored at ingest, that small results are made from. Its sides are those of the image
 * divided by a whole number, so that results have the same sizes and no half pixels.
 */
export interface Reduction {
  readonly divisor: number;
  /** Random; a part of its key. */
  readonly name: string;
}

/** The key of a reduction or a poster in the masters bucket. No asset has it, since no id contains a slash. */
export function reductionKey(company: string, name: string): string {
  return `${company}/reductions/${name}`;
}

/** The reduction and the poster of a version as objects of the masters bucket, to delete them. */
export function reductionObjects(
  company: string,
  { reduction, poster }: Pick<MediaFacts<AssetType>, 'reduction' | 'poster'>,
): { readonly masterKey: string; readonly masterVersionId: string }[] {
  return [reduction, poster]
    .filter((stored) => stored !== undefined)
    .map(({ name, versionId }) => ({
      masterKey: reductionKey(company, name),
      masterVersionId: versionId,
    }));
}

/**
 * Pixels, and the smallest divisor: below, what a reduction saves does not pay for its storage (docs/decisions/0030).
 */
const minReducedPixels = 8_000_000;
const minDivisor = 3;
const maxDivisor = 16;

/** A result is made from a reduction that is at least so many times as large. */
const minRatio = 1.95;

/** Pixels of the longest side: enough for a thumbnail of 512 pixels. */
const minSide = 1_000;

/** The divisor of an image's reduction: the largest one that is possible. @returns undefined if it gets none */
export function divisorOf({ width, height }: Size): number | undefined {
  if (width * height < minReducedPixels) return undefined;
  for (let divisor = maxDivisor; divisor >= minDivisor; divisor -= 1) {
    const isWhole = width % divisor === 0 && height % divisor === 0;
    if (isWhole && Math.max(width, height) / divisor >= minSide) return divisor;
  }
  return undefined;
}

/**
 * Commands with which a result of a reduction is that of the image. Others give places or sizes in pixels of the image, or need its
 * metadata.
 */
const scalable: ReadonlySet<string> = new Set<keyof ImageCommand>([
  'wid',
  'hei',
  'fit',
  'align',
  'dpr',
  'fmt',
  'qlt',
  'jpegSize',
  'quantize',
  'bgc',
  'resMode',
  'network',
  'id',
  'cache',
  'defaultImage',
  'limits',
  'op_sharpen',
]);

/**
 * Whether a result can be made from the reduction: it has the same size and place, and at most about half of the
 * reduction's size.
 * @param image with its orientation applied
 */
export function fitsReduction(image: Source, divisor: number, command: ImageCommand): boolean {
  if (Object.keys(command).some((name) => !scalable.has(name))) return false;
  if (command.fmt.pixelType === 'cmyk') return false;
  const settled = { ...command, fmt: { ...chooseFormat(command.fmt, false), isGiven: true } };
  const reduced = { ...image, width: image.width / divisor, height: image.height / divisor };
  const [own, other] = [planOf(image, settled), planOf(reduced, settled)];
  if (!own?.part || !other?.part || own.part.window.width !== image.width) return false;
  const { scaled } = own.part;
  if (scaled.width * minRatio > reduced.width || scaled.height * minRatio > reduced.height) return false;
  const placeOf = ({ reply, at, part }: NonNullable<typeof own>) =>
    JSON.stringify([reply, at, part?.scaled, part?.cut]);
  return own.part.window.height === image.height && placeOf(own) === placeOf(other);
}

/** @returns undefined for an image that would be refused: the image itself says why */
function planOf(source: Source, command: ImageCommand): ReturnType<typeof planImage> | undefined {
  try {
    return planImage(source, command);
  } catch {
    return undefined;
  }
}
