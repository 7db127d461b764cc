import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sampleFont } from '../support/sample-font.ts';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

let test: TestCloud;

async function plain(name: string, width: number, height: number, background: string) {
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
  return { name: `${name}.png`, type: 'image/png', bytes };
}

beforeAll(async () => {
  test = await startTestCloud();
  const files = [
    await plain('shoe', 400, 200, '#ffffff'),
    await plain('logo', 40, 40, '#cc0000'),
    { name: 'brand.ttf', type: 'font/ttf', bytes: sampleFont() },
  ];
  const { job } = await test.upload(files, {});
  await test.until(job.id, 'succeeded');
});

afterAll(async () => {
  await test?.stop();
});

const load = (query: string) => test.deliver(`/is/image/${company}/shoe?${query}`);

async function pixelsAt(query: string, ...places: readonly (readonly [x: number, y: number])[]) {
  const { status, body } = await load(query);
  expect(status, Buffer.from(body).toString().slice(0, 300)).toBe(200);
  const { data, info } = await sharp(body).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return places.map(([x, y]) =>
    data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3).toString('hex'),
  );
}

const query =
  '$title=HHH&layer=1&src=is{logo?size=80,80&op_blur=0}&originN=0.5,0.5&posN=0.5,0.5&layer=2&text=$title$&font=brand&fontSize=100&color=0000ff&fmt=png';

it('a picture with an image, a nested request and text is delivered, and flushed with each of its images', async () => {
  // The logo is at the lower right corner, the second letter is in the middle.
  const places = [
    [390, 190],
    [200, 110],
    [5, 5],
  ] as const;
  expect(await pixelsAt(query, ...places)).toEqual(['cc0000', '0000ff', 'ffffff']);

  const replaced = await test.upload([await plain('logo', 40, 40, '#00cc00')], {});
  await test.until(replaced.job.id, 'succeeded');
  expect(await pixelsAt(query, ...places)).toEqual(['cc0000', '0000ff', 'ffffff']);
  await test.as('admin').call('invalidateCdn', { body: { assetIds: ['logo'] } });
  await vi.waitFor(
    async () => expect(await pixelsAt(query, ...places)).toEqual(['00cc00', '0000ff', 'ffffff']),
    {
      timeout: 30_000,
      interval: 250,
    },
  );
});

it.each([
  ['layer=1&src=none', 404, `src: there is no published image ${company}/none`],
  ['layer=1&text=a&font=logo', 404, `font: there is no published font ${company}/logo`],
  ['layer=1&text=a', 400, 'layer=1: needs font: the id of a font that is published, for its text'],
])('%s gets %d', async (wrong, status, detail) => {
  const response = await load(wrong);
  expect(response.status).toBe(status);
  expect(JSON.parse(Buffer.from(response.body).toString()).detail).toBe(detail);
});
