/** Which kinds of TIFF are taken with the right pixels, and which are refused by name. */
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { readUpload } from '../../support/images/read-upload.ts';
import { type TiffOptions, tiffFile, tiffPixels } from '../../support/images/tiff-file.ts';
import { makeImage } from '../../support/make-image.ts';
import { decode, distance } from '../sharp/test-card.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/images/${name}`, import.meta.url));

const side = { width: 16, height: 16 };
const colour = [200, 100, 50];
const share = colour.map((value) => value / 255);

const eight = (pixel: readonly number[]) => tiffPixels({ ...side, bits: 8 }, pixel);
const sixteen = (pixel: readonly number[]) => tiffPixels({ ...side, bits: 16 }, pixel);

const rgb: TiffOptions = { ...side, photometric: 2, bits: 8, samples: 3, data: eight(share) };
const gray: TiffOptions = { ...side, photometric: 1, bits: 8, samples: 1, data: eight([0.5]) };
const planes = (bits: 8 | 16) => Buffer.concat(share.map((value) => tiffPixels({ ...side, bits }, [value])));
/** Sixteen pixels a line of so many bits each; the samples do not matter. */
const packed = (bits: number, samples: number) =>
  Buffer.alloc(Math.ceil((16 * bits * samples) / 8) * 16, 0x5a);

/** A colour map of 2 ** bits entries whose entry 1 is the test colour. */
const colourMap = (bits: number) =>
  share.flatMap((value) =>
    Array.from({ length: 2 ** bits }, (_, index) => (index === 1 ? Math.round(value * 65_535) : 0)),
  );

const taken: readonly (readonly [name: string, tiff: () => Buffer, expected: readonly number[]])[] = [
  ['RGB of 8 bits', () => tiffFile(rgb), colour],
  ['RGB of 16 bits', () => tiffFile({ ...rgb, bits: 16, data: sixteen(share) }), colour],
  ['RGB with big-endian numbers', () => tiffFile({ ...rgb, bigEndian: true }), colour],
  [
    'RGB with alpha',
    () => tiffFile({ ...rgb, samples: 4, data: eight([...share, 1]), extraSamples: [2] }),
    colour,
  ],
  ['RGB with planes in strips', () => tiffFile({ ...rgb, planar: true, data: planes(8) }), colour],
  [
    'RGB of 16 bits with planes in strips',
    () => tiffFile({ ...rgb, bits: 16, planar: true, data: planes(16) }),
    colour,
  ],
  [
    'RGB with ZIP compression',
    () => tiffFile({ ...rgb, compression: 8, data: deflateSync(rgb.data) }),
    colour,
  ],
  ['gray of 8 bits', () => tiffFile(gray), [128, 128, 128]],
  ['gray of 16 bits', () => tiffFile({ ...gray, bits: 16, data: sixteen([0.5]) }), [128, 128, 128]],
  [
    'gray whose zero is white',
    () => tiffFile({ ...gray, photometric: 0, data: eight([0.25]) }),
    [191, 191, 191],
  ],
  [
    'gray of 16 bits whose zero is white',
    () => tiffFile({ ...gray, photometric: 0, bits: 16, data: sixteen([0.25]) }),
    [191, 191, 191],
  ],
  ['gray of 4 bits', () => tiffFile({ ...gray, bits: 4, data: Buffer.alloc(128, 0xaa) }), [170, 170, 170]],
  ['gray of 2 bits', () => tiffFile({ ...gray, bits: 2, data: Buffer.alloc(64, 0xaa) }), [170, 170, 170]],
  [
    'gray with alpha',
    () => tiffFile({ ...gray, samples: 2, data: eight([0.5, 1]), extraSamples: [2] }),
    [128, 128, 128],
  ],
  ['black and white', () => tiffFile({ ...gray, bits: 1, data: Buffer.alloc(32, 0xff) }), [255, 255, 255]],
  [
    'a palette of 8 bits',
    () =>
      tiffFile({
        ...gray,
        photometric: 3,
        data: Buffer.alloc(256, 1),
        tags: [[320, 'short', ...colourMap(8)]],
      }),
    colour,
  ],
  [
    'a palette of 4 bits',
    () =>
      tiffFile({
        ...gray,
        photometric: 3,
        bits: 4,
        data: Buffer.alloc(128, 0x11),
        tags: [[320, 'short', ...colourMap(4)]],
      }),
    colour,
  ],
];

