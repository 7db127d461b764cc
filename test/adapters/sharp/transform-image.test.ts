/** Through the real sharp: what is checked are pixels, numbers and file headers, never pictures kept from a run before. */
import { crc32 } from 'node:zlib';
import sharp, { type Metadata } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitModes } from '../../../domain/delivery/image-commands.ts';
import { imageFormats } from '../../../domain/delivery/image-formats.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { makeImage } from '../../support/make-image.ts';
import { card, cell, colourOf, columns, decode, distance, drawCard, rows } from './test-card.ts';

const white = [255, 255, 255];
let cardPng: Buffer;
let translucentPng: Buffer;

beforeAll(async () => {
  cardPng = await drawCard().png().toBuffer();
  translucentPng = await sharp({
    create: { width: 60, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
  })
    .png()
    .toBuffer();
});

const make = (source: Uint8Array, query: string, milliseconds = 30_000) =>
  makeImage(source, parseImageCommand(query), milliseconds);

describe('fit', () => {
  const sizes = [
    [300, 200],
    [240, 240],
    [100, 300],
    [1_000, 300],
    [700, 900],
  ] as const;
  const cases = fitModes.flatMap((mode) =>
    ([0, 1] as const).flatMap((upscale) => sizes.map(([wid, hei]) => ({ mode, upscale, wid, hei }))),
  );

  it.each(cases)(
    '$mode,$upscale puts every cell of the card where $wid × $hei has it',
    async ({ mode, upscale, wid, hei }) => {
      const reply = await decode(await make(cardPng, `wid=${wid}&hei=${hei}&fit=${mode},${upscale}&fmt=png`));

      // Worked out anew from the definition: scale = reply ÷ source, and everything centred.
      const most = upscale === 1 ? Number.POSITIVE_INFINITY : 1;
      const x = Math.min(wid / card.width, most);
      const y = Math.min(hei / card.height, most);
      const scale = {
        fit: [Math.min(x, y), Math.min(x, y)],
        constrain: [Math.min(x, y), Math.min(x, y)],
        crop: [Math.max(x, y), Math.max(x, y)],
        wrap: [Math.max(x, y), Math.max(x, y)],
        stretch: [x, y],
        hfit: [x, x],
        vfit: [y, y],
      }[mode] as [number, number];
      const scaled = [card.width * scale[0], card.height * scale[1]] as const;
      const size = {
        constrain: scaled,
        wrap: [Math.max(wid, scaled[0]), Math.max(hei, scaled[1])],
      }[mode as string] ?? [wid, hei];
      expect([reply.width, reply.height]).toEqual(size.map(Math.round));

      let seen = 0;
      for (let column = 0; column < columns; column += 1) {
        for (let row = 0; row < rows; row += 1) {
          const left = (column + 0.5) * cell * scale[0] + (reply.width - scaled[0]) / 2;
          const top = (row + 0.5) * cell * scale[1] + (reply.height - scaled[1]) / 2;
          if (left < 1 || top < 1 || left > reply.width - 1 || top > reply.height - 1) continue;
          seen += 1;
          expect(
            distance(reply.at(left, top), colourOf(column, row)),
            `cell ${column},${row}`,
          ).toBeLessThanOrEqual(3);
        }
      }
      expect(seen).toBeGreaterThan(0);
      // Just outside of what was laid down there is white, on both sides alike.
      const [padX, padY] = [(reply.width - scaled[0]) / 2, (reply.height - scaled[1]) / 2];
      if (padX >= 4) {
        expect(reply.at(padX - 3, reply.height / 2)).toEqual(white);
        expect(reply.at(reply.width - padX + 3, reply.height / 2)).toEqual(white);
      }
      if (padY >= 4) {
        expect(reply.at(reply.width / 2, padY - 3)).toEqual(white);
        expect(reply.at(reply.width / 2, reply.height - padY + 3)).toEqual(white);
      }
    },
  );

  it.each([
    ['', 600, 400],
    ['wid=150', 150, 100],
    ['hei=150', 225, 150],
    ['wid=1200', 1200, 800],
    ['wid=1200&fit=crop', 600, 400],
    ['wid=1200&fit=crop,1', 1200, 800],
    ['wid=1', 1, 1],
    ['wid=300&hei=300', 300, 300],
  ])('"%s" makes %i × %i', async (query, width, height) => {
    const reply = await decode(await make(cardPng, `${query}&fmt=png`));
    expect([reply.width, reply.height]).toEqual([width, height]);
  });

  it('refuses a result beyond the limits before it decodes', async () => {
    const tall = await sharp({ create: { width: 10, height: 100, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    await expect(make(tall, 'wid=1000')).rejects.toMatchObject({
      code: 'image.too-large',
      message: expect.stringContaining('at most 5000 × 5000'),
    });
  });
});

describe('orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i is applied before everything else', async (orientation) => {
    const source = await drawCard(orientation)
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .withMetadata({ orientation })
      .toBuffer();
    expect((await sharp(source).metadata()).orientation).toBe(orientation);
    const made = await make(source, 'wid=300&hei=200&fit=crop&fmt=png');
    const reply = await decode(made);
    for (let column = 0; column < columns; column += 1) {
      for (let row = 0; row < rows; row += 1) {
        expect(
          distance(reply.at(column * 50 + 25, row * 50 + 25), colourOf(column, row)),
        ).toBeLessThanOrEqual(8);
      }
    }
    expect((await sharp(made).metadata()).orientation).toBeUndefined();
  });
});

describe('transparency', () => {
  it.each(['jpeg', 'png', 'png8', 'webp', 'avif', 'gif', 'tif'])('becomes white in %s', async (format) => {
    const reply = await decode(await make(translucentPng, `fmt=${format}&qlt=100`));
    expect(reply.channels === 4 ? reply.at(30, 20)[3] : 255).toBe(255);
    expect(distance(reply.at(30, 20), [255, 127, 127])).toBeLessThanOrEqual(6);
  });

  it.each(['png-alpha', 'png8-alpha', 'webp-alpha', 'avif-alpha', 'tif-alpha'])(
    'stays in %s, and padding is transparent',
    async (format) => {
      const reply = await decode(await make(translucentPng, `wid=120&hei=120&fmt=${format}&qlt=100`));
      expect(reply.channels).toBe(4);
      expect(distance(reply.at(60, 60), [255, 0, 0, 128])).toBeLessThanOrEqual(8);
      expect(reply.at(60, 5)[3]).toBe(0);
      expect(reply.at(60, 115)[3]).toBe(0);
    },
  );

  it('has two levels in gif-alpha', async () => {
    const reply = await decode(await make(translucentPng, 'wid=120&hei=120&fmt=gif-alpha'));
    expect(reply.at(60, 5)[3]).toBe(0);
    expect(reply.at(60, 60)[3]).toBe(255);
  });

  it('covers the padding around an opaque image', async () => {
    const reply = await decode(await make(cardPng, 'wid=60&hei=60&fmt=png-alpha'));
    expect(reply.at(30, 2)).toEqual([255, 255, 255, 0]);
    expect(reply.at(30, 30)[3]).toBe(255);
  });
});

describe('colour', () => {
  it('is reduced from 16 to 8 bits a component', async () => {
    const source = await sharp({
      create: { width: 20, height: 20, channels: 3, background: { r: 200, g: 100, b: 50 } },
    })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(source).metadata()).depth).toBe('ushort');
    const made = await make(source, 'fmt=png');
    expect((await sharp(made).metadata()).depth).toBe('uchar');
    expect(distance((await decode(made)).at(10, 10), [200, 100, 50])).toBeLessThanOrEqual(1);
  });

  it('of CMYK sources is converted to sRGB', async () => {
    const source = await muted().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect(await sharp(source).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    const made = await make(source, 'fmt=png');
    expect(await sharp(made).metadata()).toMatchObject({ space: 'srgb', channels: 3 });
    expect(distance((await decode(made)).at(10, 10), mutedColour)).toBeLessThanOrEqual(6);
  });

  it.each(['jpeg,cmyk', 'pjpeg,cmyk', 'tif,cmyk', 'tif,cmyk,lzw', 'tif,cmyk,jpeg'])(
    'in %s looks as it did',
    async (format) => {
      const made = await make(await muted().png().toBuffer(), `fmt=${format}&qlt=100`);
      expect(await sharp(made).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
      const seen = await decode(await sharp(made).toColourspace('srgb').png().toBuffer());
      expect(distance(seen.at(10, 10), mutedColour)).toBeLessThanOrEqual(6);
    },
  );

  it('is grey for gray', async () => {
    const made = await make(await muted().png().toBuffer(), 'fmt=png,gray');
    expect(distance((await decode(made)).at(10, 10), [132])).toBeLessThanOrEqual(6);
  });

  it('of grey sources has three components for rgb', async () => {
    const source = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#777777' } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(source).metadata()).channels).toBe(1);
    expect(await sharp(await make(source, '')).metadata()).toMatchObject({ space: 'srgb', channels: 3 });
  });

  it('has no profile, EXIF or other metadata', async () => {
    const source = await drawCard()
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'Nobody' } })
      .jpeg({ quality: 95 })
      .toBuffer();
    expect(await sharp(source).metadata()).toMatchObject({ hasProfile: true, exif: expect.anything() });
    const made = await make(source, 'fmt=png');
    const metadata = await sharp(made).metadata();
    expect(metadata).toMatchObject({ hasProfile: false });
    expect(metadata.exif).toBeUndefined();
    // Display P3 has other numbers for the same colour: they were converted, not merely stripped of their name.
    expect(distance((await decode(made)).at(150, 150), colourOf(1, 1))).toBeLessThanOrEqual(8);
  });
});

