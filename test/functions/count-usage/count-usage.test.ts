import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { announcedUsageUpdate } from '../../../adapters/dynamodb/companies/announced-usage.ts';
import { memberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import { countAssets, usageStore } from '../../../adapters/dynamodb/companies/usage-store.ts';
import { storedBytes } from '../../../adapters/s3/stored-bytes.ts';
import type { UsageWork } from '../../../functions/count-usage/count-usage.contract.ts';
import { type CountUsageDependencies, countUsage } from '../../../functions/count-usage/count-usage.ts';
import { accessLog } from '../../support/access-log.ts';
import { anAsset } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import { shippedFunctions } from '../../support/shipped-functions.ts';

const { ACCESS_LOG_BUCKET, ASSET_TABLE, IMAGE_SERVING_BUCKET, JOB_TABLE, MASTERS_BUCKET } = cloudNames;
const cloud = memoryCloud();
const { documents } = cloud.clients;
const usage = usageStore(documents, JOB_TABLE);
const call = shippedFunctions(cloud);
const today = new Date().toISOString().slice(0, 10);

const arrived = (key: string, bucket: string = ACCESS_LOG_BUCKET) => ({
  Records: [{ body: JSON.stringify({ detail: { bucket: { name: bucket }, object: { key } } }) }],
});
const stored = (company: string) => ({ Records: [{ body: JSON.stringify({ company }) }] });
const delivered = async (company: string) =>
  (await usage.readUsage(company, '2026-01-01', '2026-12-31')).map(({ day, requests, bytes }) => [
    day,
    requests,
    bytes,
  ]);

beforeEach(async () => {
  cloud.clear();
  for (const company of ['luma', 'acme']) {
    const member = {
      subject: 'ann',
      kind: 'person',
      role: 'admin',
      added: today,
      addedBy: 'operator',
    } as const;
    await memberStore(documents, JOB_TABLE).addMember({ company, ...member });
  }
});
afterAll(() => vi.unstubAllEnvs());

describe('a log file that arrives', () => {
  const key = 'cloudfront/2026/11/24/E1.2026-11-24-08.abc.gz';
  const put = (name: string, day = '2026-11-24') =>
    cloud.buckets[ACCESS_LOG_BUCKET].put(
      name,
      accessLog([
        [day, '/is/image/luma/red', 100],
        [day, '/is/image/acme/red', 7],
        ['2026-11-23', '/is/image/luma/red', 20],
        [day, '/is/image/nobody/red', 1],
      ]),
    );

  it('is added to the days of its companies, once, however often its event comes', async () => {
    put(key);
    for (let time = 0; time < 3; time += 1) await call('count-usage', arrived(key));
    expect(await delivered('luma')).toEqual([
      ['2026-11-23', 1, 20],
      ['2026-11-24', 1, 100],
    ]);
    expect(await delivered('acme')).toEqual([['2026-11-24', 1, 7]]);
    expect(await delivered('nobody')).toEqual([]);
    put(`${key}2`);
    await call('count-usage', arrived(`${key}2`));
    expect(await delivered('acme')).toEqual([['2026-11-24', 2, 14]]);
  });

  it('is counted once where two calls read it at the same time, or one fails after it has written', async () => {
    put(key);
    cloud.hook.onCall = async (one, next) => {
      const response = await next();
      if (one.command === 'TransactWrite') throw new Error('the response was lost');
      return response;
    };
    await expect(call('count-usage', arrived(key))).rejects.toThrow('the response was lost');
    cloud.hook.onCall = undefined;
    await Promise.all([call('count-usage', arrived(key)), call('count-usage', arrived(key))]);
    expect(await delivered('acme')).toEqual([['2026-11-24', 1, 7]]);
  });

  it('of more companies than a transaction takes is counted in several, each once', async () => {
    const many = Array.from({ length: 230 }, (_, index) => ({
      company: `c${index}`,
      day: '2026-11-24',
      requests: 1,
      bytes: 5,
    }));
    for (let time = 0; time < 2; time += 1) await usage.countDelivered(key, many, '2026-11-24T09:00:00.000Z');
    for (const { company } of many) expect(await delivered(company)).toEqual([['2026-11-24', 1, 5]]);
  });

  it('that does not exist any more, or is in another bucket, is left out', async () => {
    await call('count-usage', arrived(key));
    await call('count-usage', arrived('luma/red', MASTERS_BUCKET));
    expect(await delivered('luma')).toEqual([]);
  });

  it('that cannot be read fails, so that its message comes again', async () => {
    cloud.buckets[ACCESS_LOG_BUCKET].put(key, 'no log');
    await expect(call('count-usage', arrived(key))).rejects.toThrow('incorrect header check');
  });
});

describe('every night', () => {
  it('each company gets a message', async () => {
    await call('count-usage', { source: 'aws.events' });
    expect(cloud.messages.map(({ queueUrl, body }) => [queueUrl, body])).toEqual([
      [cloudNames.USAGE_QUEUE, { company: 'acme' }],
      [cloudNames.USAGE_QUEUE, { company: 'luma' }],
    ]);
  });

  it('what a company has stored is counted: all versions, all servers, nothing of others', async () => {
    const masters = cloud.buckets[MASTERS_BUCKET];
    masters.put('luma/red', Buffer.alloc(100));
    masters.put('luma/red', Buffer.alloc(30));
    masters.put('luma/old', Buffer.alloc(7));
    masters.delete('luma/old');
    masters.put('luma/reductions/x', Buffer.alloc(3));
    masters.put('luma2/red', Buffer.alloc(5_000));
    cloud.buckets[IMAGE_SERVING_BUCKET].put('luma/image/red', Buffer.alloc(30));
    cloud.buckets[cloudNames.VIDEO_BUCKET].put('luma/film', Buffer.alloc(12));
    cloud.buckets[cloudNames.VIDEO_BUCKET].put('acme/film', Buffer.alloc(5_000));
    // With a master of 1,000 bytes.
    cloud.company('luma').put(anAsset({ company: 'luma', id: 'red' }));
    for (let time = 0; time < 2; time += 1) await call('count-usage', stored('luma'));
    const [day] = await usage.readUsage('luma', today, today);
    expect(day?.stored).toEqual({
      assets: 1,
      masterBytes: 1_140,
      publishedBytes: 42,
      counted: expect.stringContaining(today),
    });
  });

  it('a company with more objects than a call counts is continued by a message', async () => {
    const masters = cloud.buckets[MASTERS_BUCKET];
    for (let index = 0; index < 1_300; index += 1) masters.put(`luma/${index % 700}`, Buffer.alloc(2));
    for (let index = 0; index < 1_001; index += 1)
      cloud.buckets[IMAGE_SERVING_BUCKET].put(`luma/image/${index}`, Buffer.alloc(1));
    const { masterBytes, objectBytes } = storedBytes(cloud.clients.s3, MASTERS_BUCKET);
    const requests: UsageWork[] = [{ company: 'luma' }];
    let pages = 0;
    const dependencies: CountUsageDependencies = {
      ...usage,
      accessLogBucket: ACCESS_LOG_BUCKET,
      listCompanies: async () => [],
      readLog: async () => [],
      countAssets: (company) => countAssets(documents, ASSET_TABLE, company),
      masterBytes,
      originBytes: (server, company, from) => objectBytes(server, company, from),
      request: async (work) => void requests.push(work),
      now: () => '2026-11-24T23:59:59.000Z',
      // A page for each call.
      timeLeft: () => (pages++ % 2 === 0 ? 900_000 : 0),
      log: { warn: () => {} },
    };
    for (const work of requests) await countUsage(JSON.parse(JSON.stringify(work)), dependencies);
    expect(requests.length).toBeGreaterThan(5);
    const [day] = await usage.readUsage('luma', '2026-11-24', '2026-11-24');
    expect(day?.stored).toMatchObject({ masterBytes: 2_600, publishedBytes: 1_001 });
  });

  it('uploads that were announced before the count began are not counted again', async () => {
    const announce = (usageOf: { assets: number; bytes: number }) =>
      documents.send(new UpdateCommand(announcedUsageUpdate(JOB_TABLE, 'luma', { day: today, ...usageOf })));
    await announce({ assets: 2, bytes: 20 });
    await call('count-usage', stored('luma'));
    await announce({ assets: 1, bytes: 5 });
    const [day] = await usage.readUsage('luma', today, today);
    expect(day).toMatchObject({
      announced: { assets: 3, bytes: 25 },
      announcedBefore: { assets: 2, bytes: 20 },
    });
  });
});
