import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { OperationBody, OperationQuery } from '@pressroom/client/create-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assetItem } from '../../adapters/dynamodb/assets/asset-store.ts';
import { batchWrite } from '../../adapters/dynamodb/table/batch-write.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { anAsset } from '../support/builders.ts';
import { company, type JobResponse, startTestCloud, type TestCloud } from './support/test-cloud.ts';

let cloud: TestCloud;
let publish: JobResponse;
let upload: JobResponse;

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

beforeAll(async () => {
  cloud = await startTestCloud();
  const sent = await cloud.upload(
    ['shoe', 'hat'].map((id) => ({ name: `${id}.png`, bytes: png, type: 'image/png' })),
    { publishAfterUploading: false, folder: '/autumn/' },
  );
  upload = await cloud.until(sent.job.id, 'succeeded', 'completed-with-errors');
  const made = await cloud
    .as('admin')
    .call('submitJob', { body: { name: 'Autumn', servers: ['image-serving'] } });
  publish = await cloud.until(made.id, 'succeeded');
});
afterAll(() => cloud?.stop());

type Query = OperationQuery<'listJobs'>;
const list = (query: Query) => cloud.as('user').call('listJobs', { query });
const idsOf = async (query: Query) => (await list(query)).items.map(({ id }) => id);

const download = (jobId: string, query: OperationQuery<'downloadJobLog'> = {}) =>
  cloud.as('viewer').send('downloadJobLog', { params: { jobId }, query });

describe('jobs of a company', () => {
  it('are listed by every column and filter with the permissions of the functions', async () => {
    await vi.waitFor(async () => expect(await idsOf({})).toEqual([publish.id, upload.id]));
    expect(await idsOf({ sort: 'name' })).toEqual([publish.id, upload.id]);
    const columns = [
      'type',
      'total',
      'warnings',
      'errors',
      'duration',
      'status',
      'destination',
      'user',
    ] as const;
    for (const sort of columns)
      expect((await idsOf({ sort })).toSorted()).toEqual([publish.id, upload.id].toSorted());
    expect(await idsOf({ by: 'mine' })).toEqual([upload.id]);
    expect(await idsOf({ kind: 'publish', state: 'ended' })).toEqual([publish.id]);
    expect(await idsOf({ state: 'active' })).toEqual([]);
    expect(await idsOf({ to: '2020-01-01' })).toEqual([]);
    const page = await list({ limit: 1, sort: 'destination' });
    expect(page.items).toMatchObject([{ id: publish.id }]);
    expect(await idsOf({ limit: 1, sort: 'destination', cursor: page.next })).toEqual([upload.id]);
    expect((await list({ kind: 'upload' })).items).toMatchObject([
      { destination: `${company}/autumn/`, duration: expect.any(Number), counts: { total: 2 } },
    ]);
  });
});

describe('the log of a job', () => {
  it('is read by outcome and asset', async () => {
    const entries = (jobId: string, query: OperationQuery<'readJobLog'>) =>
      cloud.as('viewer').call('readJobLog', { params: { jobId }, query });
    expect((await entries(publish.id, { outcome: 'published' })).items).toHaveLength(2);
    expect((await entries(publish.id, { asset: 'shoe' })).items).toMatchObject([{ asset: 'shoe' }]);
    expect((await entries(publish.id, { outcome: 'error' })).items).toEqual([]);
    expect((await entries(upload.id, { asset: 'hat' })).items).toMatchObject([{ asset: 'hat' }]);
  });

  it('is downloaded as a file', async () => {
    const response = await download(publish.id, { format: 'csv' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain('attachment; filename="Autumn ');
    const rows = (await response.text()).split('\r\n');
    expect(rows[0]).toBe('time,asset,type,server,outcome,message,bytes');
    expect(rows).toHaveLength(6);
    expect((await (await download(upload.id)).text()).trim().split('\n').length).toBe(4);
  });

  it('is exported by export-log if it is long, and downloaded from its own URL', async () => {
    const { region, rootCredentials: credentials, ownEndpoint: endpoint, outputs } = cloud.cloud;
    const dynamodb = new DynamoDBClient({ region, credentials, endpoint });
    // Claims 6,000 log entries: real ones would take minutes.
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: outputs.JobTable,
        Key: { pk: { S: `JOB#${company}#${publish.id}` }, sk: { S: 'JOB' } },
        UpdateExpression: 'SET counts.#total = :total',
        ExpressionAttributeNames: { '#total': 'total' },
        ExpressionAttributeValues: { ':total': { N: '6000' } },
      }),
    );
    dynamodb.destroy();
    const first = await download(publish.id);
    expect(first.status).toBe(202);
    expect(first.headers.get('retry-after')).toBe('5');
    const file = await vi.waitFor(
      async () => {
        const response = await download(publish.id);
        expect(response.status).toBe(200);
        return (await response.json()) as { url: string; bytes: number };
      },
      { timeout: 60_000, interval: 200 },
    );
    const loaded = await fetch(file.url);
    expect(loaded.headers.get('content-disposition')).toContain('attachment; filename="Autumn ');
    const text = await loaded.text();
    expect(Buffer.byteLength(text)).toBe(file.bytes);
    const outcomes = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { outcome: string }).outcome);
    expect(outcomes).toEqual(['begin', 'published', 'published', 'end']);
  });
});