describe('format', () => {
  const signatures: Record<string, string> = {
    jpeg: 'ffd8ff',
    pjpeg: 'ffd8ff',
    png: '89504e470d0a1a0a',
    png8: '89504e470d0a1a0a',
    gif: '474946383961',
    tif: '49492a00',
  };
  const every = Object.entries(imageFormats).flatMap(([format, { pixelTypes, compressions }]) =>
    pixelTypes.flatMap((pixelType) =>
      compressions.map((compression) => [format, pixelType, compression] as const),
    ),
  );

  it.each(every)('%s,%s,%s gives this format', async (format, pixelType, compression) => {
    const made = Buffer.from(await make(cardPng, `wid=60&fmt=${format},${pixelType},${compression}`));
    const family = format.replace('-alpha', '');
    if (family === 'webp') expect(made.subarray(8, 15).toString()).toBe('WEBPVP8');
    else if (family === 'avif') expect(made.subarray(4, 12).toString()).toBe('ftypavif');
    else expect(made.toString('hex').startsWith(signatures[family] ?? '?')).toBe(true);

    const metadata: Metadata = await sharp(made).metadata();
    expect([metadata.width, metadata.height]).toEqual([60, 40]);
    const space = { rgb: 'srgb', gray: 'b-w', cmyk: 'cmyk' }[pixelType];
    // A palette is always of colours; they are grey then.
    if (pixelType === 'gray' && ['png8', 'gif'].includes(family)) {
      const [red, green, blue] = (await decode(made)).at(30, 20);
      expect(Math.max(red ?? 0, green ?? 0, blue ?? 0) - Math.min(red ?? 0, green ?? 0, blue ?? 0)).toBe(0);
    } else expect(metadata.space).toBe(space);
    if (family === 'tif')
      expect(tiffTag(made, 259)).toBe({ none: 1, lzw: 5, zip: 8, jpeg: 7 }[compression as string]);
    if (family === 'png8') expect(metadata.isPalette).toBe(true);
  });

  it('makes a lossless webp on request', async () => {
    const lossless = await decode(await make(cardPng, 'fmt=webp,rgb,lossless'));
    expect(lossless.at(250, 150)).toEqual([...colourOf(2, 1)]);
    expect(
      Buffer.from(await make(cardPng, 'fmt=webp,rgb,lossless'))
        .subarray(12, 16)
        .toString(),
    ).toBe('VP8L');
    expect(
      Buffer.from(await make(cardPng, 'fmt=webp'))
        .subarray(12, 16)
        .toString(),
    ).toBe('VP8 ');
  });

  it.each([
    ['', { isProgressive: false, chromaSubsampling: '4:2:0' }],
    ['fmt=pjpeg', { isProgressive: true, chromaSubsampling: '4:2:0' }],
    ['qlt=80,1', { isProgressive: false, chromaSubsampling: '4:4:4' }],
  ])('"%s" gives a JPEG with %j', async (query, expected) => {
    expect(await sharp(await make(cardPng, query)).metadata()).toMatchObject(expected);
  });

  it.each(['jpeg', 'webp', 'avif', 'tif,rgb,jpeg'])('%s is smaller at a lower quality', async (format) => {
    const noisy = await sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: '#888888',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    const high = await make(noisy, `fmt=${format}&qlt=90`);
    const low = await make(noisy, `fmt=${format}&qlt=20`);
    expect(low.length).toBeLessThan(high.length * 0.7);
  });

  it('gives the same bytes for the same command', async () => {
    const command = 'wid=100&hei=90&fit=crop&fmt=webp';
    expect(await make(cardPng, command)).toEqual(await make(cardPng, command));
  });
});

