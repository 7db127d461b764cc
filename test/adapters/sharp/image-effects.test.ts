/** Effects against plain definitions, and each command of the table with two values that must give different pictures. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isSrgbProfile } from '../../../adapters/media/srgb-profile.ts';
import { type CommandName, commandNames } from '../../../domain/delivery/image-commands.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { makeImage } from '../../support/make-image.ts';
import { sampleFont } from '../../support/sample-font.ts';
import { drawCard } from './test-card.ts';

type Pixel = readonly [red: number, green: number, blue: number];

const flat = (r: number, g: number, b: number) =>
  sharp({ create: { width: 12, height: 8, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();

/** A logo with transparent corners and a mask, for layers. */
const sources = {
  company: 'luma',
  files: new Map([
    ['luma/sans', { bytes: sampleFont(600) }],
    ['luma/mono', { bytes: sampleFont(700) }],
    ['luma/logo', { bytes: await svg('<circle cx="40" cy="30" r="28" fill="#c02030"/>') }],
    ['luma/other', { bytes: await svg('<rect width="80" height="60" fill="#20c030"/>') }],
    [
      'luma/oval',
      { bytes: await svg('<rect width="80" height="60"/><circle cx="40" cy="30" r="28" fill="#fff"/>') },
    ],
  ]),
};

function svg(shapes: string) {
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60">${shapes}</svg>`))
    .png()
    .toBuffer();
}

async function pixelsOf(source: Uint8Array, query: string) {
  const made = await makeImage(source, parseImageCommand(query), 30_000, undefined, undefined, sources);
  const { data, info } = await sharp(made)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    ...info,
    data,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)],
  };
}

const luma = ([r, g, b]: Pixel) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

describe('an effect', () => {
  it.each<[query: string, before: Pixel, after: Pixel]>([
    ['op_brightness=20', [100, 150, 240], [151, 201, 255]],
    ['op_brightness=-100', [100, 150, 240], [0, 0, 0]],
    ['op_contrast=100', [100, 150, 240], [73, 173, 255]],
    ['op_contrast=-100', [100, 150, 240], [128, 128, 128]],
    ['op_saturation=-100', [100, 150, 240], [146, 146, 146]],
    ['op_saturation=100', [120, 130, 140], [111, 131, 151]],
    // Brightness first: 100 becomes 151, and its distance from the middle is then doubled.
    ['op_brightness=20&op_contrast=100', [100, 100, 100], [175, 175, 175]],
    ['op_colorize=ff0000,off', [0, 0, 0], [0, 0, 0]],
    ['op_colorize=ff0000,off', [255, 255, 255], [255, 255, 255]],
    ['op_colorize=804020,off', [128, 128, 128], [128, 65, 33]],
    // Its own brightness counts as the middle.
    ['op_colorize=804020', [30, 30, 30], [128, 65, 33]],
  ])('%s makes %j %j', async (query, before, after) => {
    const { at } = await pixelsOf(await flat(...before), `${query}&fmt=png`);
    for (const [channel, value] of at(5, 4).entries()) {
      expect(Math.abs(value - (after[channel] ?? 0)), `channel ${channel}`).toBeLessThanOrEqual(1);
    }
  });

  it('of colour does not change the background of the view, but that of the image', async () => {
    const { at } = await pixelsOf(
      await flat(10, 10, 10),
      'extend=4&bgColor=c8c8c8&op_brightness=20&wid=40&hei=8&bgc=646464&fmt=png',
    );
    expect(at(0, 4)).toEqual([100, 100, 100]);
    expect(at(13, 4)).toEqual([251, 251, 251]);
    expect(at(20, 4)).toEqual([61, 61, 61]);
  });

  it.each([1, 3, 12, 60])('op_blur=%d softens an edge as a Gaussian does', async (radius) => {
    const size = 400;
    const edge = await sharp(
      Buffer.from(Array.from({ length: size * 40 }, (_, index) => (index % size < size / 2 ? 0 : 255))),
      { raw: { width: size, height: 40, channels: 1 } },
    )
      .png()
      .toBuffer();
    const { at } = await pixelsOf(edge, `op_blur=${radius}&fmt=png`);
    for (const distance of [-1.5, -0.5, 0, 0.5, 1.5]) {
      const x = Math.round(size / 2 + distance * radius);
      const expected = 255 * normalShare((x + 0.5 - size / 2) / radius);
      expect(Math.abs((at(x, 20)[0] ?? 0) - expected), `${distance}`).toBeLessThanOrEqual(
        radius < 4 ? 10 : 5,
      );
    }
  });

  it('op_usm adds the difference to a blurred copy, where it is above the threshold', async () => {
    const card = await drawCard().png().toBuffer();
    const plain = await pixelsOf(card, 'fmt=png');
    const soft = await pixelsOf(card, 'op_blur=2&fmt=png');
    const sharpened = await pixelsOf(card, 'op_usm=1.5,2,20&fmt=png');
    const mono = await pixelsOf(card, 'op_usm=1.5,2,0,1&fmt=png');
    let changed = 0;
    for (let index = 0; index < plain.data.length; index += 3) {
      const differences = [0, 1, 2].map(
        (channel) => (plain.data[index + channel] ?? 0) - (soft.data[index + channel] ?? 0),
      );
      const average = differences.reduce((sum, value) => sum + value) / 3;
      for (const [channel, difference] of differences.entries()) {
        const value = plain.data[index + channel] ?? 0;
        const clamped = (added: number) => Math.min(255, Math.max(0, value + added));
        const expected = Math.abs(difference) > 20 ? clamped(1.5 * difference) : value;
        if (expected !== value) changed += 1;
        // The blur is made anew, and rounded.
        expect(Math.abs((sharpened.data[index + channel] ?? 0) - expected)).toBeLessThanOrEqual(
          Math.abs(Math.abs(difference) - 20) <= 2 ? 40 : 4,
        );
        expect(Math.abs((mono.data[index + channel] ?? 0) - clamped(1.5 * average))).toBeLessThanOrEqual(4);
      }
    }
    expect(changed).toBeGreaterThan(100);
  });

  it('op_saturation keeps the brightness', async () => {
    const { at } = await pixelsOf(await flat(200, 90, 60), 'op_saturation=40&fmt=png');
    expect(Math.abs(luma(at(5, 4) as unknown as Pixel) - luma([200, 90, 60]))).toBeLessThan(2);
  });
});

