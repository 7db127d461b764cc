/** HEIC and BMP are decoded at ingest, and a rendition is delivered. */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { headBytes } from '../../../adapters/media/media-file.ts';
import { readMedia } from '../../../adapters/media/read-media.ts';
import { readImage } from '../../../adapters/sharp/read-image.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { type BmpOptions, bmpFile, bmpLines } from '../../support/images/bmp-file.ts';
import { colourOfNumbers, displayP3 } from '../../support/images/icc-profiles.ts';
import { imageReaders, readUpload } from '../../support/images/read-upload.ts';
import { makeImage } from '../../support/make-image.ts';
import { decode, distance } from '../sharp/test-card.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/images/${name}`, import.meta.url));

/** The pixels of the rendition, as the image server delivers them. */
async function delivered(bytes: Uint8Array, name: string) {
  const media = await readUpload(bytes, name);
  const made = await makeImage(
    media.rendition ?? Buffer.alloc(0),
    parseImageCommand('fmt=png-alpha'),
    30_000,
  );
  return { media, pixels: await decode(made) };
}

const red = [255, 0, 0] as const;
const green = [0, 255, 0] as const;
const blue = [0, 0, 255] as const;
const white = [255, 255, 255] as const;
const size = { width: 2, height: 2 };
const palette = [red, green, blue, white];

/** Above: red, green. Below: blue, white. */
const bitmaps: readonly (readonly [name: string, options: BmpOptions])[] = [
  [
    '24 bits',
    {
      ...size,
      bits: 24,
      data: bmpLines([
        [255, 0, 0, 255, 255, 255],
        [0, 0, 255, 0, 255, 0],
      ]),
    },
  ],
  [
    '24 bits from the top',
    {
      ...size,
      bits: 24,
      isTopDown: true,
      data: bmpLines([
        [0, 0, 255, 0, 255, 0],
        [255, 0, 0, 255, 255, 255],
      ]),
    },
  ],
  [
    '24 bits with a header of OS/2',
    {
      ...size,
      bits: 24,
      headerBytes: 12,
      data: bmpLines([
        [255, 0, 0, 255, 255, 255],
        [0, 0, 255, 0, 255, 0],
      ]),
    },
  ],
  [
    '32 bits, whose fourth byte counts nothing',
    {
      ...size,
      bits: 32,
      data: bmpLines([
        [255, 0, 0, 0, 255, 255, 255, 0],
        [0, 0, 255, 0, 0, 255, 0, 0],
      ]),
    },
  ],
  [
    '32 bits with masks in another order',
    {
      ...size,
      bits: 32,
      compression: 3,
      masks: [0x000000ff, 0x0000ff00, 0x00ff0000],
      data: bmpLines([
        [0, 0, 255, 0, 255, 255, 255, 0],
        [255, 0, 0, 0, 0, 255, 0, 0],
      ]),
    },
  ],
  [
    '16 bits of 5, 5 and 5',
    {
      ...size,
      bits: 16,
      data: bmpLines([
        [0x1f, 0, 0xff, 0x7f],
        [0, 0x7c, 0xe0, 0x03],
      ]),
    },
  ],
  [
    '16 bits of 5, 6 and 5',
    {
      ...size,
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x07e0, 0x001f],
      data: bmpLines([
        [0x1f, 0, 0xff, 0xff],
        [0, 0xf8, 0xe0, 0x07],
      ]),
    },
  ],
  [
    'a palette of 8 bits',
    {
      ...size,
      bits: 8,
      palette,
      data: bmpLines([
        [2, 3],
        [0, 1],
      ]),
    },
  ],
  ['a palette of 4 bits', { ...size, bits: 4, palette, data: bmpLines([[0x23], [0x01]]) }],
  [
    'a palette of 8 bits of OS/2',
    {
      ...size,
      bits: 8,
      headerBytes: 12,
      palette: [...palette, ...Array.from({ length: 252 }, () => white)],
      data: bmpLines([
        [2, 3],
        [0, 1],
      ]),
    },
  ],
  [
    'run lengths of 8 bits',
    { ...size, bits: 8, compression: 1, palette, data: Buffer.from([1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1]) },
  ],
  [
    'run lengths of 8 bits with absolute values',
    {
      ...size,
      bits: 8,
      compression: 1,
      palette,
      data: Buffer.from([1, 2, 1, 3, 0, 2, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1]),
    },
  ],
  [
    'run lengths of 4 bits',
    { ...size, bits: 4, compression: 2, palette, data: Buffer.from([2, 0x23, 0, 0, 2, 0x01, 0, 1]) },
  ],
];