describe('a source that cannot be decoded', () => {
  it.each([
    ['no image at all', () => Buffer.from('this is a text')],
    ['nothing', () => Buffer.alloc(0)],
    ['cut off', () => cardPng.subarray(0, cardPng.length / 2)],
    ['an image bomb', () => pngHeader(30_000, 30_000)],
  ])('because it is %s is reported as undecodable', async (_, source) => {
    await expect(make(source(), 'wid=10')).rejects.toMatchObject({ code: 'image.undecodable' });
  });
});

describe('time', () => {
  it.each([0, -5])('of %i ms is not enough', async (milliseconds) => {
    await expect(make(cardPng, '', milliseconds)).rejects.toMatchObject({ code: 'image.too-slow' });
  });

  it('ends the request when it is over, although the encoder may continue', async () => {
    await expect(make(cardPng, 'wid=2400&fmt=webp,rgb,lossless', 5)).rejects.toMatchObject({
      code: 'image.too-slow',
      message: expect.stringContaining('5 ms'),
    });
  });
});

/** Within what CMYK can show. */
const mutedColour = [160, 125, 115];

function muted() {
  const [r = 0, g = 0, b = 0] = mutedColour;
  return sharp({ create: { width: 20, height: 20, channels: 3, background: { r, g, b } } });
}

