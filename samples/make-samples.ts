/** The sample media: pictures of several formats and sizes, a film and a document, all drawn here. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import HME from 'h264-mp4-encoder';
import PDFDocument from 'pdfkit';
import sharp, { type Sharp } from 'sharp';
import { drawScene, type Scene } from './scene.ts';

export interface Sample {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

type Encoder = (picture: Sharp) => Sharp;

const jpeg: Encoder = (picture) => picture.flatten().jpeg({ quality: 86 });
const png: Encoder = (picture) => picture.png({ compressionLevel: 6 });
const webp: Encoder = (picture) => picture.webp({ quality: 82 });
const avif: Encoder = (picture) => picture.avif({ quality: 55, effort: 0 });
const tiff: Encoder = (picture) => picture.flatten().tiff({ compression: 'lzw' });
const gif: Encoder = (picture) => picture.flatten().gif({ effort: 1 });
const grey: Encoder = (picture) => jpeg(picture.flatten().greyscale());
const cmyk: Encoder = (picture) => jpeg(picture.flatten().toColourspace('cmyk'));
const deep: Encoder = (picture) => picture.flatten().toColourspace('rgb16').png();
/** Stored rotated, as telephones do. EXIF orientation 6 corrects it. */
const rotated: Encoder = (picture) => jpeg(picture.flatten().rotate(270)).withMetadata({ orientation: 6 });

/** The names have blanks, accents and parentheses, as in real libraries. */
const pictures: readonly (readonly [
  name: string,
  width: number,
  height: number,
  encode: Encoder,
  sky?: false,
])[] = [
  ['harbour-at-dawn.jpg', 2400, 1600, jpeg],
  ['harbour-at-dusk.jpg', 1600, 1067, jpeg],
  ['long-valley.jpg', 3000, 1200, jpeg],
  ['tower-path.jpg', 1000, 1500, jpeg],
  ['square-field.jpg', 1200, 1200, jpeg],
  ['small-hill.jpg', 320, 240, jpeg],
  ['Übergang im Schnee.jpg', 1280, 853, jpeg],
  ['terrace (north).jpg', 1400, 933, jpeg],
  ['grey-morning.jpg', 1500, 1000, grey],
  ['print-proof.jpg', 1200, 800, cmyk],
  ['held-sideways.jpg', 1200, 1600, rotated],
  ['ridge.png', 1200, 800, png],
  ['ridge-cutout.png', 1200, 800, png, false],
  ['badge.png', 400, 400, png, false],
  ['deep-colour.png', 900, 600, deep],
  ['icon-hills.png', 128, 128, png, false],
  ['meadow.webp', 1600, 900, webp],
  ['meadow-cutout.webp', 1000, 750, webp, false],
  ['café-terrasse.webp', 1200, 900, webp],
  ['panorama.webp', 2800, 700, webp],
  ['coast.avif', 1200, 800, avif],
  ['coast-small.avif', 600, 400, avif],
  ['archive-plate.tif', 1000, 700, tiff],
  ['archive-plate-small.tif', 500, 350, tiff],
  ['postcard.gif', 480, 320, gif],
];

const contentTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  tif: 'image/tiff',
  gif: 'image/gif',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
};

/** Number of images among the samples. */
export const sampleImageCount = pictures.length;

/**
 * Draws the samples once and keeps them in `folder`.
 * @param onSample called after each sample, with the number of finished samples and their total
 */
export async function makeSamples(
  folder: string,
  onSample: (ready: number, total: number) => void = () => {},
): Promise<Sample[]> {
  const makers: (readonly [name: string, make: () => Promise<Buffer>])[] = [
    ...pictures.map(([name, width, height, encode, sky], index) => {
      const scene: Scene = { title: titleOf(name), seed: index + 1, width, height };
      return [
        name,
        () => encode(sharp(Buffer.from(drawScene(scene, sky === false ? { sky } : {})))).toBuffer(),
      ] as const;
    }),
    ['a-day-in-the-hills.mp4', makeFilm],
    ['catalogue.pdf', makeDocument],
  ];
  await mkdir(folder, { recursive: true });
  const samples: Sample[] = [];
  for (const [name, make] of makers) {
    const file = join(folder, name);
    const bytes = existsSync(file) ? await readFile(file) : await make();
    // Written under another name and renamed: an interrupted start leaves no partial picture.
    if (!existsSync(file)) {
      await writeFile(`${file}.part`, bytes);
      await rename(`${file}.part`, file);
    }
    samples.push({ name, contentType: contentTypeOf(name), bytes });
    onSample(samples.length, makers.length);
  }
  return samples;
}

/** The first sample with another position of the sun, for a second upload. */
export async function makeReplacement(mark: string): Promise<Sample> {
  const [name, width, height] = pictures[0] ?? ['', 0, 0];
  const scene: Scene = { title: titleOf(name), seed: 1, width, height };
  const bytes = await jpeg(
    sharp(Buffer.from(drawScene(scene, { shift: 0.35, caption: `${scene.title}, ${mark}` }))),
  ).toBuffer();
  return { name, contentType: contentTypeOf(name), bytes };
}

function titleOf(name: string): string {
  return name.replace(/\.[^.]+$/, '').replaceAll('-', ' ');
}

function contentTypeOf(name: string): string {
  return contentTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
}

/** Two seconds of H.264, 320 × 180, in which the sun crosses the sky. */
export async function makeFilm(): Promise<Buffer> {
  const encoder = await HME.createH264MP4Encoder();
  encoder.width = 320;
  encoder.height = 180;
  encoder.frameRate = 12;
  encoder.quantizationParameter = 30;
  encoder.initialize();
  const scene: Scene = { title: 'A day in the hills', seed: 77, width: 320, height: 180 };
  for (let frame = 0; frame < 24; frame += 1) {
    const picture = sharp(Buffer.from(drawScene(scene, { shift: frame / 24 }))).ensureAlpha();
    encoder.addFrameRgba(new Uint8Array(await picture.raw().toBuffer()));
  }
  encoder.finalize();
  const film = Buffer.from(encoder.FS.readFile(encoder.outputFilename));
  encoder.delete();
  return film;
}

/** A catalogue of three pages. */
async function makeDocument(): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    autoFirstPage: false,
    info: { Title: 'Hills', Author: 'Pressroom samples' },
  });
  const chunks: Buffer[] = [];
  const ended = new Promise((resolve) => document.on('end', resolve));
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const seed of [3, 5, 8]) {
    const scene: Scene = { title: `Plate ${seed}`, seed, width: 900, height: 600 };
    document.addPage();
    document.image(await jpeg(sharp(Buffer.from(drawScene(scene)))).toBuffer(), 48, 48, { width: 500 });
    document.fontSize(24).text(`Plate ${seed}`, 48, 410);
    document
      .fontSize(11)
      .text('Drawn by the samples of this project, from a seed. No photographer was harmed.', 48, 445);
  }
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
