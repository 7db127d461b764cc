/** Photoshop, Illustrator and EPS files: the picture in them is delivered, and the file is kept. */
import { writePsd } from 'ag-psd';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPsd } from '../../../adapters/media/psd-image.ts';
import { drawFirstPage } from '../../../adapters/pdfium/draw-first-page.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { Failure } from '../../../domain/failure.ts';
import { drawnAtIngest } from '../../../domain/uploads/limits.ts';
import { dosEps, epsFile, interchangeEps, photoshopEps } from '../../support/images/eps-file.ts';
import { adobeRgb, colourOfNumbers, rgbIcc } from '../../support/images/icc-profiles.ts';
import { pdfFile } from '../../support/images/pdf-file.ts';
import { type PsdOptions, psdFile, versionInfo } from '../../support/images/psd-file.ts';
import { readUpload } from '../../support/images/read-upload.ts';
import { makeImage } from '../../support/make-image.ts';
import { decode, distance } from '../sharp/test-card.ts';

/** The pixels of the rendition, as the image server delivers them. */
async function delivered(bytes: Uint8Array, name: string) {
  const media = await readUpload(bytes, name);
  const rendition = media.rendition ?? expect.unreachable(media.warnings.join());
  const made = await makeImage(rendition, parseImageCommand('fmt=png-alpha'), 30_000);
  return { media, pixels: await decode(made) };
}

const width = 32;
const height = 16;
const size = { width, height };

/** A plane whose left half has one value and whose right half has another one. */
function plane(left: number, right: number, bytes = 1): number[] {
  const sample = (value: number) => (bytes === 1 ? [value] : [value, value]);
  const line = Array.from({ length: width }, (_, x) => sample(x < width / 2 ? left : right)).flat();
  return Array.from({ length: height }, () => line).flat();
}

const rgb = (bytes = 1) => [plane(200, 30, bytes), plane(100, 60, bytes), plane(50, 200, bytes)];
const [left, right] = [
  [200, 100, 50],
  [30, 60, 200],
];
const black = [0, 0, 0];
const white = [255, 255, 255];

/** The colours 7 and 9 of a palette, whose entries are stored red by red, then green by green. */
const palette = Buffer.alloc(768);
for (const [index, colour] of [
  [7, left],
  [9, right],
] as const) {
  for (const part of [0, 1, 2]) palette[part * 256 + index] = colour?.[part] ?? 0;
}

const composites: readonly (readonly [string, PsdOptions, readonly (readonly number[] | undefined)[]])[] = [
  ['RGB', { ...size, mode: 3, planes: rgb() }, [left, right]],
  ['RGB in run lengths', { ...size, mode: 3, planes: rgb(), compression: 1 }, [left, right]],
  ['RGB of 16 bits', { ...size, mode: 3, bits: 16, planes: rgb(2) }, [left, right]],
  [
    'RGB of 16 bits in run lengths',
    { ...size, mode: 3, bits: 16, planes: rgb(2), compression: 1 },
    [left, right],
  ],
  ['RGB in a PSB', { ...size, mode: 3, planes: rgb(), isLarge: true, layers: 3 }, [left, right]],
  [
    'RGB in a PSB in run lengths',
    { ...size, mode: 3, planes: rgb(), isLarge: true, compression: 1 },
    [left, right],
  ],
  [
    'RGB with a saved selection',
    { ...size, mode: 3, planes: [...rgb(), plane(0, 0)], layers: 2 },
    [left, right],
  ],
  [
    'RGB with resources',
    {
      ...size,
      mode: 3,
      planes: rgb(),
      resources: [[1005, Buffer.alloc(16)], [1000, Buffer.alloc(3), 'odd'], versionInfo(true)],
    },
    [left, right],
  ],
  ['gray', { ...size, mode: 1, planes: [plane(0, 128)] }, [black, [128, 128, 128]]],
  ['gray of 16 bits', { ...size, mode: 1, bits: 16, planes: [plane(0, 128, 2)] }, [black, [128, 128, 128]]],
  ['a palette', { ...size, mode: 2, planes: [plane(7, 9)], palette }, [left, right]],
  [
    'black and white',
    {
      ...size,
      mode: 0,
      bits: 1,
      planes: [Array.from({ length: height }, () => [0xff, 0xff, 0, 0]).flat()],
    },
    [black, white],
  ],
];