const saveAsRgb = 'Save it as an RGB TIFF with 8 or 16 bits, or as PNG or JPEG';
const recompress = 'Save it with LZW or ZIP compression, or without compression';

const refused: readonly (readonly [name: string, tiff: () => Buffer, message: string])[] = [
  ['a ramp of floats of 32 bits', () => fixture('float32-16px.tif'), 'with floating-point samples (32 bits)'],
  ['a Lab TIFF of another program', () => fixture('lab-16px.tif'), `a Lab TIFF. ${saveAsRgb}`],
  [
    'floats of 16 bits',
    () => tiffFile({ ...gray, bits: 16, format: 3, data: packed(16, 1) }),
    'with floating-point samples (16 bits)',
  ],
  [
    'RGB floats of 32 bits',
    () => tiffFile({ ...rgb, bits: 32, format: 3, data: packed(32, 3) }),
    `with floating-point samples (32 bits). ${saveAsRgb}`,
  ],
  [
    'floats of 64 bits',
    () => tiffFile({ ...gray, bits: 64, format: 3, data: packed(64, 1) }),
    'with floating-point samples (64 bits)',
  ],
  ['signed samples of 8 bits', () => tiffFile({ ...gray, format: 2 }), 'with signed samples (8 bits)'],
  [
    'signed samples of 16 bits',
    () => tiffFile({ ...rgb, bits: 16, format: 2, data: sixteen(share) }),
    'with signed samples (16 bits)',
  ],
  [
    'integers of 32 bits',
    () => tiffFile({ ...rgb, bits: 32, data: packed(32, 3) }),
    `an RGB TIFF with 32 bits a sample. ${saveAsRgb}`,
  ],
  [
    'complex numbers',
    () => tiffFile({ ...gray, bits: 64, format: 6, data: packed(64, 1) }),
    'with complex samples (64 bits)',
  ],
  ['gray of 12 bits', () => tiffFile({ ...gray, bits: 12, data: packed(12, 1) }), 'a gray TIFF with 12 bits'],
  ['RGB of 10 bits', () => tiffFile({ ...rgb, bits: 10, data: packed(10, 3) }), 'an RGB TIFF with 10 bits'],
  ['RGB of 4 bits', () => tiffFile({ ...rgb, bits: 4, data: packed(4, 3) }), 'an RGB TIFF with 4 bits'],
  [
    'samples of 5, 6 and 5 bits',
    () => tiffFile({ ...rgb, data: packed(16, 1), tags: [[258, 'short', 5, 6, 5]] }),
    'with samples of different sizes (5, 6, 5 bits)',
  ],
  ['Lab of 8 bits', () => tiffFile({ ...rgb, photometric: 8 }), 'a Lab TIFF'],
  [
    'Lab of 16 bits',
    () => tiffFile({ ...rgb, photometric: 8, bits: 16, data: sixteen(share) }),
    'a Lab TIFF',
  ],
  ['ICC Lab', () => tiffFile({ ...rgb, photometric: 9 }), 'a Lab TIFF (ICC Lab)'],
  ['LogLuv', () => tiffFile({ ...rgb, photometric: 32_845 }), 'colours in LogLuv'],
  ['raw data of a sensor', () => tiffFile({ ...gray, photometric: 32_803 }), 'raw data of a camera sensor'],
  ['a transparency mask', () => tiffFile({ ...gray, photometric: 4 }), 'a TIFF transparency mask'],
  [
    'colours of an unknown kind',
    () => tiffFile({ ...gray, photometric: 77 }),
    'photometric interpretation 77',
  ],
  ['uncompressed YCbCr', () => tiffFile({ ...rgb, photometric: 6 }), 'a YCbCr TIFF without JPEG compression'],
  [
    'old-style JPEG',
    () => tiffFile({ ...rgb, compression: 6 }),
    `with old-style JPEG compression. ${recompress}`,
  ],
  ['LZMA', () => tiffFile({ ...rgb, compression: 34_925 }), 'with LZMA compression'],
  ['Zstandard', () => tiffFile({ ...rgb, compression: 50_000 }), 'with Zstandard compression'],
  ['JPEG 2000', () => tiffFile({ ...rgb, compression: 34_712 }), 'with JPEG 2000 compression'],
  [
    'an unknown compression',
    () => tiffFile({ ...rgb, compression: 12_345 }),
    'with method 12345 compression',
  ],
  [
    'planes in tiles',
    () =>
      tiffFile({
        ...rgb,
        planar: true,
        data: planes(8),
        tags: [
          [322, 'long', 16],
          [323, 'long', 16],
          [324, 'long', 8, 264, 520],
          [325, 'long', 256, 256, 256],
        ],
      }),
    'a TIFF with a plane for each colour in tiles. Save it with interleaved channels',
  ],
  [
    'two extra channels',
    () => tiffFile({ ...rgb, samples: 5, data: eight([...share, 1, 1]), extraSamples: [0, 0] }),
    'a TIFF with 2 extra channels. Save it without alpha and spot channels',
  ],
  [
    'inks other than CMYK',
    () =>
      tiffFile({ ...rgb, photometric: 5, samples: 4, data: eight([0, 0, 0, 0]), tags: [[332, 'short', 2]] }),
    'a TIFF of inks other than CMYK',
  ],
];

