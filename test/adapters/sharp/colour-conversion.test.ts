/** Every kind of colours in a source gives the same sRGB in every output format. */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type ImageFormat, imageFormats } from '../../../domain/delivery/image-formats.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import {
  adobeRgb,
  colourOfNumbers,
  displayP3,
  grayIcc,
  numberInGray,
  numbersIn,
  type RgbProfile,
  rgbIcc,
  srgb,
} from '../../support/images/icc-profiles.ts';
import { pngChunk, pngFile } from '../../support/images/png-file.ts';
import { tiffFile, tiffPixels } from '../../support/images/tiff-file.ts';
import { makeImage } from '../../support/make-image.ts';
import { decode, distance } from './test-card.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/images/${name}`, import.meta.url));

const side = { width: 24, height: 16 };
const colour = [200, 100, 50] as const;
const gray = 130;
const grays = [gray, gray, gray];

const profiles = { 'no profile': undefined, sRGB: srgb, 'Display P3': displayP3, 'Adobe RGB': adobeRgb };
const numbers = (profile: RgbProfile | undefined) =>
  profile ? numbersIn(profile, colour) : colour.map((value) => value / 255);

interface Source {
  readonly name: string;
  readonly make: () => Buffer | Promise<Buffer>;
  readonly expected: readonly number[];
  /** Lossy or rounded sources. */
  readonly tolerance?: number;
}

const optionalIcc = (icc: Buffer | undefined) => (icc ? { icc } : {});

const rgbSources: Source[] = Object.entries(profiles).flatMap(([name, profile]) => {
  const icc = optionalIcc(profile && rgbIcc(profile));
  const pixel = numbers(profile);
  const png = (bits: 8 | 16, alpha: readonly number[] = []) =>
    pngFile({ ...side, bits, pixel: [...pixel, ...alpha], ...icc });
  return [
    ...([8, 16] as const).flatMap((bits) => [
      { name: `PNG of ${bits} bits with ${name}`, make: () => png(bits), expected: colour },
      { name: `PNG of ${bits} bits with alpha and ${name}`, make: () => png(bits, [1]), expected: colour },
      {
        name: `TIFF of ${bits} bits with ${name}`,
        make: () =>
          tiffFile({
            ...side,
            photometric: 2,
            bits,
            samples: 3,
            data: tiffPixels({ ...side, bits }, pixel),
            ...icc,
          }),
        expected: colour,
      },
    ]),
    ...([8, 10, 12] as const).map((bitdepth) => ({
      name: `AVIF of ${bitdepth} bits with ${name}`,
      make: () =>
        sharp(png(bitdepth === 8 ? 8 : 16))
          .keepIccProfile()
          .avif({ bitdepth, quality: 95, chromaSubsampling: '4:4:4' })
          .toBuffer(),
      expected: colour,
      tolerance: 3,
    })),
    ...(['jpeg', 'webp'] as const).map((format) => ({
      name: `${format} with ${name}`,
      make: () => sharp(png(8)).keepIccProfile().toFormat(format, { quality: 100 }).toBuffer(),
      expected: colour,
      tolerance: 4,
    })),
  ];
});

const graySources: Source[] = ([8, 16] as const).flatMap((bits) =>
  [
    { name: 'no profile', icc: undefined, number: gray / 255 },
    { name: 'a gray profile', icc: grayIcc(), number: numberInGray(gray) },
    // A profile for other channels than those of the pixels is of no use.
    { name: 'an RGB profile', icc: rgbIcc(displayP3), number: gray / 255 },
  ].flatMap(({ name, icc, number }) => [
    {
      name: `gray PNG of ${bits} bits with ${name}`,
      make: () => pngFile({ ...side, bits, pixel: [number], ...optionalIcc(icc) }),
      expected: grays,
    },
    {
      name: `gray PNG of ${bits} bits with alpha and ${name}`,
      make: () => pngFile({ ...side, bits, pixel: [number, 1], ...optionalIcc(icc) }),
      expected: grays,
    },
    {
      name: `gray TIFF of ${bits} bits with ${name}`,
      make: () =>
        tiffFile({
          ...side,
          photometric: 1,
          bits,
          samples: 1,
          data: tiffPixels({ ...side, bits }, [number]),
          ...optionalIcc(icc),
        }),
      expected: grays,
    },
  ]),
);

