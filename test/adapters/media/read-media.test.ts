import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { headBytes } from '../../../adapters/media/media-file.ts';
import { readMedia } from '../../../adapters/media/read-media.ts';
import { imageReaders } from '../../support/images/read-upload.ts';
import { isoMedia } from './sample-files.ts';

function picture(width = 40, height = 30) {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#808080', noise } });
}

async function animation(format: 'gif' | 'webp') {
  const frames = [await picture().png().toBuffer(), await picture().png().toBuffer()];
  return sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

const company = { allowActiveContent: false };

async function read(bytes: Uint8Array, fileName: string, declaredType: string) {
  return readMedia(
    {
      fileName,
      declaredType,
      bytes: bytes.length,
      head: bytes.subarray(0, headBytes),
      readRange: async (first, length) => bytes.subarray(first, first + length),
      readAll: async () => bytes,
    },
    company,
    imageReaders,
  );
}

describe('an image', () => {
  it.each([
    ['jpeg', 'image/jpeg', 'a.jpg'],
    ['png', 'image/png', 'a.png'],
    ['webp', 'image/webp', 'a.webp'],
    ['avif', 'image/avif', 'a.avif'],
    ['gif', 'image/gif', 'a.gif'],
    ['tiff', 'image/tiff', 'a.tif'],
  ] as const)('in %s is told with its facts', async (format, mimeType, name) => {
    const bytes = await picture().toFormat(format).toBuffer();
    const { facts, warnings } = await read(bytes, name, mimeType);
    expect(facts).toMatchObject({
      type: 'image',
      mimeType,
      bytes: bytes.length,
      width: 40,
      height: 30,
      colourSpace: 'srgb',
      hasAlpha: false,
    });
    expect(warnings).toEqual([]);
  });

  it('in TIFF is detected although its directory is after the head', async () => {
    const bytes = await picture(300, 200).tiff({ compression: 'none' }).toBuffer();
    expect(bytes.length).toBeGreaterThan(headBytes);
    expect((await read(bytes, 'a.tif', 'image/tiff')).facts).toMatchObject({
      mimeType: 'image/tiff',
      width: 300,
    });
  });

  it('is measured after its orientation was applied', async () => {
    const bytes = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await read(bytes, 'a.jpg', 'image/jpeg')).facts).toMatchObject({
      width: 30,
      height: 40,
      orientation: 6,
    });
  });

  it('has facts about its colours and its transparency', async () => {
    const print = await picture().toColourspace('cmyk').jpeg().toBuffer();
    expect((await read(print, 'a.jpg', 'image/jpeg')).facts).toMatchObject({
      colourSpace: 'cmyk',
      hasAlpha: false,
    });
    const grey = await picture().toColourspace('b-w').png().toBuffer();
    expect((await read(grey, 'a.png', 'image/png')).facts).toMatchObject({ colourSpace: 'b-w' });
    const cut = await picture().ensureAlpha(0.5).png().toBuffer();
    expect((await read(cut, 'a.png', 'image/png')).facts).toMatchObject({ hasAlpha: true });
  });

  it('is an animated file in GIF, and shows its first frame in WebP', async () => {
    expect((await read(await animation('gif'), 'a.gif', 'image/gif')).facts).toMatchObject({
      type: 'animated-gif',
      mimeType: 'image/gif',
      width: 40,
      height: 30,
    });
    const { facts, warnings } = await read(await animation('webp'), 'a.webp', 'image/webp');
    expect(facts.type).toBe('image');
    expect(warnings).toEqual(['It is an animation of 2 frames; only the first one is shown']);
  });

  it('is accepted with a warning if its name has the extension of another type, and without one if it has none', async () => {
    const bytes = await picture().png().toBuffer();
    expect((await read(bytes, 'a.jpg', 'image/jpeg')).warnings).toEqual([
      'It is a PNG image, though its name ends in .jpg',
    ]);
    expect((await read(bytes, 'a', 'application/octet-stream')).warnings).toEqual([]);
  });
});

/** A PNG of one bit a pixel that says how large it is, and holds as many rows of white as it is given. */
function hugePng(
  width: number,
  height: number,
  rows = 0,
  { bits = 1, colours = 0, interlaced = false } = {},
): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), 4 + body.length);
    return frame;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colours, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((1 + width / 8) * rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('a refusal', () => {
  const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.6));

  it.each([
    ['an empty file', async () => Buffer.alloc(0), 'a.png', 'image/png', 'is empty'],
    [
      'a page called .jpg',
      async () => Buffer.from('\n <!DOCTYPE html><script>alert(1)</script>'),
      'a.jpg',
      'image/jpeg',
      'an HTML page',
    ],
    [
      'a page with a byte order mark',
      async () => Buffer.from('\ufeff<html>'),
      'a.jpg',
      'image/jpeg',
      'an HTML page',
    ],
    ['a HEIC image of nothing', async () => isoMedia('heic'), 'a.heic', 'image/heic', 'a HEIC'],
    [
      'an image declared as video',
      () => picture().png().toBuffer(),
      'a.mp4',
      'video/mp4',
      'declared as video/mp4, but is a PNG',
    ],
    [
      'a JPEG cut off',
      async () => cut(await picture(300, 200).jpeg().toBuffer()),
      'a.jpg',
      'image/jpeg',
      'damaged or cut off',
    ],
    [
      'a PNG cut off',
      async () => cut(await picture(300, 200).png().toBuffer()),
      'a.png',
      'image/png',
      'damaged or cut off',
    ],
    [
      'a WebP cut off',
      async () => cut(await picture(300, 200).webp().toBuffer()),
      'a.webp',
      'image/webp',
      'damaged or cut off',
    ],
    [
      'an AVIF cut off',
      async () => cut(await picture(300, 200).avif().toBuffer()),
      'a.avif',
      'image/avif',
      'damaged or cut off',
    ],
    [
      'a GIF cut off',
      async () => cut(await picture(300, 200).gif().toBuffer()),
      'a.gif',
      'image/gif',
      'damaged or cut off',
    ],
    [
      'a JPEG of six bytes',
      async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
      'a.jpg',
      'image/jpeg',
      'damaged or cut off',
    ],
    [
      'a bomb of one colour',
      async () => hugePng(20_000, 20_000, 20_000),
      'a.png',
      'image/png',
      '20000 × 20000 = 400000000 pixels; at most 268402689',
    ],
    ['a bomb that is all header', async () => hugePng(1_000_000, 1_000_000), 'a.png', 'image/png', ''],
    [
      'a PNG without its pixels',
      async () => hugePng(1_000, 1_000),
      'a.png',
      'image/png',
      'damaged or cut off',
    ],
  ])('%s', async (_, make, name, declared, reason) => {
    const bytes = await make();
    const started = performance.now();
    await expect(read(bytes, name, declared)).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(reason),
    });
    // A bomb costs no more than its header.
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('happens without reading a file that is too large for its type', async () => {
    const head = await picture().png().toBuffer();
    const file = {
      fileName: 'a.png',
      declaredType: 'image/png',
      bytes: 201 * 1024 * 1024,
      head,
      readRange: async () => {
        throw new Error('it was read');
      },
      readAll: async () => {
        throw new Error('it was read');
      },
    };
    const reading = readMedia(file, company, imageReaders);
    await expect(reading).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining('at most'),
    });
  });
});