describe('a BMP', () => {
  it.each(bitmaps)('of %s is delivered as PNG with its pixels', async (_, options) => {
    const bytes = bmpFile(options);
    const { media, pixels } = await delivered(bytes, 'a.bmp');
    expect(media).toMatchObject({
      facts: {
        type: 'image',
        mimeType: 'image/png',
        bytes: media.rendition?.length,
        width: 2,
        height: 2,
        originalType: 'image/bmp',
        originalBytes: bytes.length,
      },
      warnings: [],
    });
    const found = [pixels.at(0, 0), pixels.at(1, 0), pixels.at(0, 1), pixels.at(1, 1)];
    expect(found.map((pixel) => pixel.slice(0, 3))).toEqual(
      [red, green, blue, white].map((pixel) => [...pixel]),
    );
  });

  it('in black and white is delivered with its pixels', async () => {
    const { pixels } = await delivered(
      bmpFile({ ...size, bits: 1, palette: [[0, 0, 0], white], data: bmpLines([[0x40], [0x80]]) }),
      'a.bmp',
    );
    expect([pixels.at(0, 0)[0], pixels.at(1, 0)[0], pixels.at(0, 1)[0], pixels.at(1, 1)[0]]).toEqual([
      255, 0, 0, 255,
    ]);
  });

  it('that is large has a reduction, as other images have', async () => {
    const large = {
      width: 4_000,
      height: 2_400,
      bits: 1,
      palette: [red, blue],
      data: Buffer.alloc(500 * 2_400),
    };
    const { reduction } = await readUpload(bmpFile(large), 'a.bmp');
    expect(reduction?.divisor).toBe(4);
    expect(await sharp(reduction?.bytes).metadata()).toMatchObject({
      format: 'jpeg',
      width: 1_000,
      height: 600,
    });
  });

  it('keeps the alpha that its masks name', async () => {
    const masks = [0x00ff0000, 0x0000ff00, 0x000000ff, 0xff000000];
    const data = bmpLines([
      [0, 0, 255, 128],
      [0, 255, 0, 255],
    ]);
    const { media, pixels } = await delivered(
      bmpFile({ width: 1, height: 2, bits: 32, compression: 3, headerBytes: 124, masks, data }),
      'a.bmp',
    );
    expect(media.facts.hasAlpha).toBe(true);
    expect([pixels.at(0, 0), pixels.at(0, 1)]).toEqual([
      [0, 255, 0, 255],
      [255, 0, 0, 128],
    ]);
  });

  it.each<[string, () => Buffer, string]>([
    [
      'cut off in its pixels',
      () => bmpFile({ ...size, bits: 24, data: bmpLines([[1, 2, 3, 4, 5, 6]]) }),
      'its pixels are cut off',
    ],
    [
      'cut off in its palette',
      () => bmpFile({ ...size, bits: 8, palette, data: Buffer.alloc(0) }).subarray(0, 60),
      'its palette is cut off',
    ],
    [
      'cut off in its header',
      () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(64)]),
      'its header is cut off',
    ],
    [
      'cut off in its run lengths',
      () => bmpFile({ ...size, bits: 8, compression: 1, palette, data: Buffer.from([1, 2]) }),
      'its run lengths are cut off',
    ],
    [
      'of an embedded JPEG',
      () => bmpFile({ ...size, bits: 24, compression: 4, data: Buffer.alloc(16) }),
      'a BMP image of 24 bits with compression 4',
    ],
    [
      'without pixels',
      () => bmpFile({ width: 0, height: 2, bits: 24, data: Buffer.alloc(16) }),
      'it has no pixels',
    ],
    [
      'too large',
      () => bmpFile({ width: 10_000, height: 10_000, bits: 24, data: Buffer.alloc(16) }),
      'The image has 100000000 pixels; at most 50000000 are decoded of this format',
    ],
    [
      'too large, and small as a file',
      () =>
        bmpFile({
          width: 2 ** 30,
          height: 2 ** 30,
          bits: 8,
          compression: 1,
          palette,
          data: Buffer.from([0, 1]),
        }),
      'at most 50000000 are decoded',
    ],
  ])('is refused: %s', async (_, make, message) => {
    await expect(readUpload(make(), 'a.bmp')).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(message),
    });
  });
});