/** Inks of the image library's CMYK profile, what Little CMS makes of them in sRGB, and that profile. */
const inks = [0, 109, 150, 110];
const inksInSrgb = [152, 102, 70];
async function cmykIcc(): Promise<Buffer> {
  const made = sharp({ create: { ...side, channels: 3, background: '#9a6a50' } }).withIccProfile('cmyk');
  const { icc } = await sharp(await made.tiff().toBuffer()).metadata();
  if (!icc) throw new Error('The image library embedded no profile');
  return icc;
}

const cmykSources: Source[] = ([8, 16] as const).flatMap((bits) =>
  [true, false].map((embedded) => ({
    name: `CMYK TIFF of ${bits} bits ${embedded ? 'with a profile' : 'without a profile'}`,
    make: async () => {
      const data = tiffPixels(
        { ...side, bits },
        inks.map((ink) => ink / 255),
      );
      const icc = optionalIcc(embedded ? await cmykIcc() : undefined);
      return tiffFile({ ...side, photometric: 5, bits, samples: 4, data, ...icc });
    },
    expected: inksInSrgb,
    tolerance: 2,
  })),
);

/** Display P3 that is described by code points (Rec. ITU-T H.273: 12 and 13) and not by a profile. */
const cicp = (primaries: number, transfer: number) =>
  pngChunk('cICP', Buffer.from([primaries, transfer, 0, 1]));
const codedSources: Source[] = ([8, 16] as const).flatMap((bits) => [
  {
    name: `PNG of ${bits} bits in Display P3 by its cICP chunk`,
    make: () => pngFile({ ...side, bits, pixel: numbersIn(displayP3, colour), before: [cicp(12, 13)] }),
    expected: colour,
  },
  {
    name: `PNG of ${bits} bits in sRGB by its cICP chunk`,
    make: () => pngFile({ ...side, bits, pixel: numbers(undefined), before: [cicp(1, 13)] }),
    expected: colour,
  },
  {
    name: `PNG of ${bits} bits with an sRGB profile, which counts more than its cICP chunk`,
    make: () =>
      pngFile({ ...side, bits, pixel: numbers(undefined), icc: rgbIcc(srgb), before: [cicp(12, 13)] }),
    expected: colour,
  },
]);

const storedSources: Source[] = [
  {
    name: 'AVIF of 10 bits in Display P3 by its colr box',
    make: () => {
      const avif = fixture('avif10-pq.avif');
      const at = avif.indexOf('colrnclx') + 8;
      avif.writeUInt16BE(12, at);
      avif.writeUInt16BE(13, at + 2);
      return avif;
    },
    expected: colourOfNumbers(displayP3, [198 / 255, 100 / 255, 48 / 255]),
    tolerance: 2,
  },
  {
    name: 'PNG of 16 bits with an sRGB profile of another program',
    make: () => fixture('png16-with-srgb-profile-200-100-50.png'),
    expected: colour,
  },
  {
    name: 'gray AVIF of limited range',
    make: () => fixture('avif-monochrome-limited-range-white.avif'),
    expected: [255, 255, 255],
  },
];

const sources = [...rgbSources, ...graySources, ...cmykSources, ...codedSources, ...storedSources];

const outputs = (Object.keys(imageFormats) as ImageFormat[]).flatMap((format) =>
  imageFormats[format].pixelTypes.map((pixelType) => ({ format, pixelType })),
);

/** The colour of a result as sRGB. */
async function seen(made: Uint8Array): Promise<number[]> {
  const pixels = await decode(await sharp(made).toColourspace('srgb').png().toBuffer());
  return pixels.at(12, 8).slice(0, 3);
}

const references = new Map<string, Promise<number[]>>();

/** How a result shows a colour from a source whose numbers need no conversion: gray and CMYK have fewer colours. */
function reference(query: string, expected: readonly number[]): Promise<number[]> {
  const key = `${query} ${expected}`;
  const pixel = expected.map((value) => value / 255);
  const made =
    references.get(key) ??
    makeImage(pngFile({ ...side, bits: 8, pixel }), parseImageCommand(query), 30_000).then(seen);
  references.set(key, made);
  return made;
}

