import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const image = sharp({ create: { width: 640, height: 480, channels: 3, background: '#c00' } });
  const { job } = await test.upload(
    [{ name: 'red.png', type: 'image/png', bytes: await image.png().toBuffer() }],
    {},
  );
  await test.until(job.id, 'succeeded');
});

afterAll(async () => {
  await test?.stop();
});

async function widthAt(query: string, accept = '*/*'): Promise<string> {
  const { status, body, headers } = await test.deliver(`/is/image/${company}/red?${query}`, { accept });
  if (status !== 200) return `${status} ${JSON.parse(Buffer.from(body).toString()).detail}`;
  const { width } = await sharp(body).metadata();
  return `${headers['content-type']} ${width}`;
}

it('an image preset works at every address that names it, until it is changed or deleted', async () => {
  const admin = test.as('admin');
  expect(await widthAt('$large$')).toBe('400 $large$: is not an image preset of this company');
  await admin.call('putImagePreset', { params: { name: 'large' }, body: { commands: 'wid=300&fmt=auto' } });
  expect(await widthAt('$large$')).toBe('image/jpeg 300');
  expect(await widthAt('$LARGE$', 'image/avif,image/webp,*/*')).toBe('image/avif 300');
  expect(await widthAt('$large$&wid=100', 'image/webp')).toBe('image/webp 100');

  // The cached images of the preset are flushed.
  await admin.call('putImagePreset', { params: { name: 'large' }, body: { commands: 'wid=200&fmt=png' } });
  await vi.waitFor(async () => expect(await widthAt('$large$')).toBe('image/png 200'), {
    timeout: 30_000,
    interval: 250,
  });
  await admin.call('deleteImagePreset', { params: { name: 'large' } });
  await vi.waitFor(async () => expect(await widthAt('$large$')).toMatch(/^400 /), {
    timeout: 30_000,
    interval: 250,
  });
});
