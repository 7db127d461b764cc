import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../../adapters/sharp/encode-image.ts';
import { findQualities } from '../../../adapters/sharp/find-quality.ts';
import { readImage } from '../../../adapters/sharp/read-image.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { acceptedTypes } from '../../../domain/uploads/accepted-types.ts';
import { drawScene } from '../../../samples/scene.ts';

const scene = (seed: number): Sharp =>
  sharp(Buffer.from(drawScene({ title: 'Hills', seed, width: 512, height: 340 })));
const gray = '#808080';
const noise = (): Sharp =>
  sharp({
    create: {
      width: 256,
      height: 256,
      channels: 3,
      background: gray,
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

async function pixelsOf(image: Sharp) {
  const { data, info } = await sharp(await image.png().toBuffer())
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe('the automatic quality', () => {
  let soft: Awaited<ReturnType<typeof findQualities>>;
  beforeAll(async () => {
    soft = await findQualities(await pixelsOf(scene(3)));
  });

  it('is lower for a soft picture than for noise, and never above the default', async () => {
    const noisy = await findQualities(await pixelsOf(noise()));
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      expect(soft[format]).toBeLessThanOrEqual(noisy[format]);
      expect(noisy[format]).toBeLessThanOrEqual(80);
    }
  });

  it.each(['jpeg', 'webp', 'avif'] as const)(
    'makes files of at most 0.8 of those of quality 80 in %s',
    async (format) => {
      const { data, width, height } = await pixelsOf(scene(3));
      const bytesAt = async (quality: number) => {
        const { fmt, qlt } = parseImageCommand(`fmt=${format}&qlt=${quality}`);
        const image = sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
        return (await encode(image, { fmt, qlt }, width * height).toBuffer()).length;
      };
      expect((await bytesAt(soft[format])) / (await bytesAt(80))).toBeLessThanOrEqual(0.8);
    },
  );

  it('is the same at every search', async () => {
    expect(await findQualities(await pixelsOf(scene(3)))).toEqual(soft);
  });

  it('is found for a picture of one pixel, too', async () => {
    const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: '#888' } });
    expect(Object.keys(await findQualities(await pixelsOf(dot)))).toEqual(['jpeg', 'webp', 'avif']);
  });

  it('is found at ingest only where the company wants it', async () => {
    const accepted = acceptedTypes['image/png'];
    if (!accepted) throw new Error('PNG is accepted');
    const bytes = await scene(3).png().toBuffer();
    expect((await readImage(bytes, accepted, { heic: true })).facts).not.toHaveProperty('autoQuality');
    const wanted = await readImage(bytes, accepted, { heic: true, autoQuality: true });
    expect(wanted.facts.autoQuality).toEqual(soft);
  });
});
