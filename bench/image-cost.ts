/**
 * Measures the processor time of the slowest replies of the image server: the largest result of each format, and the
 * largest master of each kind. `npm run bench -- image-cost` writes bench/results/image-cost.json, and fails if a reply
 * takes more than `maxReplySeconds`. Processor time of this process is counted, not time on the clock, because the machine
 * may be shared.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { largestByEffort } from '../adapters/sharp/encoder-effort.ts';
import { transformImage } from '../adapters/sharp/transform-image.ts';
import { type ImageFormat, imageFormats } from '../domain/delivery/image-formats.ts';
import { parseImageCommand } from '../domain/delivery/parse-image-command.ts';
import { maxPixelsFor, maxPixelsOf } from '../domain/delivery/pixel-budgets.ts';
import { decodeMilliseconds, type StoredImage } from '../domain/uploads/decode-cost.ts';
import { maxBytesByType, maxDecodeMilliseconds, maxPixels } from '../domain/uploads/limits.ts';
import { machine, today } from './support/machine.ts';
import { writeBetweenMarkers } from './support/marked-text.ts';

const resultFile = join(import.meta.dirname, 'results', 'image-cost.json');

/** Seconds of processor time that a reply may take. */
const maxReplySeconds = 5;

/** Milliseconds: longer than any reply, so that nothing is stopped. */
const patience = 120_000;

interface FormatCost {
  readonly fmt: string;
  readonly megapixels: number;
  /** The slowest of all contents. */
  readonly content: string;
  readonly seconds: number;
}

interface SourceCost {
  readonly source: string;
  readonly megapixels: number;
  /** As the domain estimates it. */
  readonly estimate: number;
  readonly seconds: number;
}

interface CommandCost {
  readonly query: string;
  readonly megapixels: number;
  readonly seconds: number;
}

export interface Costs {
  readonly formats: readonly FormatCost[];
  readonly sources: readonly SourceCost[];
  readonly commands: readonly CommandCost[];
}

const page = join(import.meta.dirname, '..', 'docs', 'limits.md');

/** Pixels: the side of the picture that commands are measured on. */
const commandSide = 4_000;

/**
 * @param parameters `commands`, `sources`, perhaps with the beginning of a kind, or the beginning of a format: to measure only these and
 * keep the other results
 */
export async function run(parameters: readonly string[]): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  const [only = '', ofKind = ''] = parameters;
  const before = earlierResult();
  const formats = replaced(
    before.formats,
    only === 'sources' || only === 'commands' ? [] : await measureFormats(only),
    ({ fmt }) => fmt,
  );
  const measured = only === '' || only === 'sources' ? await measureSources(ofKind) : [];
  const sources = replaced(before.sources, measured, ({ source }) => source);
  const commands = only === '' || only === 'commands' ? await measureCommands() : (before.commands ?? []);
  const slowest = (rows: readonly { readonly seconds: number }[]) =>
    Math.max(0, ...rows.map(({ seconds }) => seconds));
  const reply = Math.max(slowest(formats) + slowest(sources), slowest(commands));
  const result = {
    machine: machine(),
    node: process.version,
    sharp: sharp.versions,
    date: today(),
    slowestReplySeconds: rounded(reply),
    formats,
    sources,
    commands,
  };
  writeFileSync(resultFile, `${JSON.stringify(result, null, 2)}\n`);
  writeBetweenMarkers(page, 'image-costs', limitTable(result));
  console.log(
    `The slowest reply: ${reply.toFixed(1)} s of processor time; at most ${maxReplySeconds} s are allowed`,
  );
  if (reply <= maxReplySeconds) return;
  console.error(
    'That is too slow: lower the budgets in domain/delivery/pixel-budgets.ts or maxDecodeMilliseconds',
  );
  process.exitCode = 1;
}

function earlierResult(): Costs {
  if (!existsSync(resultFile)) return { formats: [], sources: [], commands: [] };
  return JSON.parse(readFileSync(resultFile, 'utf8')) as ReturnType<typeof earlierResult>;
}

