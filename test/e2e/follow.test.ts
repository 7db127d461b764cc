import { createHash } from 'node:crypto';
import { ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { accessLog } from '../support/access-log.ts';
import { readZip } from '../support/read-zip.ts';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
});

afterAll(async () => {
  await test?.stop();
});

const admin = () => test.as('admin');
const user = () => test.as('user');

/** The kinds that changed by some work, as somebody sees them who asks after it. */
async function changedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  // Until nothing is left of what was done before: reports overlap by 5 seconds.
  let since = '';
  await vi.waitFor(
    async () => {
      const { since: at, changed } = await user().call('readChanges', {
        query: since === '' ? {} : { since },
      });
      since = at;
      expect(changed).toEqual([]);
    },
    { timeout: 30_000, interval: 1_000 },
  );
  await work();
  return (await user().call('readChanges', { query: { since } })).changed;
}

async function upload(name: string, background = '#c00'): Promise<void> {
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background } });
  const file = { name, type: 'image/png', bytes: await image.png().toBuffer() };
  const { job } = await test.upload([file], { folder: '/follow/' });
  await test.until(job.id, 'succeeded');
}

describe('who follows a company', () => {
  it('sees what changed, and nothing where nothing did', async () => {
    expect(await changedBy(() => upload('shoe.png'))).toEqual(expect.arrayContaining(['assets', 'jobs']));
    expect(
      await changedBy(() => admin().call('editSettings', { body: { timeZone: 'Europe/Berlin' } })),
    ).toEqual(['settings']);
    expect(
      await changedBy(() =>
        user().call('createSchedule', {
          body: { name: 'Nightly', rule: { repeat: 'daily', time: '03:00' }, job: {} },
        }),
      ),
    ).toEqual(['schedules']);
  });

  it('sees in the overview what comes next', async () => {
    const overview = await user().call('readOverview');
    expect(overview.nextRuns).toMatchObject({ count: 1, items: [{ name: 'Nightly' }] });
    expect(overview).not.toHaveProperty('expiringSecrets');
  });

  it('sees in the usage what was delivered and what is stored', async () => {
    const { Buckets = [] } = await test.s3.send(new ListBucketsCommand({}));
    const logs = Buckets.find(({ Name = '' }) => /accesslogs/i.test(Name))?.Name;
    const today = new Date().toISOString().slice(0, 10);
    await test.s3.send(
      new PutObjectCommand({
        Bucket: logs,
        Key: 'cloudfront/2026/12/01/E1.2026-12-01-08.abc.gz',
        Body: accessLog([[today, `/is/image/${company}/shoe`, 4_096]]),
      }),
    );
    const { QueueUrl } = await test.sqs.send(new GetQueueUrlCommand({ QueueName: 'pressroom-count-usage' }));
    await test.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ company }) }));
    await vi.waitFor(
      async () => {
        const { quota, items } = await user().call('readUsage', { query: { by: 'month' } });
        expect(quota).toEqual({});
        expect(items).toMatchObject([
          { requests: 1, bytes: 4_096, stored: { assets: 1, masterBytes: expect.any(Number) } },
        ]);
        expect(items[0]?.stored?.masterBytes).toBeGreaterThan(50);
        expect(items[0]?.stored?.publishedBytes).toBeGreaterThan(50);
      },
      { timeout: 60_000, interval: 500 },
    );
  });

  it('sees in the overview which sets are incomplete', async () => {
    await user().call('createSet', { body: { type: 'image-set', id: 'pair', members: [{ id: 'shoe' }] } });
    const incomplete = async () => (await user().call('readOverview')).incompleteSets;
    await user().call('unpublishAsset', { params: { id: 'shoe' } });
    await vi.waitFor(async () => expect(await incomplete()).toEqual({ count: 1, items: [{ id: 'pair' }] }), {
      timeout: 30_000,
      interval: 1_000,
    });
    await user().call('publishAsset', { params: { id: 'shoe' } });
    await vi.waitFor(async () => expect(await incomplete()).toEqual({ count: 0, items: [] }), {
      timeout: 30_000,
      interval: 1_000,
    });
  });

  it('changes keywords and invalidates the CDN by a search', async () => {
    const scope = { query: { folder: '/follow/' }, count: 1 };
    const { results } = await user().call('editMetadataOfAssets', { body: { scope, addKeywords: ['sale'] } });
    expect(results).toMatchObject([{ id: 'shoe', outcome: 'changed' }]);
    const invalidation = await admin().call('invalidateCdn', { body: { scope } });
    expect(invalidation).toMatchObject({ by: 'scope', assets: ['shoe'], tags: 1 });
  });

  it('sees in the audit who changed what', async () => {
    await expect(user().call('listAudit')).rejects.toThrow(/403/);
    const { items } = await admin().call('listAudit', { query: { operation: 'editSettings' } });
    expect(items).toMatchObject([
      { kind: 'settings', change: { timeZone: 'Europe/Berlin' }, role: 'admin', outcome: 'done' },
    ]);
    const file = await admin().send('exportAudit', { query: { format: 'csv' } });
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(await file.text()).toContain('editSettings');
  });

  it('changes metadata by a table, and throws assets away by it', async () => {
    await upload('boot.png');
    const exported = await user().send('exportMetadata', { query: { folder: '/follow/' } });
    const [header = '', ...rows] = (await exported.text()).trimEnd().split('\r\n');
    expect(header).toContain('id,folder,type,title');
    expect(rows.map((row) => row.split(',')[0]).sort()).toEqual(['boot', 'shoe']);
    const csv = 'id;title;keywords;delete\r\nshoe;Red shoe;"shoes; red";\r\nboot;;;yes\r\n';
    const check = await user().dryRun('importMetadata', { body: { csv } });
    expect(check.results.map(({ outcome }) => outcome)).toEqual(['changed', 'trashed']);
    expect(await user().call('readAsset', { params: { id: 'shoe' } })).not.toHaveProperty('title');
    const done = await user().call('importMetadata', { body: { csv } });
    expect(done.results.map(({ outcome }) => outcome)).toEqual(['changed', 'trashed']);
    expect(await user().call('readAsset', { params: { id: 'shoe' } })).toMatchObject({
      title: 'Red shoe',
      keywords: ['shoes', 'red'],
    });
    const { items } = await user().call('listTrash');
    expect(items.map(({ asset }) => asset.id)).toEqual(['boot']);
  });

  it('downloads the original of each version under its name', async () => {
    await upload('shoe.png', '#0c0');
    const digests = await Promise.all(
      [1, 2].map(async (version) => {
        const { url, fileName, bytes } = await user().call('downloadAsset', {
          params: { id: 'shoe' },
          query: { version },
        });
        expect(fileName).toBe('shoe.png');
        const response = await fetch(url);
        // The local S3 answers a GET of a version without the Content-Disposition that its address asks for.
        expect(new URL(url).searchParams.get('response-content-disposition')).toContain('shoe.png');
        expect(response.status).toBe(200);
        const body = Buffer.from(await response.arrayBuffer());
        expect(body.length).toBe(bytes);
        return body.toString('base64');
      }),
    );
    expect(new Set(digests).size).toBe(2);
  });

  it('downloads originals as a ZIP file', async () => {
    await upload('film still.png', '#00c');
    const { id, leftOut } = await user().call('createDownload', {
      body: { assetIds: ['shoe', 'film still', 'nobody'] },
    });
    expect(leftOut).toEqual([{ id: 'nobody', message: 'There is no asset nobody' }]);
    const ready = await vi.waitUntil(
      async () => {
        const download = await user().call('readDownload', { params: { downloadId: id } });
        return download.status === 'ready' && download;
      },
      { timeout: 30_000, interval: 500 },
    );
    const response = await fetch(ready.url ?? '');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain(ready.fileName);
    const zip = Buffer.from(await response.arrayBuffer());
    expect(zip.length).toBe(ready.bytes);
    const originals = await Promise.all(
      ['shoe', 'film still'].map(async (asset) => {
        const { url, fileName } = await user().call('downloadAsset', { params: { id: asset } });
        const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
        return {
          path: `follow/${fileName}`,
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        };
      }),
    );
    expect(readZip(zip)).toEqual(originals);
  });

  it('sees in the audit what was deleted for good', async () => {
    await user().call('emptyTrash', { body: { assetIds: ['boot'] } });
    const { items } = await admin().call('listAudit', { query: { subject: 'boot' } });
    expect(items).toMatchObject([{ kind: 'purges', subjects: ['boot'], role: 'user', outcome: 'done' }]);
  });
});