describe('a HEIC image', () => {
  const left = [200, 100, 50];
  const right = [30, 60, 200];

  it('is delivered as JPEG with its pixels', async () => {
    const { media, pixels } = await delivered(fixture('heic-plain.heic'), 'IMG_0001.HEIC');
    expect(media).toMatchObject({
      facts: {
        type: 'image',
        mimeType: 'image/jpeg',
        width: 48,
        height: 32,
        originalType: 'image/heic',
        originalBytes: 660,
      },
      warnings: [],
    });
    expect(distance(pixels.at(8, 16), left)).toBeLessThanOrEqual(4);
    expect(distance(pixels.at(40, 16), right)).toBeLessThanOrEqual(4);
  });

  it('is upright', async () => {
    const { media, pixels } = await delivered(fixture('heic-rot.heic'), 'a.heic');
    expect(media.facts).toMatchObject({ width: 32, height: 48 });
    expect(media.facts.orientation).toBeUndefined();
    expect(distance(pixels.at(16, 8), left)).toBeLessThanOrEqual(4);
    expect(distance(pixels.at(16, 40), right)).toBeLessThanOrEqual(4);
  });

  it('with alpha is delivered as PNG', async () => {
    const { media, pixels } = await delivered(fixture('heic-alpha.heic'), 'a.heic');
    expect(media.facts).toMatchObject({ mimeType: 'image/png', hasAlpha: true });
    expect(distance(pixels.at(8, 16), [...left, 128])).toBeLessThanOrEqual(4);
  });

  it('keeps its profile, so that its colours are converted', async () => {
    const { media, pixels } = await delivered(fixture('heic-p3.heic'), 'a.heic');
    const { icc } = await sharp(media.rendition).metadata();
    expect(icc?.toString('latin1', 36, 40)).toBe('acsp');
    const expected = colourOfNumbers(displayP3, [200 / 255, 100 / 255, 50 / 255]);
    expect(distance(pixels.at(8, 16), expected)).toBeLessThanOrEqual(4);
  });

  it.each<[string, () => Buffer, string]>([
    ['cut off in its pixels', () => fixture('heic-plain.heic').subarray(0, 600), 'is damaged or cut off'],
    ['cut off in its header', () => fixture('heic-plain.heic').subarray(0, 200), 'The file'],
    [
      'too large',
      () => {
        const bytes = fixture('heic-plain.heic');
        const at = bytes.indexOf('ispe') + 8;
        bytes.writeUInt32BE(9_000, at);
        bytes.writeUInt32BE(9_000, at + 4);
        return bytes;
      },
      'The image has 81000000 pixels; at most 50000000',
    ],
  ])('is refused: %s', async (_, make, message) => {
    await expect(readUpload(make(), 'a.heic')).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(message),
    });
  });

  it('is refused by name where the operator has switched HEIC off', async () => {
    const bytes = fixture('heic-plain.heic');
    const file = {
      fileName: 'a.heic',
      declaredType: 'image/heic',
      bytes: bytes.length,
      head: bytes.subarray(0, headBytes),
      readRange: async (first: number, length: number) => bytes.subarray(first, first + length),
      readAll: async () => bytes,
    };
    const reading = readMedia(
      file,
      { allowActiveContent: false },
      {
        ...imageReaders,
        image: (content, accepted) => readImage(content, accepted, { heic: false }),
      },
    );
    await expect(reading).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(
        'which this installation does not accept; save it as TIFF, PNG or JPEG',
      ),
    });
  });
});
