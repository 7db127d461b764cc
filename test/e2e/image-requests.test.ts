import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { serveViewers } from '../../local/serve-viewers.ts';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const picture = async (name: string, background: string) => ({
    name: `${name}.png`,
    type: 'image/png',
    bytes: await sharp({ create: { width: 640, height: 480, channels: 3, background } })
      .png()
      .toBuffer(),
  });
  const files = await Promise.all([picture('red', '#c00'), picture('blue', '#00c'), picture('soon', '#888')]);
  const { job } = await test.upload(files, {});
  await test.until(job.id, 'succeeded');
  await test.as('user').call('createSet', {
    body: { type: 'image-set', id: 'views', members: [{ id: 'red', label: 'Front' }, { id: 'blue' }] },
  });
});

afterAll(async () => {
  await test?.stop();
});

const load = (address: string) => test.deliver(`/is/image/${company}/${address}`);

async function textAt(address: string): Promise<string> {
  const { body } = await load(address);
  return Buffer.from(body).toString();
}

async function imageAt(address: string) {
  const { status, headers, body } = await load(address);
  const { width, height } = await sharp(body).metadata();
  return { status, headers, width, height };
}

it('req= says what is published, with the members of sets as they are now', async () => {
  expect(await textAt('red?req=exists,json')).toBe(
    '/*jsonp*/s7jsonResponse({"catalogRecord.exists":"1"},"");',
  );
  expect(JSON.parse(await textAt('red?wid=320&req=props,json2&utm_source=x'))).toMatchObject({
    'image.width': '320',
    'image.height': '240',
    'image.version': '1',
  });
  expect(JSON.parse(await textAt('red?req=lqip,json2'))).toMatchObject({
    'image.dominantColour': '#cc0000',
    'image.thumbHash': expect.stringMatching(/^[\w+/]{20,}=*$/),
  });
  const members = async () =>
    (JSON.parse(await textAt(`views?req=set,json2&id=${Date.now() % 1e9}`)) as { items: object[] }).items;
  expect(await members()).toMatchObject([
    { id: 'red', label: 'Front', width: 640, height: 480, url: `/is/image/${company}/red?id=1` },
    { id: 'blue' },
  ]);
  await test.as('user').call('unpublishAsset', { params: { id: 'blue' } });
  await vi.waitFor(async () => expect(await members()).toHaveLength(1), { timeout: 30_000, interval: 250 });
  expect(await imageAt('red?req=tmb')).toMatchObject({ status: 200, width: 100, height: 100 });
  const { status, headers } = await load('red?wid=3&id=1');
  expect({ status, caching: headers['cache-control'] }).toEqual({
    status: 200,
    caching: 'public, max-age=31536000, immutable, stale-if-error=86400',
  });
});

it('viewers are delivered to pages of every origin, from the address in the HTML of a set', async () => {
  await serveViewers(test.cloud);
  const { embeds } = await test.as('viewer').call('listUrls', { params: { id: 'views' } });
  const [, address = ''] = /src="([^"]+)"/.exec(embeds[0]?.html ?? '') ?? [];
  const module = await test.deliver(new URL(address).pathname);
  expect(module).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
    },
  });
  expect(module.body.toString()).toContain('pressroom-image-set');
  // What lies beside them in the origin is reached by no address.
  expect((await test.deliver(`/viewers/../${company}/set/views`)).status).toBeGreaterThanOrEqual(400);
});

it('image settings count for every image once they are saved', async () => {
  const admin = test.as('admin');
  expect((await load('unknown?wid=30')).status).toBe(404);
  expect(await imageAt('red')).toMatchObject({ width: 640 });
  await admin.call('putImageSettings', {
    body: {
      defaultImage: 'soon',
      defaultPix: { width: 200, height: 0 },
      thumbnail: { width: 60, height: 40, type: 'crop' },
    },
  });
  // What the edge has of the company is flushed.
  await vi.waitFor(async () => expect(await imageAt('red')).toMatchObject({ width: 200, height: 150 }), {
    timeout: 30_000,
    interval: 250,
  });
  expect(await imageAt('blue?req=tmb')).toMatchObject({ status: 404, width: 60, height: 40 });
  expect(await imageAt('another?wid=30')).toMatchObject({
    status: 404,
    width: 30,
    headers: { 'cache-control': 'public, max-age=0, s-maxage=5' },
  });
});
