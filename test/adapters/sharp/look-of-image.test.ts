import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { thumbHashToAverageRGBA } from 'thumbhash';
import { describe, expect, it } from 'vitest';
import { dominantColour } from '../../../adapters/sharp/dominant-colour.ts';
import { lookOfImage } from '../../../adapters/sharp/look-of-image.ts';
import { readImage } from '../../../adapters/sharp/read-image.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { acceptedTypes } from '../../../domain/uploads/accepted-types.ts';
import { makeImage } from '../../support/make-image.ts';
import { colourOf, drawCard } from './test-card.ts';

const red = '#e03020';
const gray = '#808080';

/** A red square on gray, whose middle is at 80 % and 70 %. */
const scene = (width = 1_000, height = 600) =>
  sharp({ create: { width, height, channels: 3, background: gray } }).composite([
    {
      input: {
        create: {
          width: Math.round(width / 10),
          height: Math.round(height / 10),
          channels: 3,
          background: red,
        },
      },
      left: Math.round(width * 0.75),
      top: Math.round(height * 0.65),
    },
  ]);

async function factsOf(image: Sharp, mimeType = 'image/jpeg') {
  const accepted = acceptedTypes[mimeType];
  if (!accepted) throw new Error(mimeType);
  return (await readImage(await image.toBuffer(), accepted)).facts;
}

async function pixelsOf(image: Sharp) {
  const { data, info } = await sharp(await image.png().toBuffer())
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe('the focal point that ingest proposes', () => {
  it.each([
    [1_000, 600],
    [600, 1_000],
    [800, 800],
    [3_000, 2_000],
    [100, 90],
  ])('is where something stands out in an image of %d × %d', async (width, height) => {
    const { focus } = await factsOf(scene(width, height).jpeg({ quality: 95 }));
    expect(focus?.proposed).toBe(true);
    expect(Math.abs((focus?.x ?? 0) - 0.8)).toBeLessThan(0.06);
    expect(Math.abs((focus?.y ?? 0) - 0.7)).toBeLessThan(0.06);
  });

  it('is that of the upright image', async () => {
    const turned = await sharp(await scene().png().toBuffer())
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const { focus, width } = await factsOf(sharp(turned).keepExif().jpeg({ quality: 95 }));
    expect(width).toBe(1_000);
    expect(Math.abs((focus?.x ?? 0) - 0.8)).toBeLessThan(0.06);
    expect(Math.abs((focus?.y ?? 0) - 0.7)).toBeLessThan(0.06);
  });

  it.each([
    [1, 1],
    [2, 1],
    [1, 50],
    [400, 300],
  ])('is missing in a plain image of %d × %d', async (width, height) => {
    const facts = await factsOf(
      sharp({ create: { width, height, channels: 3, background: gray } }).png(),
      'image/png',
    );
    expect(facts).not.toHaveProperty('focus');
    expect(facts).toMatchObject({ thumbHash: expect.stringMatching(/^[\w+/]+=*$/), dominantColour: gray });
  });

  it.each([1, 3, 6, 8])('is what a crop of a JPEG with orientation %d keeps', async (orientation) => {
    const source = await drawCard(orientation).withMetadata({ orientation }).png().toBuffer();
    const strip = await makeImage(
      source,
      parseImageCommand('wid=600&hei=100&fit=crop&fmt=png'),
      30_000,
      undefined,
      { x: 0.5, y: 0.875 },
    );
    const pixels = await sharp(strip).removeAlpha().raw().toBuffer();
    expect([...pixels.subarray((50 * 600 + 50) * 3, (50 * 600 + 50) * 3 + 3)]).toEqual([...colourOf(0, 3)]);
  });
});

describe('the placeholder of an image', () => {
  it('is the same at every reading, and nearly the same for another format', async () => {
    const [first, again] = [await factsOf(scene().jpeg()), await factsOf(scene().jpeg())];
    expect(again.thumbHash).toBe(first.thumbHash);
    expect(again.dominantColour).toBe(first.dominantColour);
    const png = await factsOf(scene().png(), 'image/png');
    const average = (hash = '') => thumbHashToAverageRGBA(Buffer.from(hash, 'base64'));
    for (const channel of ['r', 'g', 'b', 'a'] as const) {
      expect(average(png.thumbHash)[channel]).toBeCloseTo(average(first.thumbHash)[channel], 1);
    }
  });

  it('is at most 25 bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 255 }),
        async (width, height, alpha) => {
          const data = Buffer.alloc(width * height * 4, alpha);
          const { thumbHash } = await lookOfImage({ data, width, height });
          expect(Buffer.from(thumbHash, 'base64').length).toBeLessThanOrEqual(25);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    ['CMYK', (image: Sharp) => image.toColourspace('cmyk').jpeg({ quality: 95 }), 'image/jpeg'],
    ['16 bits', (image: Sharp) => image.toColourspace('rgb16').png(), 'image/png'],
    ['WebP', (image: Sharp) => image.webp({ quality: 95 }), 'image/webp'],
  ])('has the colours of an image in %s', async (_, encode, mimeType) => {
    const flat = sharp({ create: { width: 90, height: 60, channels: 3, background: '#b06040' } });
    const { dominantColour: found = '' } = await factsOf(encode(flat), mimeType);
    const channels = [1, 3, 5].map((start) => Number.parseInt(found.slice(start, start + 2), 16));
    for (const [index, value] of [0xb0, 0x60, 0x40].entries()) {
      expect(Math.abs((channels[index] ?? 0) - value)).toBeLessThan(20);
    }
  });
});

describe('the dominant colour', () => {
  it.each([
    [
      'the colour that most pixels have',
      [
        [200, 0, 0, 255],
        [200, 0, 0, 255],
        [0, 0, 200, 255],
      ],
      '#c80000',
    ],
    [
      'the average of similar colours',
      [
        [200, 0, 0, 255],
        [202, 0, 0, 255],
      ],
      '#c90000',
    ],
    [
      'that of opaque pixels',
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 200, 255],
      ],
      '#0000c8',
    ],
    ['white where nothing is seen', [[0, 0, 0, 0]], '#ffffff'],
  ])('is %s', (_, pixels, expected) => {
    expect(dominantColour(Uint8Array.from(pixels.flat()))).toBe(expected);
  });

  it('is that of a red picture with a little gray', async () => {
    const picture = sharp({ create: { width: 100, height: 100, channels: 3, background: red } });
    expect((await lookOfImage(await pixelsOf(picture))).dominantColour).toBe(red);
  });
});
