/** The watermark of docs/image-presets.md, with the preset as it stands there and the real sharp. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { OpenedOriginObject } from '../../../adapters/s3/origin-object.ts';
import { transformImage } from '../../../adapters/sharp/transform-image.ts';
import { checkModifier } from '../../../domain/delivery/check-modifiers.ts';
import { checkPresetCommands } from '../../../domain/delivery/image-preset.ts';
import { type ServeImageDependencies, serveImage } from '../../../functions/serve-image/serve-image.ts';

const docs = await readFile(new URL('../../../docs/image-presets.md', import.meta.url), 'utf8');
const [, commands = ''] = /"commands": "(layer=99[^"]+)"/.exec(docs) ?? [];
const [, postModifier = ''] = /"postModifier": "([^"]+)"/.exec(docs) ?? [];

const picture = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

async function pixelsOf(query: string, modifiers: Partial<OpenedOriginObject>) {
  const stored: Record<string, { bytes: Uint8Array; more?: Partial<OpenedOriginObject> }> = {
    'luma/image/red-shoe': { bytes: await picture(800, 600, '#cc0000'), more: modifiers },
    'luma/image/watermark': { bytes: await picture(100, 50, '#ffffff') },
  };
  const openObject: ServeImageDependencies['openObject'] = async (key) => {
    const found = stored[key];
    return (
      found && {
        ...{ etag: `"${key}"`, lastModified: new Date(0), bytes: found.bytes.length, ...found.more },
        read: async () => found.bytes,
        discard: () => {},
      }
    );
  };
  const event = {
    rawPath: '/is/image/luma/red-shoe',
    rawQueryString: query,
    headers: {},
    requestContext: { requestId: 'r', http: { method: 'GET' } },
  };
  const { status, headers, body } = await serveImage(event as never, {
    openObject,
    openVideoObject: openObject,
    findObject: async () => undefined,
    transform: transformImage,
    readReduction: async () => undefined,
    readImages: async () => ({
      presets: [{ name: 'watermark', commands, version: 1, modified: '', modifiedBy: '' }],
    }),
    makePlaceholder: async () => ({ thumbHash: '', dominantColour: '' }),
    now: () => new Date(0),
    remainingTime: () => 20_000,
    report: (error) => {
      throw error;
    },
  });
  expect(status).toBe(200);
  const { data, info } = await sharp(body).raw().toBuffer({ resolveWithObject: true });
  const green = (x: number, y: number) => data[(y * info.width + x) * info.channels + 1] ?? 0;
  const at = (x: number, y: number) => green(Math.round(x * info.width), Math.round(y * info.height));
  return { at, size: { width: info.width, height: info.height }, tags: headers['x-amz-meta-cache-tag'] };
}

it('the documented watermark is a valid preset and a valid modifier', () => {
  expect(commands).toContain('src=watermark');
  expect(() => checkPresetCommands(commands)).not.toThrow();
  expect(() => checkModifier('postModifier', postModifier)).not.toThrow();
  expect(postModifier).toBe('$watermark$');
});

it.each([
  ['an address that names the preset', 'wid=400&fmt=png&$watermark$', {}],
  ['each address of an image with the modifier', 'wid=400&fmt=png', { postModifier }],
  ['an address that would hide it', 'wid=400&fmt=png&layer=99&hide=1&opac=0&src=red-shoe', { postModifier }],
])('%s has the watermark in its lower right corner, in its size', async (_, query, modifiers) => {
  const { at, size, tags } = await pixelsOf(query, modifiers);
  expect(size).toEqual({ width: 400, height: 300 });
  expect(at(0.85, 0.88)).toBeGreaterThan(100);
  for (const [x, y] of [
    [0.1, 0.1],
    [0.5, 0.5],
    [0.1, 0.9],
    [0.99, 0.99],
  ] as const)
    expect(at(x, y)).toBeLessThan(10);
  // Invalidating the preset or the watermark renews the picture.
  expect(tags).toBe('luma/red-shoe,luma/,luma/$watermark$,luma/watermark');
});