describe('a TIFF', () => {
  it.each(taken)('of %s is taken with its right pixels', async (_, tiff, expected) => {
    const bytes = tiff();
    expect(await readUpload(bytes, 'a.tif', 'image/tiff')).toMatchObject({
      facts: { type: 'image', mimeType: 'image/tiff', width: 16, height: 16 },
      warnings: [],
    });
    const made = await decode(await makeImage(bytes, parseImageCommand('fmt=png'), 30_000));
    expect(distance(made.at(8, 8), expected)).toBeLessThanOrEqual(1);
  });

  it.each(refused)('of %s is refused by name', async (_, tiff, message) => {
    await expect(readUpload(tiff(), 'a.tif', 'image/tiff')).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(message),
    });
  });

  it.each(['none', 'lzw', 'deflate', 'packbits', 'jpeg', 'ccittfax4', 'webp'] as const)(
    'with %s compression is taken',
    async (compression) => {
      const image = sharp({ create: { ...side, channels: 3, background: '#ffffff' } });
      const bilevel = compression === 'ccittfax4' ? image.toColourspace('b-w') : image;
      const bytes = await bilevel
        .tiff({ compression, ...(compression === 'ccittfax4' ? { bitdepth: 1 as const } : {}) })
        .toBuffer();
      const { warnings } = await readUpload(bytes, 'a.tif', 'image/tiff');
      expect(warnings).toEqual([]);
      const made = await decode(await makeImage(bytes, parseImageCommand('fmt=png'), 30_000));
      expect(distance(made.at(8, 8), [255, 255, 255])).toBeLessThanOrEqual(1);
    },
  );

  it('whose directory is cut off is refused as damaged', async () => {
    const bytes = tiffFile(rgb);
    await expect(readUpload(bytes.subarray(0, -20), 'a.tif', 'image/tiff')).rejects.toMatchObject({
      code: 'upload.file-refused',
    });
  });
});
