/** Images that are sound but unusual, and those that are damaged: taken, taken with a warning, or refused with the reason. */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { gifFile } from '../../support/images/gif-file.ts';
import { hdrIcc } from '../../support/images/icc-profiles.ts';
import {
  type PngOptions,
  pngChunk,
  pngFile,
  pngPixels,
  pngSignature,
} from '../../support/images/png-file.ts';
import { readUpload } from '../../support/images/read-upload.ts';
import { makeImage } from '../../support/make-image.ts';
import { decode } from '../sharp/test-card.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/images/${name}`, import.meta.url));

function noise(width = 96, height = 64) {
  const background = { r: 128, g: 128, b: 128 };
  return sharp({
    create: { width, height, channels: 3, background, noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  });
}

const taken = (warnings: readonly string[]) => ({ warnings });
const refused = (message: string) => ({ refused: message });
type Outcome = { warnings: readonly string[] } | { refused: string };

async function expectOutcome(bytes: Uint8Array, name: string, outcome: Outcome): Promise<void> {
  if ('refused' in outcome) {
    await expect(readUpload(bytes, name)).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(outcome.refused),
    });
    return;
  }
  expect((await readUpload(bytes, name)).warnings).toEqual(outcome.warnings);
}

describe('a JPEG without its end marker', () => {
  let baseline: Buffer;
  let progressive: Buffer;
  let gray: Buffer;
  let separate: Buffer;
  beforeAll(async () => {
    baseline = await noise().jpeg().toBuffer();
    progressive = await noise().jpeg({ progressive: true }).toBuffer();
    gray = await noise().toColourspace('b-w').jpeg().toBuffer();
    separate = await noise().toColourspace('cmyk').jpeg().toBuffer();
  });
  const withoutEnd = 'The JPEG lacks its end marker; all its pixels are there';
  const missing = 'is damaged or cut off (it ends before its last pixels)';
  /** Position of the last scan of a progressive JPEG. */
  const lastScan = (jpeg: Buffer) => jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));

  it.each<[string, () => Uint8Array, Outcome]>([
    ['of another program', () => fixture('jpeg-without-its-last-two-bytes.jpg'), taken([withoutEnd])],
    ['baseline', () => baseline.subarray(0, -2), taken([withoutEnd])],
    ['half of the marker', () => baseline.subarray(0, -1), taken([withoutEnd])],
    ['progressive', () => progressive.subarray(0, -2), taken([withoutEnd])],
    ['gray', () => gray.subarray(0, -2), taken([withoutEnd])],
    ['CMYK', () => separate.subarray(0, -2), taken([withoutEnd])],
    [
      'zeros in its place',
      () => Buffer.concat([baseline.subarray(0, -2), Buffer.alloc(500)]),
      taken([withoutEnd]),
    ],
    ['whole', () => baseline, taken([])],
    ['with bytes after it', () => Buffer.concat([baseline, Buffer.alloc(500)]), taken([])],
    ['a byte of its pixels missing', () => baseline.subarray(0, -3), refused(missing)],
    ['half of its pixels missing', () => baseline.subarray(0, baseline.length / 2), refused(missing)],
    ['progressive, half missing', () => progressive.subarray(0, progressive.length / 2), refused(missing)],
    [
      'progressive, its last scan missing',
      () => progressive.subarray(0, lastScan(progressive)),
      refused(missing),
    ],
    ['nothing but its first bytes', () => baseline.subarray(0, 30), refused('is damaged or cut off')],
    [
      'with a marker after half of its pixels',
      () => Buffer.concat([baseline.subarray(0, baseline.length / 2), Buffer.from([0xff, 0xd9])]),
      taken(['The JPEG has less data than pixels; its lower part may be missing']),
    ],
  ])('%s', async (_, make, outcome) => {
    await expectOutcome(make(), 'a.jpg', outcome);
  });

  it('is delivered with the same pixels as the whole one', async () => {
    for (const query of ['fmt=png', 'wid=20&fmt=png', 'wid=20&hei=20&fit=crop&fmt=webp']) {
      const make = (bytes: Uint8Array) => makeImage(bytes, parseImageCommand(query), 30_000);
      expect(await make(baseline.subarray(0, -2))).toEqual(await make(baseline));
    }
  });

  it.each([
    [0xc3, 'a lossless JPEG (SOF3)'],
    [0xc9, 'a JPEG with arithmetic coding (SOF9)'],
    [0xc5, 'a hierarchical JPEG (SOF5)'],
    [0xf7, 'a JPEG-LS image (SOF55)'],
  ])('of a kind that is not decoded (frame %i) is refused by name', async (marker, name) => {
    const other = Buffer.from(baseline);
    other[other.indexOf(Buffer.from([0xff, 0xc0])) + 1] = marker;
    await expectOutcome(other, 'a.jpg', refused(`The file is ${name}`));
  });

  it('of 12 bits is refused by name', async () => {
    const other = Buffer.from(baseline);
    other[other.indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12;
    await expectOutcome(other, 'a.jpg', refused('The file is a JPEG with 12 bits a sample'));
  });
});