describe('an action on many assets', () => {
  const act = (body: OperationBody<'submitAction'>) => cloud.as('user').call('submitAction', { body });

  it('trashes 250 assets that a search finds, stops in the middle, and runs again for the others', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `linen-${String(index).padStart(3, '0')}`);
    const { region, rootCredentials: credentials, ownEndpoint: endpoint, outputs } = cloud.cloud;
    const client = new DynamoDBClient({ region, credentials, endpoint });
    const items = ids.map((id) => ({ put: assetItem(anAsset({ company, id }), defaultSettings) }));
    const documents = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
    await batchWrite(documents, String(outputs.AssetTable), items);
    client.destroy();
    const query = { q: 'linen-' };
    const total = async () => (await cloud.as('user').call('searchAssets', { query })).total;
    await vi.waitFor(async () => expect(await total()).toBe(250), { timeout: 20_000, interval: 200 });

    const job = await act({ action: { name: 'trash' }, scope: { query, count: 250 } });
    const params = { jobId: job.id };
    const read = () => cloud.as('user').call('readJob', { params });
    await vi.waitFor(async () => expect((await read()).counts.done).toBeGreaterThanOrEqual(100), {
      timeout: 60_000,
      interval: 20,
    });
    await cloud.as('user').call('cancelJob', { params, body: {} });
    const stopped = await cloud.until(job.id, 'stopped');
    expect(stopped.counts.done + stopped.counts.notReached).toBe(250);
    expect(stopped.counts.notReached).toBeGreaterThanOrEqual(50);

    const again = await cloud.as('user').call('retryJob', { params });
    const ended = await cloud.until(again.id, 'succeeded');
    expect(ended.counts).toMatchObject({ total: stopped.counts.notReached, skipped: 0 });
    const logged = [...(await cloud.wholeLog(job.id)), ...(await cloud.wholeLog(again.id))];
    const trashed = logged.filter(({ outcome }) => outcome === 'changed').map(({ asset }) => asset);
    expect(trashed.toSorted()).toEqual(ids);
    await vi.waitFor(async () => expect(await total()).toBe(0), { timeout: 20_000, interval: 200 });
    expect(await idsOf({ kind: 'action' })).toEqual([again.id, job.id]);
  }, 120_000);

  it('does each of its actions with the permissions of run-action', async () => {
    const scope = { assets: ['shoe', 'hat'] };
    const actions = [
      { name: 'metadata', addKeywords: ['sale'] },
      { name: 'dates', liveUntil: '2099-01-01T00:00Z' },
      { name: 'move', folder: '/winter/' },
      { name: 'unpublish' },
      { name: 'trash' },
    ] as const;
    for (const action of actions) {
      const { id } = await act({ action: { ...action } as never, scope });
      expect(await cloud.until(id, 'succeeded'), action.name).toMatchObject({ counts: { done: 2 } });
    }
  }, 60_000);
});
