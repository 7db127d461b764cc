import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { forRequestKind } from '../../../domain/delivery/for-request-kind.ts';
import { productImageSettings } from '../../../domain/delivery/image-settings.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { makeImage } from '../../support/make-image.ts';

/** Left half opaque, right half transparent. */
const half = () =>
  sharp({ create: { width: 40, height: 20, channels: 4, background: { r: 200, g: 10, b: 10, alpha: 0 } } })
    .composite([
      { input: { create: { width: 20, height: 20, channels: 3, background: '#c80a0a' } }, left: 0, top: 0 },
    ])
    .png()
    .toBuffer();

async function maskOf(source: Uint8Array, query: string) {
  const command = forRequestKind(parseImageCommand(`${query}&req=mask`), productImageSettings.thumbnail);
  const made = await makeImage(source, command, 30_000);
  const { format, channels } = await sharp(made).metadata();
  const { data, info } = await sharp(made).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  return {
    format,
    channels,
    size: [info.width, info.height],
    at: (x: number, y: number) => data[(y * info.width + x) * info.channels],
  };
}

describe('req=mask', () => {
  it('is white where the image is opaque, and black where it is transparent', async () => {
    const { format, channels, at } = await maskOf(await half(), 'fmt=png');
    expect({ format, channels }).toEqual({ format: 'png', channels: 1 });
    expect([at(4, 10), at(35, 10)]).toEqual([255, 0]);
  });

  it('is made at the size of the view, whose margins are transparent', async () => {
    const { size, at } = await maskOf(await half(), 'wid=40&hei=40&fmt=png');
    expect(size).toEqual([40, 40]);
    expect([at(4, 2), at(4, 20), at(35, 20)]).toEqual([0, 255, 0]);
  });

  it('of an opaque image is white', async () => {
    const opaque = await sharp(await half())
      .flatten()
      .png()
      .toBuffer();
    const { at } = await maskOf(opaque, 'fmt=png');
    expect([at(4, 10), at(35, 10)]).toEqual([255, 255]);
  });

  it.each([
    ['', 'jpeg', 1],
    ['fmt=png-alpha', 'png', 1],
    ['fmt=webp-alpha', 'webp', 3],
    ['fmt=auto', 'jpeg', 1],
  ])('of ?%s is %s with %i channels', async (query, format, channels) => {
    expect(await maskOf(await half(), query)).toMatchObject({ format, channels });
  });
});