const size = { width: 16, height: 12 };
const png: PngOptions = { ...size, bits: 8, pixel: [0.8, 0.4, 0.2] };
const header = pngChunk('IHDR', Buffer.from([0, 0, 0, 16, 0, 0, 0, 12, 8, 2, 0, 0, 0]));
const end = pngChunk('IEND', Buffer.alloc(0));

function u32(...values: number[]): Buffer {
  return Buffer.concat(
    values.map((value) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255])),
  );
}
const control = (number: number, { width, height } = size) =>
  pngChunk('fcTL', Buffer.concat([u32(number, width, height, 0, 0), Buffer.from([0, 1, 0, 5, 0, 0])]));
const frameData = (number: number, data: Buffer = pngPixels(png)) =>
  pngChunk('fdAT', Buffer.concat([u32(number), data]));
const apng = (frames: number, ...rest: Buffer[]) =>
  Buffer.concat([
    pngSignature,
    header,
    pngChunk('acTL', u32(frames, 0)),
    control(0),
    pngChunk('IDAT', pngPixels(png)),
    ...rest,
    end,
  ]);

/** With one bit changed in the checksum of the first chunk of a type. */
function wrongChecksum(file: Buffer, type: string): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf(type, 0, 'latin1') - 4;
  const checksum = at + 8 + copy.readUInt32BE(at);
  copy[checksum] = (copy[checksum] ?? 0) ^ 1;
  return copy;
}

describe('an animation', () => {
  const frames = async () => [await noise().png().toBuffer(), await noise().png().toBuffer()];
  const webp = async () =>
    sharp(await frames(), { join: { animated: true } })
      .webp()
      .toBuffer();
  const onlyFirst = (count: number) => `It is an animation of ${count} frames; only the first one is shown`;
  const still = { width: 12, height: 9 };

  it.each<[string, () => Buffer | Promise<Buffer>, string, Outcome]>([
    ['an APNG of another program', () => fixture('apng-2-frames.png'), 'a.png', taken([onlyFirst(2)])],
    ['an APNG', () => apng(2, control(1), frameData(2)), 'a.png', taken([onlyFirst(2)])],
    [
      'an APNG with a small second frame',
      () =>
        apng(
          2,
          control(1, { width: 4, height: 3 }),
          frameData(2, pngPixels({ ...png, width: 4, height: 3 })),
        ),
      'a.apng',
      taken([onlyFirst(2)]),
    ],
    [
      'an APNG whose second frame is damaged',
      () => apng(2, control(1), frameData(2, pngPixels(png).subarray(0, -6))),
      'a.png',
      taken([onlyFirst(2), 'Frame 2 of 2 is damaged']),
    ],
    [
      'an APNG that lacks a frame',
      () => apng(3, control(1), frameData(2)),
      'a.png',
      taken([onlyFirst(3), 'It has 2 of the 3 frames that its header says']),
    ],
    ['an APNG of one frame', () => apng(1), 'a.png', taken([])],
    ['an animated WebP', webp, 'a.webp', taken([onlyFirst(2)])],
    [
      'an animated AVIF',
      () => fixture('avif-2-frames.avif'),
      'a.avif',
      taken(['It is an image sequence; only its still picture is shown']),
    ],
    ['a GIF', () => gifFile([still, still]), 'a.gif', taken([])],
    ['a GIF with a small second frame', () => gifFile([still, { width: 2, height: 2 }]), 'a.gif', taken([])],
    [
      'a GIF whose second frame is cut off, of another program',
      () => fixture('gif-second-frame-cut.gif'),
      'a.gif',
      refused('is damaged or cut off in frame 2 of 2'),
    ],
    [
      'a GIF that is cut off in its second frame',
      () => gifFile([still, still]).subarray(0, -20),
      'a.gif',
      refused('in frame 2 of 2'),
    ],
    [
      'a GIF that is cut off in its third frame',
      () => gifFile([still, still, { ...still, pixels: 50 }], { hasEnd: false }),
      'a.gif',
      refused('in frame 3 of 3'),
    ],
    [
      'a GIF whose second frame has too few pixels',
      () => gifFile([still, { ...still, pixels: 50 }, still]),
      'a.gif',
      taken(['Frame 2 of 3 of the GIF has fewer pixels than its size']),
    ],
    [
      'a GIF without its end mark',
      () => gifFile([still, still], { hasEnd: false }),
      'a.gif',
      taken(['The GIF lacks its end mark; all its pixels are there']),
    ],
    ['a still GIF', () => gifFile([still]), 'a.gif', taken([])],
  ])('%s', async (_, make, name, outcome) => {
    await expectOutcome(await make(), name, outcome);
  });

  it('in GIF keeps its type, so that it is delivered with its motion', async () => {
    expect((await readUpload(gifFile([still, still]), 'a.gif')).facts.type).toBe('animated-gif');
    expect((await readUpload(gifFile([still]), 'a.gif')).facts.type).toBe('image');
  });

  it('in AVIF is delivered as its still picture', async () => {
    const made = await makeImage(fixture('avif-2-frames.avif'), parseImageCommand('fmt=png'), 30_000);
    expect((await decode(made)).at(8, 8)).toEqual([220, 0, 0]);
  });

  it('in AVIF without a still picture is refused by name', async () => {
    const sequence = Buffer.from(fixture('avif-2-frames.avif'));
    sequence.write('free', sequence.indexOf('meta') as number, 'latin1');
    await expectOutcome(sequence, 'a.avif', refused('an AVIF sequence without a still picture'));
  });
});

