import sharp from 'sharp';
import { thumbHashToAverageRGBA } from 'thumbhash';
import { expect, it } from 'vitest';
import { makePlaceholder } from '../../../adapters/sharp/placeholder.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';

const flat = (background: string, width = 900, height = 600) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

const averageOf = (thumbHash: string) => {
  const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(thumbHash, 'base64'));
  return [r, g, b].map((part) => Math.round(part * 255));
};

it('the placeholder of an image has its colours', async () => {
  const { thumbHash, dominantColour } = await makePlaceholder(await flat('#204080'), 10_000);
  expect(dominantColour).toBe('#204080');
  for (const [index, part] of averageOf(thumbHash).entries())
    expect(Math.abs(part - ([32, 64, 128][index] ?? 0))).toBeLessThan(12);
  expect(Buffer.from(thumbHash, 'base64').length).toBeLessThan(30);
});

it('the placeholder of a derived image is that of what its recipe makes', async () => {
  const recipe = parseImageCommand('op_brightness=-100');
  const { dominantColour } = await makePlaceholder(await flat('#204080'), 10_000, recipe);
  expect(dominantColour).toBe('#000000');
});
