import { beforeEach, describe, expect, it } from 'vitest';
import { countAssets, usageStore } from '../../../../adapters/dynamodb/companies/usage-store.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { now, sum } from '../api-records.ts';
import { askAgain, cloud, reset } from '../ask.ts';

beforeEach(reset);

const usage = usageStore(cloud.clients.documents, cloudNames.JOB_TABLE);
const today = now.slice(0, 10);
const read = (query: Record<string, string> = {}) =>
  askAgain('viewer', { path: '/usage', query: new URLSearchParams(query).toString() });
const file = (number: number, bytes: number) => ({
  name: `file ${number}.png`,
  bytes,
  type: 'image/png',
  sha256: sum,
});
const upload = (files: number, bytes: number) =>
  askAgain('user', {
    method: 'POST',
    path: '/uploads',
    body: { files: Array.from({ length: files }, (_, index) => file(index, bytes)) },
  });
const stored = (assets: number, masterBytes: number) => ({
  assets,
  masterBytes,
  publishedBytes: 5,
  counted: `${today}T01:10:00.000Z`,
});

describe('GET /usage', () => {
  it('shows the days of this month, the counts and the quota', async () => {
    await usage.countDelivered('a', [{ company: 'luma', day: today, requests: 3, bytes: 900 }], now);
    await usage.countDelivered('b', [{ company: 'luma', day: '2026-10-31', requests: 1, bytes: 1 }], now);
    await usage.recordStored('luma', today, stored(12, 3_000), { assets: 0, bytes: 0 });
    await usage.changeQuota('luma', { assets: 100, bytes: undefined });
    expect(await read()).toMatchObject({
      status: 200,
      body: {
        quota: { assets: 100 },
        items: [{ period: today, requests: 3, bytes: 900, stored: stored(12, 3_000) }],
      },
    });
    const months = await read({ from: '2026-01-01', by: 'month' });
    expect(months.body).toMatchObject({
      items: [
        { period: '2026-10', requests: 1, bytes: 1 },
        { period: '2026-11', requests: 3, bytes: 900 },
      ],
    });
  });

  it.each([
    [{ from: '2026-11-25', to: '2026-11-24' }, 'from: is 2026-11-25; it must not be after 2026-11-24'],
    [{ from: '2024-11-25' }, 'at most 396 days are kept'],
    [{ from: 'yesterday' }, 'from: must be a day like 2026-11-24'],
    [{ by: 'year' }, 'by'],
  ])('refuses %j', async (query, detail) => {
    const { status, body } = await read(query);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(detail)]);
  });
});

describe('the quota of a company', () => {
  const announced = async () => (await usage.readUsage('luma', today, today))[0]?.announced;

  it('costs uploads of a company without one nothing but a read', async () => {
    expect((await upload(2, 10)).status).toBe(201);
    expect(await announced()).toBeUndefined();
  });

  it('of bytes refuses an upload that would exceed it together with those before', async () => {
    await usage.changeQuota('luma', { bytes: 1_000 });
    await usage.recordStored('luma', today, stored(1, 700), { assets: 0, bytes: 0 });
    expect((await upload(2, 100)).status).toBe(201);
    const { status, body } = await upload(2, 100);
    expect([status, body]).toEqual([
      409,
      expect.objectContaining({
        code: 'quota.exceeded',
        quota: 'bytes',
        used: '900',
        limit: '1000',
        detail: expect.stringContaining('luma has 900 of at most 1000 bytes'),
      }),
    ]);
    expect(await announced()).toEqual({ assets: 2, bytes: 200 });
    expect((await upload(1, 100)).status).toBe(201);
  });

  it('of assets counts those in the library before it refuses: files that replace assets add none', async () => {
    const here = await countAssets(cloud.clients.documents, cloudNames.ASSET_TABLE, 'luma');
    expect(here).toBeGreaterThan(1);
    await usage.recordStored('luma', today, stored(1_000, 0), { assets: 0, bytes: 0 });
    await usage.changeQuota('luma', { assets: 500 });
    expect((await upload(2, 10)).status).toBe(201);
    await usage.changeQuota('luma', { assets: here + 2 });
    expect((await upload(2, 10)).status).toBe(201);
    const refused = await upload(3, 10);
    expect([refused.status, refused.body.code]).toEqual([409, 'quota.exceeded']);
  });
});