/** The earlier rows, each replaced by the one that was measured now. */
function replaced<Row>(before: readonly Row[], now: readonly Row[], nameOf: (row: Row) => string): Row[] {
  const rows = new Map(before.map((row) => [nameOf(row), row]));
  for (const row of now) rows.set(nameOf(row), row);
  return [...rows.values()];
}

const rounded = (value: number) => Math.round(value * 100) / 100;

/** Seconds from which a measurement is repeated. */
const repeatFrom = 2;

/**
 * The lesser of two measurements if the first is long: processor time grows too while another process uses the same core.
 */
async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const first = await measureOnce(work);
  return first < repeatFrom ? first : Math.min(first, await measureOnce(work));
}

async function measureOnce(work: () => Promise<unknown>): Promise<number> {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return rounded((user + system) / 1e6);
}

/** Lines of a band that is repeated down the picture: encoders find no repetition at such a distance. */
const bandLines = 500;

/** Pixels of a band with 4 channels. `noise` is worst for some encoders, a noisy `photo` for others. */
async function bandOf(content: 'noise' | 'photo', width: number): Promise<Buffer> {
  const height = bandLines;
  const grain = (shrink: number, sigma: number) =>
    sharp({
      create: {
        width: Math.ceil(width / shrink),
        height: Math.ceil(height / shrink),
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma },
      },
    })
      .png({ compressionLevel: 0 })
      .toBuffer()
      .then((made) => sharp(made).resize(width, height, { kernel: 'cubic', fit: 'fill' }));
  const pixels = Buffer.alloc(width * height * 4);
  const colours = async (shrink: number, sigma: number) => (await grain(shrink, sigma)).raw().toBuffer();
  const [coarse, middle, fine] =
    content === 'noise'
      ? [await colours(1, 60), undefined, undefined]
      : [await colours(100, 50), await colours(4, 40), await colours(1, 4)];
  const alpha = await colours(content === 'noise' ? 1 : 50, 80);
  const at = (from: Buffer | undefined, index: number, share: number) =>
    from ? ((from[index] ?? 0) - 128) * share : 0;
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const index = pixel * 3 + channel;
      const value = (coarse?.[index] ?? 0) + at(middle, index, 0.5) + at(fine, index, 1);
      pixels[pixel * 4 + channel] = Math.max(0, Math.min(255, value));
    }
    pixels[pixel * 4 + 3] = alpha[pixel * 3] ?? 255;
  }
  return pixels;
}

/** A square picture. */
async function picture(content: 'noise' | 'photo', side: number): Promise<Sharp> {
  const raw = { width: side, height: bandLines, channels: 4 } as const;
  const band = sharp(await bandOf(content, side), { raw, limitInputPixels: false });
  return band.extend({ bottom: Math.max(0, side - bandLines), extendWith: 'repeat' });
}

async function measureFormats(only: string): Promise<FormatCost[]> {
  const rows: FormatCost[] = [];
  for (const format of Object.keys(imageFormats) as ImageFormat[]) {
    const { pixelTypes, compressions } = imageFormats[format];
    for (const pixelType of pixelTypes) {
      for (const compression of compressions) {
        if (!format.startsWith(only)) continue;
        rows.push(await measureFormat(`${format},${pixelType},${compression}`));
        console.log(JSON.stringify(rows.at(-1)));
      }
    }
  }
  return rows;
}

async function measureFormat(fmt: string): Promise<FormatCost> {
  const hasChroma = /^p?jpeg,rgb/.test(fmt);
  const command = parseImageCommand(`fmt=${fmt}&qlt=100${hasChroma ? ',1' : ''}`);
  const costs: FormatCost[] = [];
  for (const pixels of largestByEffort(command.fmt, maxPixelsOf(command.fmt))) {
    const side = Math.floor(Math.sqrt(pixels));
    for (const content of ['noise', 'photo'] as const) {
      const source = await (await picture(content, side)).tiff({ compression: 'none' }).toBuffer();
      const seconds = await processorSeconds(() => transformImage(source, command, patience));
      costs.push({ fmt, megapixels: rounded(pixels / 1e6), content, seconds });
    }
  }
  return costs.reduce((slow, cost) => (cost.seconds > slow.seconds ? cost : slow));
}

