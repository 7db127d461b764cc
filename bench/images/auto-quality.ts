/** Bytes of files with `qlt=auto` against those with `qlt=80`. */
import { join } from 'node:path';
import sharp from 'sharp';
import { encode } from '../../adapters/sharp/encode-image.ts';
import { findQualities, targetLikeness } from '../../adapters/sharp/find-quality.ts';
import { lookPixels } from '../../adapters/sharp/look-of-image.ts';
import { autoQualityFormats } from '../../domain/delivery/auto-quality.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { geometricMean, round } from '../support/statistics.ts';
import { photos } from './comparison.ts';

/** Longest sides of the files that are compared. Qualities are found at the first one, as at ingest. */
const sides = [lookPixels, 1_000] as const;

interface AutoQualityRow {
  readonly photo: string;
  readonly format: (typeof autoQualityFormats)[number];
  readonly quality: number;
  /** Bytes ÷ bytes of quality 80, by longest side. */
  readonly ratios: readonly number[];
}

export interface AutoQualityBytes {
  readonly target: number;
  readonly rows: readonly AutoQualityRow[];
  /** Milliseconds of processor time to find the qualities of a picture: the mean. */
  readonly cpu: number;
}

export async function measureAutoQuality(folder: string): Promise<AutoQualityBytes> {
  const rows: AutoQualityRow[] = [];
  let spent = 0;
  for (const [photo, { name }] of Object.entries(photos)) {
    const pictures = await Promise.all(sides.map((side) => pixelsOf(join(folder, name), side)));
    const [small] = pictures;
    if (!small) continue;
    const begun = process.cpuUsage();
    const found = await findQualities(small);
    const { user, system } = process.cpuUsage(begun);
    spent += (user + system) / 1_000;
    for (const format of autoQualityFormats) {
      const ratios = await Promise.all(
        pictures.map(async (pixels) => {
          const [own, usual] = [
            await bytesOf(pixels, format, found[format]),
            await bytesOf(pixels, format, 80),
          ];
          return round(own / usual, 3);
        }),
      );
      rows.push({ photo, format, quality: found[format], ratios });
    }
  }
  return { target: targetLikeness, rows, cpu: Math.round(spent / Object.keys(photos).length) };
}

/** The figure of the results: the geometric mean of all ratios. */
export function autoQualityFigure({ rows }: AutoQualityBytes): number {
  return round(geometricMean(rows.flatMap(({ ratios }) => ratios)), 3);
}

async function pixelsOf(file: string, side: number) {
  const { data, info } = await sharp(file)
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function bytesOf(
  { data, width, height }: Awaited<ReturnType<typeof pixelsOf>>,
  format: string,
  quality: number,
): Promise<number> {
  const { fmt, qlt } = parseImageCommand(`fmt=${format}&qlt=${quality}`);
  const image = sharp(data, { raw: { width, height, channels: 4 } }).flatten({ background: '#ffffff' });
  return (await encode(image, { fmt, qlt }, width * height).toBuffer()).length;
}