/** The share of a normal distribution below x. Source: Abramowitz and Stegun, 26.2.17. */
function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return x < 0 ? tail : 1 - tail;
}

/** Two queries for each command that differ in its value only. */
const pairs: Readonly<Record<CommandName, readonly [one: string, other: string]>> = {
  layer: ['layer=1&src=logo', 'layer=1&src=logo&layer=2&src=other'],
  src: ['layer=1&src=logo', 'layer=1&src=other'],
  mask: ['mask=oval', 'mask=logo'],
  color: ['layer=1&color=ff0000&size=50,50', 'layer=1&color=00ff00&size=50,50'],
  text: ['layer=1&text=Sale&font=sans&fontSize=60', 'layer=1&text=Sold&font=sans&fontSize=60'],
  font: ['layer=1&text=Sale&font=sans&fontSize=60', 'layer=1&text=Sale&font=mono&fontSize=60'],
  fontSize: ['layer=1&text=Sale&font=sans&fontSize=60', 'layer=1&text=Sale&font=sans&fontSize=50'],
  textAlign: [
    'layer=1&size=300&text=Sale&font=sans&fontSize=60',
    'layer=1&size=300&text=Sale&font=sans&fontSize=60&textAlign=right',
  ],
  crop: ['crop=0,0,100,100', 'crop=20,0,100,100'],
  cropN: ['cropN=0,0,0.5,0.5', 'cropN=0.1,0,0.5,0.5'],
  size: ['size=50', 'size=60'],
  sizeN: ['layer=1&src=logo&sizeN=0.5', 'layer=1&src=logo&sizeN=0.4'],
  scale: ['scale=0.5', 'scale=0.6'],
  res: ['res=36', 'res=50'],
  flip: ['flip=lr', 'flip=ud'],
  rotate: ['rotate=10', 'rotate=20'],
  extend: ['extend=5', 'extend=0,5'],
  extendN: ['extendN=0.1', 'extendN=0.2'],
  bgColor: ['rotate=10&bgColor=ff0000', 'rotate=10&bgColor=00ff00'],
  anchor: ['layer=1&src=logo&anchor=0,0', 'layer=1&src=logo&anchor=30,0'],
  anchorN: ['layer=1&src=logo&anchorN=0.5', 'layer=1&src=logo&anchorN=0.2'],
  origin: ['layer=1&src=logo&origin=0,0', 'layer=1&src=logo&origin=30,0'],
  originN: ['layer=1&src=logo&originN=0.5', 'layer=1&src=logo&originN=0.2'],
  pos: ['layer=1&src=logo&pos=10', 'layer=1&src=logo&pos=20'],
  posN: ['layer=1&src=logo&posN=0.1', 'layer=1&src=logo&posN=0.2'],
  opac: ['layer=1&src=logo&opac=50', 'layer=1&src=logo&opac=60'],
  blendMode: ['layer=1&src=logo&blendMode=mult', 'layer=1&src=logo&blendMode=screen'],
  hide: ['layer=1&src=logo&hide=0', 'layer=1&src=logo&hide=1'],
  op_brightness: ['op_brightness=10', 'op_brightness=20'],
  op_contrast: ['op_contrast=10', 'op_contrast=20'],
  op_saturation: ['op_saturation=-50', 'op_saturation=-80'],
  op_blur: ['op_blur=2', 'op_blur=5'],
  op_colorize: ['op_colorize=ff0000', 'op_colorize=00ff00'],
  rgn: ['rgn=0,0,120,90', 'rgn=50,0,120,90'],
  scl: ['scl=2', 'scl=3'],
  wid: ['wid=100', 'wid=101'],
  hei: ['hei=100', 'hei=101'],
  fit: ['wid=100&hei=100&fit=crop', 'wid=100&hei=100&fit=stretch'],
  align: ['wid=100&hei=100&align=0,1', 'wid=100&hei=100&align=0,-1'],
  dpr: ['wid=100&dpr=on,1', 'wid=100&dpr=on,2'],
  network: ['fmt=jpeg&network=on', 'fmt=jpeg&network=on,slow'],
  resMode: ['wid=77&resMode=bilin', 'wid=77&resMode=sharp2'],
  bgc: ['wid=100&hei=100&bgc=ff0000', 'wid=100&hei=100&bgc=00ff00'],
  op_sharpen: ['op_sharpen=0', 'op_sharpen=1'],
  op_usm: ['op_usm=1', 'op_usm=2'],
  rect: ['rect=0,0,120,90', 'rect=50,0,120,90'],
  fmt: ['fmt=png,gray', 'fmt=png'],
  qlt: ['fmt=jpeg&qlt=10', 'fmt=jpeg&qlt=90'],
  jpegSize: ['fmt=jpeg&jpegSize=0', 'fmt=jpeg&jpegSize=2'],
  quantize: ['fmt=png8&quantize=adaptive,off,4', 'fmt=png8&quantize=adaptive,off,16'],
  bfc: ['fmt=jpeg&bfc=on,webp', 'fmt=jpeg&bfc=on,avif'],
  req: ['rotate=10&req=img', 'rotate=10&req=mask'],
  // They change no picture: what they embed is tested below.
  iccEmbed: ['iccEmbed=0', 'iccEmbed=1&flip=lr'],
  xmpEmbed: ['xmpEmbed=0', 'xmpEmbed=1&flip=lr'],
  // They change no picture: what they do is tested with serve-image.
  handler: ['handler=a', 'handler=b&flip=lr'],
  defaultImage: ['defaultImage=a', 'defaultImage=a&flip=lr'],
  cache: ['cache=on', 'cache=off&flip=lr'],
  id: ['id=1', 'id=1&flip=lr'],
};