/** URLs that cost as much as they can: each effect at its strongest, on the largest result that it may have. */
const expensive = [
  '',
  'op_sharpen=1',
  'op_usm=5,250,0,0',
  'op_usm=5,250,0,1',
  'op_blur=100',
  'op_blur=7',
  'op_brightness=50&op_contrast=50&op_saturation=50',
  'op_colorize=3080ff,norm,100',
  'rotate=90',
  'rotate=33',
  'flip=lrud&rotate=33&op_usm=5,250,0,0&op_blur=7&op_saturation=50',
  'crop=100,100,3000,3000&rotate=33&bgColor=ff0000',
  'extend=500,500,500,500',
  'jpegSize=100',
  'fmt=png8&quantize=adaptive,diffuse,256',
] as const;

async function measureCommands(): Promise<CommandCost[]> {
  const rows: CommandCost[] = [];
  const source = await (await picture('photo', commandSide)).jpeg({ quality: 90 }).toBuffer();
  for (const query of expensive) {
    const command = parseImageCommand(`${query}${query.includes('fmt=') ? '' : '&fmt=jpeg'}`);
    const seconds = await processorSeconds(() => transformImage(source, command, patience));
    rows.push({ query, megapixels: rounded(maxPixelsFor(command) / 1e6), seconds });
    console.log(JSON.stringify(rows.at(-1)));
  }
  return rows;
}

/** The page about limits, with what the slowest URLs take. */
export function limitTable({ formats, sources, commands }: Costs): string {
  const first = (rows: readonly { readonly seconds: number }[]) =>
    rows.reduce((slow, row) => Math.max(slow, row.seconds), 0);
  return [
    '| URL of an image of 16 megapixels | budget of its result, megapixels | seconds of a processor |',
    '|---|---|---|',
    ...commands.map(
      ({ query, megapixels, seconds }) => `| \`${query || '(no command)'}\` | ${megapixels} | ${seconds} |`,
    ),
    '',
    `The slowest encoder takes ${first(formats)} s, the slowest master ${first(sources)} s. Together they are the most expensive URL without effects: ${rounded(first(formats) + first(sources))} s. With effects, on 0.6 of the pixels, no URL takes more than ${rounded(0.6 * first(formats) + first(sources) + first(commands))} s.`,
  ].join('\n');
}

interface SourceKind {
  readonly name: string;
  readonly stored: Omit<StoredImage, 'width' | 'height' | 'bytes'>;
  readonly make: (image: Sharp) => Sharp;
}