describe('A derived image', () => {
  const derive = (source: Uint8Array, recipe: string, query: string) =>
    makeImage(source, parseImageCommand(query), 30_000, parseImageCommand(recipe));

  it('is made by its recipe, and then by the command', async () => {
    const cut = await decode(await derive(cardPng, 'wid=100&hei=100&fit=crop', 'fmt=png'));
    expect([cut.width, cut.height]).toEqual([100, 100]);
    const again = await decode(await derive(cardPng, 'wid=100&hei=100&fit=crop', 'wid=50&fmt=png'));
    expect([again.width, again.height]).toEqual([50, 50]);
    // As if the first had been stored.
    const stored = await make(cardPng, 'wid=100&hei=100&fit=crop&fmt=png');
    expect(await derive(cardPng, 'wid=100&hei=100&fit=crop', 'wid=50&fmt=png')).toEqual(
      await make(stored, 'wid=50&fmt=png'),
    );
  });

  it('keeps translucent pixels, whatever the format of its recipe', async () => {
    const { channels, hasAlpha } = await sharp(
      await derive(translucentPng, 'wid=30&fmt=jpeg', 'fmt=png-alpha'),
    ).metadata();
    expect([channels, hasAlpha]).toEqual([4, true]);
  });

  it('is padded by its recipe, and the command decides the colour of the padding', async () => {
    const padded = await decode(await derive(translucentPng, 'wid=60&hei=60&fit=fit', 'fmt=png'));
    expect([padded.width, padded.height]).toEqual([60, 60]);
    expect(distance(padded.at(30, 2), white)).toBeLessThan(2);
  });

  it('is gray if its recipe says so', async () => {
    const { data, info } = await sharp(await derive(cardPng, 'fmt=png,gray', 'fmt=png'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (let at = 0; at < data.length; at += info.channels * 997) {
      expect([data[at + 1] ?? data[at], data[at + 2] ?? data[at]]).toEqual([data[at], data[at]]);
    }
  });

  it('of a rotated photograph is upright', async () => {
    const sideways = await sharp(cardPng).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const reply = await decode(await derive(sideways, 'wid=100', 'fmt=png'));
    const upright = await decode(await make(sideways, 'wid=100&fmt=png'));
    expect([reply.width, reply.height]).toEqual([upright.width, upright.height]);
  });

  it('with a recipe that changes no pixels is made like other images', async () => {
    expect(await derive(cardPng, 'fmt=webp', 'wid=40&fmt=png')).toEqual(
      await make(cardPng, 'wid=40&fmt=png'),
    );
  });

  it('has the same time limit', async () => {
    const late = makeImage(cardPng, parseImageCommand(''), 0, parseImageCommand('wid=100'));
    await expect(late).rejects.toMatchObject({ code: 'image.too-slow' });
  });
});

/** A number of the first directory of a little-endian TIFF. */
function tiffTag(tiff: Buffer, tag: number): number | undefined {
  const directory = tiff.readUInt32LE(4);
  for (let entry = 0; entry < tiff.readUInt16LE(directory); entry += 1) {
    const at = directory + 2 + entry * 12;
    if (tiff.readUInt16LE(at) === tag) return tiff.readUInt16LE(at + 8);
  }
  return undefined;
}

/** A PNG that claims so many pixels and holds none. */
function pngHeader(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(0)),
  ]);
}