describe('a Photoshop file', () => {
  it.each(composites)('in %s is delivered with its pixels', async (_, options, [atLeft, atRight]) => {
    const bytes = psdFile(options);
    const { media, pixels } = await delivered(bytes, 'a.psd');
    expect(media).toMatchObject({
      facts: {
        type: 'image',
        mimeType: 'image/jpeg',
        bytes: media.rendition?.length,
        ...size,
        hasAlpha: false,
        originalType: 'image/vnd.adobe.photoshop',
        originalBytes: bytes.length,
      },
      warnings: [],
    });
    expect(distance(pixels.at(6, 8), atLeft ?? [])).toBeLessThanOrEqual(6);
    expect(distance(pixels.at(26, 8), atRight ?? [])).toBeLessThanOrEqual(6);
  });

  it('in CMYK is delivered in sRGB', async () => {
    // Photoshop stores ink as 0. Left: all of cyan. Right: none.
    const none = plane(255, 255);
    const { media, pixels } = await delivered(
      psdFile({ ...size, mode: 4, planes: [plane(0, 255), none, none, none], compression: 1 }),
      'a.psd',
    );
    expect(media.facts).toMatchObject({ mimeType: 'image/jpeg', colourSpace: 'srgb' });
    const [red = 255, green = 0, blue = 0] = pixels.at(6, 8);
    expect([red < 60, green > 120, blue > 180]).toEqual([true, true, true]);
    expect(distance(pixels.at(26, 8), white)).toBeLessThanOrEqual(4);
  });

  it('in CMYK with transparency is shown on white, as Photoshop has blended it', async () => {
    const none = plane(255, 255);
    const { media, pixels } = await delivered(
      psdFile({ ...size, mode: 4, planes: [none, none, none, none, plane(255, 0)], layers: -1 }),
      'a.psd',
    );
    expect(media.facts.hasAlpha).toBe(false);
    expect(distance(pixels.at(26, 8), white)).toBeLessThanOrEqual(4);
  });

  it('keeps its transparency, and the colours that Photoshop has blended with white', async () => {
    const blended = (colour: number, alpha: number) => Math.round(255 - ((255 - colour) * alpha) / 255);
    const planes = [200, 100, 50].map((colour) => plane(blended(colour, 128), blended(colour, 255)));
    const { media, pixels } = await delivered(
      psdFile({ ...size, mode: 3, planes: [...planes, plane(128, 255)], layers: -2, compression: 1 }),
      'a.psd',
    );
    expect(media.facts).toMatchObject({ mimeType: 'image/png', hasAlpha: true });
    expect(distance(pixels.at(6, 8), [200, 100, 50, 128])).toBeLessThanOrEqual(2);
    expect(distance(pixels.at(26, 8), [200, 100, 50, 255])).toBeLessThanOrEqual(1);
  });

  it('of 16 bits keeps the transparency that its list of channels names', async () => {
    const planes = [...rgb(2), plane(255, 0, 2)];
    const ids = (first: number) => [[1053, Buffer.from([0, 0, 0, first])]] as const;
    const withAlpha = psdFile({ ...size, mode: 3, bits: 16, planes, resources: ids(0) });
    const withSelection = psdFile({ ...size, mode: 3, bits: 16, planes, resources: ids(1) });
    expect((await readUpload(withAlpha, 'a.psd')).facts.hasAlpha).toBe(true);
    expect((await readUpload(withSelection, 'a.psd')).facts.hasAlpha).toBe(false);
    // As programs other than Photoshop write it.
    const unlisted = psdFile({ ...size, mode: 3, bits: 16, planes });
    expect((await readUpload(unlisted, 'a.psd')).facts.hasAlpha).toBe(true);
  });

  it('is converted to sRGB by its profile', async () => {
    const resources = [[1039, rgbIcc(adobeRgb)]] as const;
    const { pixels } = await delivered(psdFile({ ...size, mode: 3, planes: rgb(), resources }), 'a.psd');
    const expected = colourOfNumbers(adobeRgb, [200 / 255, 100 / 255, 50 / 255]);
    expect(distance(pixels.at(6, 8), expected)).toBeLessThanOrEqual(8);
  });

  it('that is longer than a JPEG can be is delivered as PNG', async () => {
    const line = Buffer.alloc(70_000, 128);
    const media = await readUpload(psdFile({ width: 70_000, height: 1, mode: 1, planes: [line] }), 'a.psb');
    expect(media).toMatchObject({ facts: { mimeType: 'image/png', width: 70_000, height: 1 }, warnings: [] });
  });

  it('in duotone is shown in gray, with a warning', async () => {
    const media = await readUpload(psdFile({ ...size, mode: 8, planes: [plane(0, 128)] }), 'a.psd');
    expect(media).toMatchObject({
      facts: { type: 'image' },
      warnings: ['It is a duotone; it is shown in gray, without its inks'],
    });
  });

  it('with layers, as another program writes it, is delivered with its composite', async () => {
    const data = new Uint8ClampedArray(width * height * 4);
    for (let at = 0; at < data.length; at += 4)
      data.set((at / 4) % width < 16 ? [...left, 255] : [...right, 255], at);
    const imageData = { width, height, data };
    const layer = { name: 'Shoe', left: 0, top: 0, imageData: { width, height, data: data.map(() => 9) } };
    const written = { width, height, imageData, children: [layer, { name: 'Group', children: [layer] }] };
    for (const psb of [false, true]) {
      const { pixels } = await delivered(Buffer.from(writePsd(written, { psb })), 'a.psd');
      expect(distance(pixels.at(6, 8).slice(0, 3), left)).toBeLessThanOrEqual(6);
      expect(distance(pixels.at(26, 8).slice(0, 3), right)).toBeLessThanOrEqual(6);
    }
  });

  it.each<[string, () => Buffer, string]>([
    [
      'without a composite',
      () => psdFile({ ...size, mode: 3, planes: rgb(), resources: [versionInfo(false)] }),
      'It is stored as a document, without a picture. It has no composite picture, since it was saved in Photoshop without "Maximize Compatibility"',
    ],
    [
      'that ends after its layers',
      () => psdFile({ ...size, mode: 3, planes: [[], [], []], layers: 1 }).subarray(0, -2),
      'without "Maximize Compatibility"',
    ],
    [
      'in Multichannel',
      () => psdFile({ ...size, mode: 7, planes: rgb() }),
      'in the colour mode Multichannel, which is not shown',
    ],
    [
      'in Lab',
      () => psdFile({ ...size, mode: 9, planes: rgb() }),
      'in the colour mode Lab, which is not shown',
    ],
    ['of 32 bits', () => psdFile({ ...size, mode: 3, bits: 32, planes: rgb() }), 'It has 32 bits a channel'],
    ['in ZIP', () => psdFile({ ...size, mode: 3, planes: rgb(), compression: 2 }), 'has the compression 2'],
    [
      'too large',
      () => psdFile({ width: 20_000, height: 10_000, mode: 3, planes: [[], [], []] }),
      `It has 20000 × 10000 = 200000000 pixels; pictures of Photoshop files are shown up to ${drawnAtIngest.pixels} pixels`,
    ],
    [
      'of the largest size that a header can say',
      () => {
        const bytes = psdFile({ ...size, mode: 3, planes: rgb() });
        bytes.fill(0xff, 14, 22);
        return bytes;
      },
      'are shown up to',
    ],
  ])('%s is stored as a document with a warning', async (_, make, warning) => {
    const bytes = make();
    const media = await readUpload(bytes, 'a.psd');
    expect(media).toMatchObject({
      facts: { type: 'document', mimeType: 'image/vnd.adobe.photoshop', bytes: bytes.length },
      warnings: [expect.stringContaining(warning)],
      withoutPicture: expect.any(String),
    });
    expect(media).not.toHaveProperty('rendition');
  });

  const plain = () => psdFile({ ...size, mode: 3, planes: rgb() });
  const runs = () => psdFile({ ...size, mode: 3, planes: rgb(), compression: 1 });
  const changed = (bytes: Buffer, change: (bytes: Buffer) => void) => {
    change(bytes);
    return bytes;
  };
  /** Where the counts of the lines of `runs` begin. */
  const counts = 26 + 12 + 2;

  it.each<[string, () => Buffer, string]>([
    ['cut off in its pixels', () => plain().subarray(0, -1), 'its pixels are cut off'],
    ['cut off in its run lengths', () => runs().subarray(0, -1), 'its pixels are cut off'],
    ['cut off in the counts of its lines', () => runs().subarray(0, counts + 9), 'its pixels are cut off'],
    ['cut off in its header', () => plain().subarray(0, 30), 'it ends in its header'],
    ['of an unknown version', () => changed(plain(), (bytes) => bytes.writeUInt16BE(3, 4)), 'the version 3'],
    ['without pixels', () => psdFile({ width: 0, height: 9, mode: 3, planes: rgb() }), 'it has no pixels'],
    ['with too few channels', () => psdFile({ ...size, mode: 3, planes: [plane(1, 1)] }), '1 of 3 channels'],
    ['with too many channels', () => changed(plain(), (bytes) => bytes.writeUInt16BE(57, 12)), '57 channels'],
    [
      'whose palette is none',
      () => psdFile({ ...size, mode: 2, planes: [plane(7, 9)], palette: Buffer.alloc(9) }),
      'its palette has 9 bytes',
    ],
    [
      'whose resources are longer than the file',
      () => changed(plain(), (bytes) => bytes.writeUInt32BE(0xffffffff, 30)),
      'it ends in its header',
    ],
    [
      'with a resource that is longer than its section',
      () =>
        changed(psdFile({ ...size, mode: 3, planes: rgb(), resources: [versionInfo(true)] }), (bytes) =>
          bytes.writeUInt32BE(0x7fffffff, 34 + 8),
        ),
      'a resource is longer than its section',
    ],
    [
      'whose layers are longer than the file',
      () => changed(plain(), (bytes) => bytes.writeUInt32BE(0xffffff00, 34)),
      'it ends in its header',
    ],
    [
      'whose lines are far longer than their pixels',
      () => changed(runs(), (bytes) => bytes.writeUInt16BE(0xffff, counts)),
      'a line is longer than its pixels',
    ],
    [
      'with a line whose runs give fewer pixels than the picture is wide',
      () => changed(runs(), (bytes) => bytes.fill(128, counts + 96)),
      'its run lengths are cut off',
    ],
  ])('is refused: %s', async (_, make, message) => {
    await expect(readUpload(make(), 'a.psd')).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(message),
    });
  });

  it('is read or refused whatever is changed in it or cut off, and reads nothing outside the file', async () => {
    const samples = composites.map(([, options]) => psdFile({ ...options, width: 32, height: 16 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
        fc.nat(400),
        async (sample, changes, cut) => {
          const bytes = Buffer.from(
            sample.subarray(0, Math.max(30, sample.length - (cut % 3 === 0 ? cut : 0))),
          );
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const readRange = async (first: number, length: number) => {
            expect(length).toBeGreaterThan(0);
            expect(first + length).toBeLessThanOrEqual(bytes.length);
            return bytes.subarray(first, first + length);
          };
          // A thousand pixels: what is read must not depend on what the header claims.
          await readPsd({ bytes: bytes.length, readRange }, 1_000).catch((error: unknown) => {
            if (!(error instanceof Failure)) throw error;
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an EPS file', () => {
  it('with a TIFF preview is delivered as that', async () => {
    const tiff = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#c86432' } })
      .tiff()
      .toBuffer();
    const bytes = dosEps({ tiff });
    const { media, pixels } = await delivered(bytes, 'logo.eps');
    expect(media).toMatchObject({
      facts: {
        type: 'image',
        mimeType: 'image/png',
        width: 20,
        height: 10,
        originalType: 'application/eps',
        originalBytes: bytes.length,
      },
      warnings: ['Its preview of 20 × 10 pixels is shown. For a larger picture, send PDF or SVG'],
    });
    expect(pixels.at(5, 5).slice(0, 3)).toEqual([200, 100, 50]);
  });

  it.each([
    [1, ['40', '80'], 255],
    [4, ['0f', 'f0'], 255],
    [8, ['00ff', 'ff00'], 255],
    [8, ['0080', '80 00'], 128],
    [2, ['30', 'C0'], 255],
  ])(
    'with a preview in hexadecimal of %i bits is delivered as that: 0 is white',
    async (bits, lines, ink) => {
      const { media, pixels } = await delivered(
        interchangeEps({ width: 2, height: 2, bits }, lines),
        'a.eps',
      );
      expect(media.facts).toMatchObject({ type: 'image', width: 2, height: 2 });
      const found = [pixels.at(0, 0), pixels.at(1, 0), pixels.at(0, 1), pixels.at(1, 1)];
      expect(found.map(([gray]) => gray)).toEqual([255, 255 - ink, 255 - ink, 255]);
    },
  );

  it('of Photoshop is delivered as its thumbnail', async () => {
    const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#c86432' } })
      .jpeg({ quality: 100 })
      .toBuffer();
    const { media, pixels } = await delivered(photoshopEps(jpeg), 'a.eps');
    expect(media.facts).toMatchObject({ width: 16, originalType: 'application/eps' });
    expect(distance(pixels.at(8, 8), left)).toBeLessThanOrEqual(4);
  });

  const tiff = () =>
    sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer();
  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['without a preview', () => epsFile(), 'It has no preview. Save it again with a TIFF preview'],
    [
      'with a Windows metafile as its preview',
      () => dosEps({ metafile: Buffer.alloc(40) }),
      'Its preview is a Windows metafile',
    ],
    [
      'whose preview is cut off',
      async () => dosEps({ tiff: await tiff() }).subarray(0, -9),
      'Its TIFF preview is cut off',
    ],
    ['whose preview is damaged', () => dosEps({ tiff: Buffer.alloc(99, 7) }), 'Its preview is damaged'],
    [
      'whose preview says more than it has',
      () => interchangeEps({ width: 99_999, height: 600, bits: 8 }, ['00']),
      'It has no preview',
    ],
    ['whose thumbnail is no JPEG', () => photoshopEps(Buffer.alloc(9)), 'Its preview is damaged'],
  ])('%s is stored as a document with a warning', async (_, make, warning) => {
    const media = await readUpload(await make(), 'a.eps');
    expect(media).toMatchObject({
      facts: { type: 'document', mimeType: 'application/eps' },
      warnings: [expect.stringContaining(`It is stored as a document, without a picture. ${warning}`)],
    });
  });
});

const square = (document: PDFKit.PDFDocument) => document.rect(0, 0, 100, 100).fill('#c86432');

describe('an Illustrator file', () => {
  it('is drawn large, on a transparent ground', async () => {
    const bytes = await pdfFile(square);
    const { media, pixels } = await delivered(bytes, 'logo.ai');
    expect(media).toMatchObject({
      facts: {
        type: 'image',
        mimeType: 'image/png',
        width: 3_000,
        height: 1_500,
        hasAlpha: true,
        originalType: 'application/pdf',
        originalBytes: bytes.length,
      },
      warnings: [],
    });
    expect(pixels.at(100, 700)).toEqual([200, 100, 50, 255]);
    expect(pixels.at(2_000, 700)[3]).toBe(0);
  });

  it('of several pages is shown as its first one', async () => {
    expect((await readUpload(await pdfFile(square, 2), 'logo.ai')).warnings).toEqual([
      'It has 2 pages; the first one is shown',
    ]);
  });

  it('is a PDF if its name says so', async () => {
    expect(await readUpload(await pdfFile(square), 'logo.pdf')).toMatchObject({
      facts: { type: 'pdf', mimeType: 'application/pdf' },
      warnings: [],
    });
  });

  it.each([
    [{ seconds: 0 }, 'drawing takes longer than 0 seconds'],
    [{ sidePixels: 10_000, memoryBytes: 100 * 1024 * 1024 }, 'Failed to allocate memory for bitmap'],
  ])('is drawn within the limits %j', async (limits, error) => {
    const drawn = await drawFirstPage(await pdfFile(square), { ...drawnAtIngest, ...limits });
    expect(drawn).toEqual({ error });
  });

  it.each<[string, () => Promise<Buffer>, string]>([
    [
      'saved without its drawing',
      () =>
        pdfFile((document) =>
          document.fontSize(6).text('This is an Adobe Illustrator File that was saved without PDF Content.'),
        ),
      'It was saved in Illustrator without "Create PDF Compatible File"',
    ],
    [
      'damaged',
      async () => Buffer.from(`%PDF-1.5\n${'garbage '.repeat(40)}\n%%EOF`),
      'Its first page cannot be drawn',
    ],
  ])('%s is stored as a PDF with a warning', async (_, make, warning) => {
    expect(await readUpload(await make(), 'a.ai')).toMatchObject({
      facts: { type: 'pdf', mimeType: 'application/pdf' },
      warnings: [expect.stringContaining(`It is stored as a PDF, without a picture. ${warning}`)],
    });
  });
});