it.each(commandNames)('%s: another value makes another picture', async (name) => {
  const card = await drawCard().png().toBuffer();
  const [one, other] = pairs[name];
  const made = await Promise.all(
    [one, other].map((query) => pixelsOf(card, query.includes('fmt') ? query : `${query}&fmt=png`)),
  );
  const [first, second] = made as [
    Awaited<ReturnType<typeof pixelsOf>>,
    Awaited<ReturnType<typeof pixelsOf>>,
  ];
  const isSame =
    first.width === second.width && first.height === second.height && first.data.equals(second.data);
  expect(isSame).toBe(false);
});

it('jpegSize lowers the quality just so far that the file fits, and says so if none does', async () => {
  const card = await drawCard().png().toBuffer();
  const make = (query: string) => makeImage(card, parseImageCommand(query), 30_000);
  const free = await make('qlt=95');
  const small = await make('qlt=95&jpegSize=4');
  expect(free.length).toBeGreaterThan(4_096);
  expect(small.length).toBeLessThanOrEqual(4_096);
  expect(small.length).toBeGreaterThan(3_000);
  await expect(make('wid=2000&jpegSize=1')).rejects.toThrow(
    /^jpegSize: the image has \d+ kB at the lowest quality; request more than 1 kB/,
  );
});

describe('what is embedded', () => {
  const xmp =
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta><?xpacket end="w"?>';
  const made = async (query: string, packet = xmp) => {
    const source = await drawCard().withXmp(packet).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    return sharp(await makeImage(source, parseImageCommand(query), 30_000)).metadata();
  };

  it.each(['jpeg', 'png-alpha', 'webp', 'avif', 'tif'])(
    'in %s is nothing unless the address says so',
    async (fmt) => {
      const plain = await made(`wid=100&fmt=${fmt}`);
      expect([plain.icc, plain.xmp, plain.exif]).toEqual([undefined, undefined, undefined]);
      const full = await made(`wid=100&fmt=${fmt}&iccEmbed=1&xmpEmbed=1`);
      expect(full.xmp?.toString()).toContain('xmpmeta');
      expect(isSrgbProfile(full.icc ?? new Uint8Array())).toBe(true);
    },
  );

  it('in CMYK is the profile of its colours', async () => {
    const { icc, space } = await made('wid=100&fmt=jpeg,cmyk&iccEmbed=1');
    expect([space, icc?.toString('latin1', 16, 20)]).toEqual(['cmyk', 'CMYK']);
  });

  it('changes no pixel', async () => {
    const card = await drawCard().png().toBuffer();
    const pixels = async (query: string) => (await pixelsOf(card, query)).data;
    expect((await pixels('wid=77&fmt=png&iccEmbed=1')).equals(await pixels('wid=77&fmt=png'))).toBe(true);
  });

  it('is no XMP that is too long for every format', async () => {
    const long = xmp.replace('<rdf:RDF', `<!--${'x'.repeat(60_000)}--><rdf:RDF`);
    expect(await made('wid=100&xmpEmbed=1', long).then(({ xmp: kept }) => kept)).toBeUndefined();
  });
});
