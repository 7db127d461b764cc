/** Dates of assets on the local cloud: what the edge and browsers may keep, to the second, and what goes live and is withdrawn. */
import { CopyObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const files = await Promise.all(
    ['red', 'blue', 'santa'].map(async (id) => ({
      name: `${id}.png`,
      type: 'image/png',
      bytes: await picture(),
    })),
  );
  const notes = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
  const svg = { name: 'notes.svg', type: 'image/svg+xml', bytes: notes };
  const [santa, ...others] = files.reverse();
  if (!santa) throw new Error('There is no picture');
  const { job } = await test.upload([...others, svg]);
  await test.until(job.id, 'succeeded');
  const later = await test.upload([santa], { publishAfterUploading: false });
  await test.until(later.job.id, 'succeeded');
  const members = [{ id: 'red' }, { id: 'blue' }];
  await test.as('user').call('createSet', { body: { type: 'image-set', id: 'views', members } });
}, 240_000);

afterAll(async () => {
  await test?.stop();
});

const picture = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#c00' } })
    .png()
    .toBuffer();
const image = (id: string, query: string) => `/is/image/${company}/${id}?${query}`;
const file = (query = '') => `/is/content/${company}/notes${query}`;
const inMinutes = (minutes: number) =>
  new Date(Math.floor(Date.now() / 60_000 + minutes) * 60_000).toISOString();
const read = (id: string) => test.as('viewer').call('readAsset', { params: { id } });
const setDates = (id: string, liveFrom: string | null, liveUntil: string | null) =>
  test.as('user').call('setDates', { params: { id }, body: { liveFrom, liveUntil } });
const seconds = (headers: Readonly<Record<string, unknown>>, name: string) =>
  Number(new RegExp(`(?:^|[ ,])${name}=(\\d+)`).exec(String(headers['cache-control']))?.[1] ?? 0);

/** What the clock does once a minute. */
async function look(): Promise<void> {
  const functions = [...test.cloud.services.functions.values()];
  const { error } = (await functions.find(({ name }) => name.endsWith('apply-dates'))?.invoke({})) ?? {};
  expect(error).toBeUndefined();
}

const patience = { timeout: 60_000, interval: 250 };

