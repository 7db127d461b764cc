/** Bytes of our encoders at the likeness that the encoders of ipx reach: sharp's defaults. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { geometricMean, round } from '../support/statistics.ts';
import { photos } from './comparison.ts';
import type { Encoded, Encoding } from './image-server.ts';
import type { Likeness } from './likeness.ts';
import type { Name, Servers } from './speed.ts';

type Format = Encoding['format'];

/** Our qualities, and those of ipx that the same likeness is looked for among. */
const qualities: Readonly<
  Record<Format, { readonly ours: readonly number[]; readonly ipx: readonly number[] }>
> = {
  jpeg: { ours: [60, 80, 88], ipx: [50, 60, 70, 76, 82, 88, 92, 95] },
  webp: { ours: [65, 80], ipx: [55, 65, 72, 78, 82, 88] },
  avif: { ours: [42, 50, 60], ipx: [36, 44, 50, 56, 62, 70] },
};

/** Widths of the encoded pictures. */
const widths: Readonly<Record<Format, readonly number[]>> = {
  jpeg: [400, 800],
  webp: [400, 800],
  avif: [400, 640],
};

const pictures = ['jpeg-24', 'sideways-12', 'webp-6'] as const satisfies readonly (keyof typeof photos)[];

interface SizeRow {
  readonly format: Format;
  readonly photo: string;
  readonly width: number;
  readonly quality: number;
  readonly similarity: number;
  readonly bytes: number;
  /** Of ipx at the same likeness, between two of its qualities. */
  readonly ipxBytes: number;
  readonly cpu: number;
  readonly ipxCpu: number;
}

export interface FileSize {
  readonly metric: Likeness['metric'];
  readonly rows: readonly SizeRow[];
}

export async function measureFileSize(servers: Servers, folder: string): Promise<FileSize> {
  const rows: SizeRow[] = [];
  for (const format of Object.keys(qualities) as Format[]) {
    for (const photo of pictures) {
      for (const width of widths[format]) {
        const file = join(folder, `${photo}-${width}.png`);
        await writeFile(
          file,
          await sharp(join(folder, photos[photo].name))
            .autoOrient()
            .toColourspace('srgb')
            .resize({ width, fastShrinkOnLoad: false })
            .png({ compressionLevel: 1 })
            .toBuffer(),
        );
        const found = await compare(servers, format, file);
        rows.push(...found.map((row) => ({ format, photo, width, ...row })));
      }
    }
    const { bytes, cpu } = ratiosOf(rows, format);
    console.log(`${format}: ${bytes} of the bytes at the same likeness, ${cpu} of the CPU of the encoder`);
  }
  return { metric: servers.likeness.metric, rows };
}

interface Point {
  readonly quality: number;
  readonly similarity: number;
  readonly bytes: number;
  readonly cpu: number;
}

async function compare(
  servers: Servers,
  format: Format,
  file: string,
): Promise<Omit<SizeRow, 'format' | 'photo' | 'width'>[]> {
  const points = async (name: Name): Promise<Point[]> => {
    const list: Point[] = [];
    for (const quality of qualities[format][name]) {
      list.push({ quality, ...(await encoded(servers, name, { file, format, quality })) });
    }
    return list;
  };
  const theirs = await points('ipx');
  return (await points('ours')).flatMap((point) => {
    const equal = between(theirs, point.similarity);
    return equal ? [{ ...point, ipxBytes: equal.bytes, ipxCpu: equal.cpu }] : [];
  });
}

async function encoded(servers: Servers, name: Name, encoding: Encoding): Promise<Omit<Point, 'quality'>> {
  const made = await servers[name].call<Encoded>('encode', encoding);
  const file = Buffer.from(made.file, 'base64');
  return {
    similarity: round(await servers.likeness.score(encoding.file, file), 5),
    bytes: file.length,
    cpu: round(made.cpu, 1),
  };
}

/** Bytes and CPU at a likeness, by interpolation. @returns undefined beyond the points */
function between(points: readonly Point[], similarity: number): { bytes: number; cpu: number } | undefined {
  const sorted = [...points].sort((a, b) => a.similarity - b.similarity);
  const above = sorted.findIndex((point) => point.similarity >= similarity);
  const [low, high] = [sorted[above - 1], sorted[above]];
  if (!low || !high) return undefined;
  const share = (similarity - low.similarity) / (high.similarity - low.similarity);
  const mix = (from: number, to: number) =>
    Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)));
  return { bytes: Math.round(mix(low.bytes, high.bytes)), cpu: round(mix(low.cpu, high.cpu), 1) };
}

function ratiosOf(rows: readonly SizeRow[], format: Format) {
  const some = rows.filter((row) => row.format === format);
  return {
    bytes: round(geometricMean(some.map(({ bytes, ipxBytes }) => bytes / ipxBytes)), 3),
    cpu: round(geometricMean(some.map(({ cpu, ipxCpu }) => cpu / ipxCpu)), 3),
  };
}

/** Ours ÷ ipx: below 1, ours needs less. */
export function fileSizeFigures({ rows }: FileSize) {
  return {
    jpegBytes: ratiosOf(rows, 'jpeg').bytes,
    webpBytes: ratiosOf(rows, 'webp').bytes,
    avifBytes: ratiosOf(rows, 'avif').bytes,
    avifCpu: ratiosOf(rows, 'avif').cpu,
  };
}
