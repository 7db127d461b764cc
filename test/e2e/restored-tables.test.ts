/**
 * The switch to restored tables of docs/backup.md. The local cloud has no point-in-time recovery: a copy made by a scan
 * stands for the restored table. What it shows is the switch: names, permissions, indexes, and that nothing is written to
 * the former tables.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '@pressroom/local-aws/start-cloud';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { localSettings, synthesise } from '../../local/synthesise.ts';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

type Item = Record<string, AttributeValue>;

let stateFolder: string;
let assembly: string;
let test: TestCloud | undefined;

beforeAll(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'pressroom-restored-'));
  assembly = await mkdtemp(join(tmpdir(), 'pressroom-restored-assembly-'));
});

afterAll(async () => {
  await test?.stop();
  for (const folder of [stateFolder, assembly]) await rm(folder, { recursive: true, force: true });
});

const clientOf = (cloud: Cloud) =>
  new DynamoDBClient({
    region: cloud.region,
    credentials: cloud.rootCredentials,
    endpoint: cloud.ownEndpoint,
  });

async function scan(dynamoDb: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: dynamoDb },
    { TableName: table, ConsistentRead: true },
  ))
    items.push(...Items);
  return items;
}

/**
 * As a restore does: keys and indexes are copied, nothing else of the table is. The operator enables the stream.
 * @returns the label of the stream
 */
async function copyTable(dynamoDb: DynamoDBClient, from: string, to: string): Promise<string | undefined> {
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: from }));
  const { TableDescription } = await dynamoDb.send(
    new CreateTableCommand({
      TableName: to,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: Table?.KeySchema,
      AttributeDefinitions: Table?.AttributeDefinitions,
      ...(Table?.GlobalSecondaryIndexes?.length && {
        GlobalSecondaryIndexes: Table.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      }),
    }),
  );
  const items = await scan(dynamoDb, from);
  for (let start = 0; start < items.length; start += 25) {
    const RequestItems = {
      [to]: items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })),
    };
    const { UnprocessedItems = {} } = await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }));
    expect(UnprocessedItems).toEqual({});
  }
  return TableDescription?.LatestStreamLabel;
}

const picture = async (name: string) => ({
  name: `${name}.png`,
  type: 'image/png',
  bytes: await sharp({ create: { width: 9, height: 9, channels: 3, background: '#789' } })
    .png()
    .toBuffer(),
});

it('an installation goes on with the restored tables and leaves its own as they were', async () => {
  test = await startTestCloud(undefined, stateFolder);
  const before = await test.upload([await picture('before')]);
  await test.until(before.job.id, 'succeeded');
  const waiting = await test.upload([await picture('waiting')], { publishAfterUploading: false });
  await test.until(waiting.job.id, 'succeeded');
  const own = clientOf(test.cloud);
  const { TableNames = [] } = await own.send(new ListTablesCommand({}));
  const named = (part: string) => TableNames.find((name) => name.includes(part)) ?? `no ${part}`;
  const former = [named('AssetTable'), named('JobTable'), named('SecretTable')];
  const restored = ['restored-assets', 'restored-jobs', 'restored-secrets'] as const;
  const streams: (string | undefined)[] = [];
  for (const [index, name] of restored.entries())
    streams.push(await copyTable(own, former[index] ?? '', name));
  const contents = await Promise.all(former.map((name) => scan(own, name)));
  await test.stop();

  await synthesise(assembly, {
    ...localSettings,
    assetTableName: restored[0],
    assetTableStreamArn: `arn:aws:dynamodb:${test.cloud.region}:${test.cloud.account}:table/${restored[0]}/stream/${streams[0]}`,
    jobTableName: restored[1],
    secretTableName: restored[2],
  });
  test = await startTestCloud(assembly, stateFolder);
  expect(test.cloud.outputs).toMatchObject({ AssetTable: restored[0], JobTable: restored[1] });

  const asset = await test.as('viewer').call('readAsset', { params: { id: 'before' } });
  expect(asset.published).toBe(true);
  expect((await test.until(before.job.id, 'succeeded')).counts.total).toBe(1);
  const job = await test
    .as('user')
    .call('submitJob', { body: { name: 'After the restore', publish: 'new' } });
  await test.until(job.id, 'succeeded');
  expect((await test.deliver(`/is/image/${company}/waiting`)).status).toBe(200);
  await test.as('admin').call('rebuildSearchIndex');
  const after = await test.upload([await picture('after')]);
  await test.until(after.job.id, 'succeeded');
  await vi.waitFor(
    async () => {
      const { items } = await (test as TestCloud)
        .as('viewer')
        .call('searchAssets', { query: { sort: 'name' } });
      expect(items.map(({ id }) => id)).toEqual(['after', 'before', 'waiting']);
    },
    { timeout: 20_000 },
  );
  expect((await test.deliver(`/is/image/${company}/after`)).status).toBe(200);

  const now = clientOf(test.cloud);
  expect(await Promise.all(former.map((name) => scan(now, name)))).toEqual(contents);
});