const kinds: readonly SourceKind[] = [
  kind('JPEG', { format: 'jpeg' }, (image) => image.jpeg({ quality: 90 })),
  kind('JPEG of best quality', { format: 'jpeg' }, (image) =>
    image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
  ),
  kind('progressive JPEG', { format: 'jpeg', isProgressive: true }, (image) =>
    image.jpeg({ quality: 100, chromaSubsampling: '4:4:4', progressive: true }),
  ),
  kind('JPEG with a profile', { format: 'jpeg', hasProfile: true }, (image) =>
    image.withIccProfile('p3').jpeg({ quality: 90 }),
  ),
  kind('CMYK JPEG', { format: 'jpeg', channels: 4, space: 'cmyk' }, (image) =>
    image.toColourspace('cmyk').jpeg({ quality: 90 }),
  ),
  kind('PNG', { format: 'png' }, (image) => image.png({ compressionLevel: 3 })),
  kind('PNG with alpha and a profile', { format: 'png', channels: 4, hasProfile: true }, (image) =>
    image.withIccProfile('p3').png({ compressionLevel: 3 }),
  ),
  kind('interlaced PNG', { format: 'png', isProgressive: true }, (image) =>
    image.png({ compressionLevel: 3, progressive: true }),
  ),
  kind(
    'PNG of 16 bits with alpha and a profile',
    { format: 'png', channels: 4, bits: 16, hasProfile: true },
    (image) => image.toColourspace('rgb16').withIccProfile('p3').png({ compressionLevel: 3 }),
  ),
  kind('WebP', { format: 'webp' }, (image) => image.webp({ quality: 75, effort: 0 })),
  kind('lossless WebP', { format: 'webp', channels: 4 }, (image) =>
    image.webp({ lossless: true, effort: 0 }),
  ),
  kind('GIF', { format: 'gif', channels: 4 }, (image) => image.gif({ effort: 1, colours: 256 })),
  kind('TIFF', { format: 'tiff' }, (image) => image.tiff({ compression: 'lzw' })),
  kind('TIFF of 16 bits with a profile', { format: 'tiff', bits: 16, hasProfile: true }, (image) =>
    image.toColourspace('rgb16').withIccProfile('p3').tiff({ compression: 'deflate' }),
  ),
  kind('CMYK TIFF', { format: 'tiff', channels: 4, space: 'cmyk' }, (image) =>
    image.toColourspace('cmyk').tiff({ compression: 'lzw' }),
  ),
  kind('AVIF', { format: 'heif' }, (image) => image.avif({ quality: 90, effort: 0 })),
  kind('AVIF of 10 bits with alpha', { format: 'heif', channels: 4, bits: 10 }, (image) =>
    image.avif({ quality: 90, effort: 0, bitdepth: 10 }),
  ),
];

function kind(
  name: string,
  stored: Partial<StoredImage> & Pick<StoredImage, 'format'>,
  make: SourceKind['make'],
): SourceKind {
  const usual = { channels: 3, bits: 8, isProgressive: false, space: 'srgb', hasProfile: false };
  return {
    name,
    stored: { ...usual, ...stored },
    make: (image) =>
      make((stored.channels ?? 3) === 4 && stored.space !== 'cmyk' ? image : image.removeAlpha()),
  };
}

/**
 * Side of the largest square master of a kind: WebP has at most 16,383 pixels a side.
 * @param density bytes of the file for each pixel
 */
function maxSide(stored: SourceKind['stored'], density: number): number {
  let side = Math.min(Math.floor(Math.sqrt(maxPixels)), 16_000);
  const isTooLarge = () => {
    const bytes = side * side * density;
    const image = { ...stored, width: side, height: side, bytes };
    return bytes > maxBytesByType.image || decodeMilliseconds(image) > maxDecodeMilliseconds;
  };
  while (isTooLarge()) side -= 10;
  return side;
}

const sampleSide = 1_000;

async function measureSources(ofKind: string): Promise<SourceCost[]> {
  const rows: SourceCost[] = [];
  for (const { name, stored, make } of kinds.filter((kind) => kind.name.startsWith(ofKind))) {
    // The encoder of lossy WebP refuses large images of noise.
    const content = name === 'WebP' ? 'photo' : 'noise';
    const sample = await make(await picture(content, sampleSide)).toBuffer();
    const side = maxSide(stored, sample.length / sampleSide ** 2);
    const source = await make(await picture(content, side)).toBuffer();
    const image = { ...stored, width: side, height: side, bytes: source.length };
    // The cheapest encoder at the largest size: what is left is decoding, converting and scaling.
    const seconds = await processorSeconds(() =>
      transformImage(source, parseImageCommand('fmt=tif'), patience),
    );
    rows.push({
      source: name,
      megapixels: rounded((side * side) / 1e6),
      estimate: rounded(decodeMilliseconds(image) / 1_000),
      seconds,
    });
    console.log(JSON.stringify(rows.at(-1)));
  }
  return rows;
}