describe('a PNG with a wrong checksum', () => {
  const text = pngChunk('tEXt', Buffer.from('Title\0Test', 'latin1'));
  const whole = pngFile({ ...png, before: [text] });
  it.each<[string, () => Buffer, Outcome]>([
    [
      'in its header',
      () => wrongChecksum(whole, 'IHDR'),
      refused('has a wrong checksum in its IHDR chunk at byte 8'),
    ],
    [
      'in its pixels',
      () => wrongChecksum(whole, 'IDAT'),
      refused('has a wrong checksum in its IDAT chunk at byte 55'),
    ],
    [
      'in its palette',
      () =>
        wrongChecksum(
          Buffer.concat([
            pngSignature,
            pngChunk('IHDR', Buffer.from([0, 0, 0, 16, 0, 0, 0, 12, 8, 3, 0, 0, 0])),
            pngChunk('PLTE', Buffer.from([0, 0, 0, 255, 255, 255])),
            pngChunk('IDAT', pngPixels({ ...png, pixel: [0] })),
            end,
          ]),
          'PLTE',
        ),
      refused('has a wrong checksum in its PLTE chunk at byte 33'),
    ],
    [
      'in the second chunk of its pixels',
      () => {
        const pixels = pngPixels(png);
        const second = pngChunk('IDAT', pixels.subarray(20));
        return Buffer.concat([
          pngSignature,
          header,
          pngChunk('IDAT', pixels.subarray(0, 20)),
          wrongChecksum(Buffer.concat([Buffer.alloc(0), second]), 'IDAT'),
          end,
        ]);
      },
      refused('has a wrong checksum in its IDAT chunk at byte 65'),
    ],
    [
      'in a text',
      () => wrongChecksum(whole, 'tEXt'),
      taken([expect.stringContaining('The PNG has a wrong checksum in its tEXt chunk at byte 33') as never]),
    ],
    [
      'in its end',
      () => wrongChecksum(whole, 'IEND'),
      taken([expect.stringContaining('The PNG has a wrong checksum in its IEND chunk') as never]),
    ],
    ['and cut off', () => whole.subarray(0, -30), refused('is cut off in its IDAT chunk at byte 55')],
    ['nowhere', () => whole, taken([])],
  ])('%s', async (_, make, outcome) => {
    await expectOutcome(make(), 'a.png', outcome);
  });
});