const lossless = ['png', 'png-alpha', 'tif', 'tif-alpha'];

describe('colours of a source', () => {
  it.each(sources)('$name give the same sRGB in every format', async ({ make, expected, tolerance = 1 }) => {
    const source = await make();
    for (const { format, pixelType } of outputs) {
      const query = `wid=24&fmt=${format},${pixelType}&qlt=100`;
      const found = await seen(await makeImage(source, parseImageCommand(query), 30_000));
      const right = pixelType === 'rgb' ? expected : await reference(query, expected);
      const allowed = tolerance + (lossless.includes(format) && pixelType === 'rgb' ? 0 : 3);
      expect(distance(found, right), `${format},${pixelType}: ${found}`).toBeLessThanOrEqual(allowed);
    }
  });

  it('are converted before they are padded, cut or derived', async () => {
    const source = pngFile({
      ...side,
      bits: 16,
      pixel: [...numbers(displayP3), 0.5],
      icc: rgbIcc(displayP3),
    });
    const make = (query: string, recipe?: string) =>
      makeImage(
        source,
        parseImageCommand(query),
        30_000,
        recipe === undefined ? undefined : parseImageCommand(recipe),
      ).then(decode);
    const padded = await make('wid=40&hei=40&fmt=png');
    expect(padded.at(20, 1).slice(0, 3)).toEqual([255, 255, 255]);
    const half = colour.map((value) => (value + 255) / 2);
    expect(distance(padded.at(20, 20), half)).toBeLessThanOrEqual(2);
    const cut = await make('wid=10&hei=10&fit=crop&fmt=png-alpha');
    expect([cut.width, cut.height]).toEqual([10, 10]);
    expect(distance(cut.at(5, 5), [...colour, 128])).toBeLessThanOrEqual(2);
    const derived = await make('wid=10&fmt=png-alpha', 'wid=20');
    expect(distance(derived.at(5, 2), [...colour, 128])).toBeLessThanOrEqual(2);
    const gray = await make('fmt=png', 'fmt=png,gray');
    expect(gray.at(5, 5)[0]).toBe(gray.at(5, 5)[1]);
  });

  it('of a broken profile are taken as they are', async () => {
    const broken = Buffer.from(rgbIcc(displayP3));
    broken.fill(0, 128);
    const source = pngFile({ ...side, bits: 8, pixel: numbers(undefined), icc: broken });
    const made = await makeImage(source, parseImageCommand('fmt=png'), 30_000);
    expect(distance((await decode(made)).at(5, 5), colour)).toBeLessThanOrEqual(1);
  });
});

describe('gray AVIF of limited range', () => {
  const levels = [
    [16, 0],
    [71, 64],
    [126, 128],
    [235, 255],
  ] as const;
  const made = async (source: Uint8Array, query = 'fmt=png') =>
    decode(await makeImage(source, parseImageCommand(query), 30_000));

  it.each(levels)('shows the stored %i of 8 bits as %i', async (level, shown) => {
    const source = fixture(`gray-limited-${level}.avif`);
    for (const query of ['fmt=png', 'fmt=png,gray', 'fmt=webp,rgb,lossless', 'wid=40&hei=40&fmt=png-alpha']) {
      const pixels = await made(source, query);
      const [x, y] = [pixels.width / 2, pixels.height / 2];
      expect(distance(pixels.at(x, y).slice(0, 1), [shown]), query).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [10, 16, 0],
    [10, 126, 128],
    [10, 235, 255],
    [12, 16, 0],
    [12, 126, 128],
    [12, 235, 255],
  ] as const)('with %i bits shows the stored %i as %i', async (bits, level, shown) => {
    // The encoder writes full range only. The flag of the nclx box decides.
    const source = fixture(`gray-${bits}-bits-${level}.avif`);
    expect((await made(source)).at(1, 1)[0]).toBe(level);
    const flag = source.indexOf('colrnclx') + 8 + 6;
    source.writeUInt8((source[flag] ?? 0) & 0x7f, flag);
    expect(distance((await made(source)).at(1, 1).slice(0, 1), [shown])).toBeLessThanOrEqual(1);
  });

  it('is taken as it is in full range', async () => {
    expect((await made(fixture('gray-full-128.avif'))).at(1, 1)[0]).toBe(128);
  });
});