describe('an asset that is live until a time', () => {
  it('is kept by the edge and by browsers for the seconds that are left, and no longer', async () => {
    const liveUntil = inMinutes(5);
    const left = () => (Date.parse(liveUntil) - Date.now()) / 1_000;
    expect(await setDates('red', null, liveUntil)).toMatchObject({ liveUntil, version: 1, published: true });
    await setDates('notes', null, liveUntil);
    for (const [query, revalidation] of [
      ['wid=30', 60],
      ['wid=30&id=1', 0],
    ] as const) {
      const most = left();
      const { status, headers } = await test.deliver(image('red', query));
      expect(status).toBe(200);
      const fresh = Math.max(seconds(headers, 's-maxage'), seconds(headers, 'max-age'));
      const stale = Math.max(seconds(headers, 'stale-while-revalidate'), seconds(headers, 'stale-if-error'));
      expect(seconds(headers, 'stale-while-revalidate')).toBe(revalidation);
      expect(fresh + stale).toBeLessThanOrEqual(most);
      expect(fresh + stale).toBeGreaterThan(left() - 2);
      // What the edge has kept has an age, which browsers count.
      await vi.waitFor(async () => {
        const again = await test.deliver(image('red', query));
        expect(again.headers['x-cache']).toContain('Hit');
        expect(fresh + stale - Number(again.headers.age ?? 0)).toBeLessThanOrEqual(left() + 1);
      }, patience);
    }
    for (const request of [{}, { range: 'bytes=0-3' }]) {
      const most = left();
      const { status, headers } = await test.deliver(file(), request);
      expect(status).toBeLessThan(300);
      expect(headers['cache-control']).toMatch(/^public, max-age=\d+$/);
      expect(seconds(headers, 'max-age')).toBeLessThanOrEqual(most);
      expect(seconds(headers, 'max-age')).toBeGreaterThan(left() - 2);
      expect(headers).not.toHaveProperty('x-amz-meta-live-until');
    }
    const { headers } = await test.deliver(image('views', 'req=set,json'));
    expect(seconds(headers, 's-maxage')).toBeLessThanOrEqual(left() + 1);
  });

  it('is not delivered after its last second, although the edge and the origin have it', async () => {
    const Bucket = test.cloud.outputs.ImageServingBucket;
    const end = Math.floor(Date.now() / 1_000) + 4;
    for (const key of ['image/red', 'content/notes']) {
      const Key = `${company}/${key}`;
      const { Metadata, ContentType, CacheControl } = await test.s3.send(
        new HeadObjectCommand({ Bucket, Key }),
      );
      expect(Metadata).toHaveProperty('live-until');
      await test.s3.send(
        new CopyObjectCommand({
          ...{ Bucket, Key, CopySource: `${Bucket}/${Key}`, MetadataDirective: 'REPLACE' },
          ...{ ContentType, CacheControl, Metadata: { ...Metadata, 'live-until': String(end) } },
        }),
      );
    }
    // Addresses that the edge has not kept yet.
    for (const address of [image('red', 'wid=31'), file('?id=77')]) {
      let lastSeen = 0;
      await vi.waitFor(async () => {
        const asked = Date.now();
        const { status } = await test.deliver(address);
        if (status === 200) lastSeen = asked;
        expect([address, status]).toEqual([address, 404]);
      }, patience);
      expect(lastSeen).toBeLessThan(end * 1_000);
      expect(Date.now()).toBeGreaterThanOrEqual(end * 1_000);
    }
    const { text } = await test
      .deliver(image('views', 'req=imageset&id=78'))
      .then(({ body }) => ({ text: Buffer.from(body).toString() }));
    expect(text).toBe(`${company}/blue\r\n`);
    expect((await read('red')).published).toBe(true);
  });

  it('is withdrawn, held and invalidated when its time has come', async () => {
    await setDates('blue', null, null);
    expect((await test.deliver(image('blue', 'wid=20'))).status).toBe(200);
    expect(await setDates('blue', null, inMinutes(-1))).toMatchObject({ published: true });
    await look();
    await vi.waitFor(
      async () => expect(await read('blue')).toMatchObject({ published: false, intent: 'held' }),
      patience,
    );
    await vi.waitFor(
      async () => expect((await test.deliver(image('blue', 'wid=20'))).status).toBe(404),
      patience,
    );
    await expect(test.as('user').call('publishAsset', { params: { id: 'blue' }, body: {} })).rejects.toThrow(
      'It was to be live until',
    );
    expect(await read('views')).toMatchObject({ published: true });
  });
});

describe('an asset that is live from a time', () => {
  it('is left by jobs until then, and is published by a job of its own', async () => {
    expect(await setDates('santa', inMinutes(30), null)).toMatchObject({ intent: 'held', published: false });
    const job = await test.as('user').call('submitJob', { body: { name: 'Everything', publish: 'full' } });
    await test.until(job.id, 'succeeded');
    expect(await read('santa')).toMatchObject({ published: false });
    expect((await test.deliver(image('santa', 'wid=20'))).status).toBe(404);

    const liveFrom = inMinutes(-1);
    await setDates('santa', liveFrom, null);
    await look();
    await vi.waitFor(async () => expect(await read('santa')).toMatchObject({ published: true }), patience);
    const { publications } = await read('santa');
    const jobId = publications['image-serving']?.jobId ?? '';
    const own = await test.until(jobId, 'succeeded');
    expect(own).toMatchObject({ name: expect.stringMatching(/^Live from /), counts: { done: 1, errors: 0 } });
    await vi.waitFor(
      async () => expect((await test.deliver(image('santa', 'wid=20'))).status).toBe(200),
      patience,
    );
  });
});