describe('HDR colours', () => {
  const cicp = (primaries: number, transfer: number) =>
    pngChunk('cICP', Buffer.from([primaries, transfer, 0, 1]));
  const hdr = (curve: string) =>
    `Its colours are HDR (${curve}), and are shown as if they were sRGB: too pale or too dark. Save it in sRGB or Display P3`;
  const wide =
    'Its colours are BT.2020, and are shown as if they were sRGB: less saturated. Save it in sRGB or Display P3';
  const gainMap = 'It has an HDR gain map; its standard picture is shown';
  const segment = (marker: number, data: Buffer) =>
    Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
  const withSegment = async (marker: number, data: Buffer) => {
    const jpeg = await noise().jpeg().toBuffer();
    return Buffer.concat([jpeg.subarray(0, 2), segment(marker, data), jpeg.subarray(2)]);
  };
  /** An AVIF with other code points in its colr box. */
  const avif = (primaries: number, transfer: number, matrix: number) => {
    const bytes = Buffer.from(fixture('avif10-pq.avif'));
    const at = bytes.indexOf('colrnclx') + 8;
    bytes.writeUInt16BE(primaries, at);
    bytes.writeUInt16BE(transfer, at + 2);
    bytes.writeUInt16BE(matrix, at + 4);
    return bytes;
  };

  it.each<[string, () => Buffer | Promise<Buffer>, string, readonly string[]]>([
    ['an AVIF with the matrix of BT.2020', () => fixture('avif10-pq.avif'), 'a.avif', [wide]],
    ['an AVIF in PQ', () => avif(9, 16, 9), 'a.avif', [hdr('PQ')]],
    ['an AVIF in HLG', () => avif(9, 18, 9), 'a.avif', [hdr('HLG')]],
    ['an AVIF in BT.2020 with the curve of SDR', () => avif(9, 1, 9), 'a.avif', [wide]],
    ['an AVIF in Display P3', () => avif(12, 13, 6), 'a.avif', []],
    ['a PNG in PQ', () => pngFile({ ...png, bits: 16, before: [cicp(9, 16)] }), 'a.png', [hdr('PQ')]],
    ['a PNG in HLG', () => pngFile({ ...png, before: [cicp(9, 18)] }), 'a.png', [hdr('HLG')]],
    ['a PNG in sRGB', () => pngFile({ ...png, before: [cicp(1, 13)] }), 'a.png', []],
    [
      'a PNG whose profile has a cicp tag',
      () => pngFile({ ...png, icc: hdrIcc({ transfer: 16 }) }),
      'a.png',
      [hdr('PQ')],
    ],
    [
      'a PNG whose profile is called Rec. 2100 HLG',
      () => pngFile({ ...png, icc: hdrIcc({ name: 'Rec. ITU-R BT.2100 HLG' }) }),
      'a.png',
      [hdr('HLG')],
    ],
    [
      'a PNG with another profile',
      () => pngFile({ ...png, icc: hdrIcc({ name: 'Display P3' }) }),
      'a.png',
      [],
    ],
    [
      'a JPEG with a gain map by ISO 21496-1',
      () => withSegment(0xe2, Buffer.from('urn:iso:std:iso:ts:21496:-1\0\0\0\0\0', 'latin1')),
      'a.jpg',
      [gainMap],
    ],
    [
      'a JPEG with a gain map by its XMP',
      () =>
        withSegment(
          0xe1,
          Buffer.from(
            'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><a hdrgm:Version="1.0"/></x:xmpmeta>',
          ),
        ),
      'a.jpg',
      [gainMap],
    ],
    ['a JPEG without one', () => noise().jpeg().toBuffer(), 'a.jpg', []],
  ])('of %s', async (_, make, name, warnings) => {
    expect((await readUpload(await make(), name)).warnings).toEqual(warnings);
  });
});

describe('a small file of many pixels', () => {
  /** A PNG of one colour whose lines are all the same: some kilobytes for any number of pixels. */
  const flat = (width: number, height: number, pixel: readonly number[], bits: 8 | 16 = 8) =>
    pngFile({ width, height, bits, pixel });

  it.each<[string, () => Buffer]>([
    ['RGB with alpha', () => flat(12_000, 12_000, [0, 0, 0, 1])],
    ['16 bits', () => flat(10_000, 10_000, [0, 0, 0], 16)],
    ['16 bits with alpha', () => flat(9_000, 9_000, [0, 0, 0, 1], 16)],
    ['gray with alpha of 16 bits', () => flat(12_000, 12_000, [0, 1], 16)],
  ])('is refused if it takes long to decode: %s', async (_, make) => {
    const bytes = make();
    expect(bytes.length).toBeLessThan(1_500_000);
    await expect(readUpload(bytes, 'a.png')).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringMatching(
        /^Decoding the image \(\d+ × \d+\) for a visitor would take about \d+\.\d s; at most 2\.5 s are allowed\. Save it with at most \d+ megapixels$/,
      ),
    });
  });

  it('is refused at the limit of pixels in black and white', async () => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(16_383, 0);
    header.writeUInt32BE(16_383, 4);
    header.set([1, 0, 0, 0, 1], 8);
    const bomb = Buffer.concat([
      pngSignature,
      pngChunk('IHDR', header),
      pngChunk('IDAT', Buffer.alloc(2)),
      end,
    ]);
    await expectOutcome(bomb, 'a.png', refused('for a visitor would take about 5.1 s'));
  });
});
