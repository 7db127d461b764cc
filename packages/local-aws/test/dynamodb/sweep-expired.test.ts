import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { sweepExpired } from '../../src/dynamodb/sweep-expired.ts';

const mock = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-central-1' });
const table = { name: 'jobs', keys: ['pk', 'sk'], timeToLive: 'expires' };
const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' }, expires: { N: '5' }, other: { S: 'y' } });

beforeEach(() => mock.reset());

it('deletes expired items of all pages by their keys', async () => {
  mock
    .on(ScanCommand)
    .resolvesOnce({ Items: [item('a')], LastEvaluatedKey: { pk: { S: 'a' } } })
    .resolvesOnce({ Items: [item('b')] });
  mock.on(DeleteItemCommand).resolves({});
  expect(await sweepExpired(client, table, 1000)).toBe(2);
  const deleted = mock.commandCalls(DeleteItemCommand).map(({ args }) => args[0].input.Key);
  expect(deleted).toEqual([
    { pk: { S: 'a' }, sk: { S: 'x' } },
    { pk: { S: 'b' }, sk: { S: 'x' } },
  ]);
});

it('scans only for items that expired within the last five years', async () => {
  mock.on(ScanCommand).resolves({});
  await sweepExpired(client, table, 2_000_000_000);
  expect(mock.commandCalls(ScanCommand)[0]?.args[0].input).toMatchObject({
    TableName: 'jobs',
    ExpressionAttributeNames: { '#ttl': 'expires' },
    ExpressionAttributeValues: { ':now': { N: '2000000000' }, ':oldest': { N: '1842320000' } },
  });
});

it('keeps an item whose expiry was extended during the sweep', async () => {
  mock.on(ScanCommand).resolves({ Items: [item('a')] });
  mock.on(DeleteItemCommand).rejects(new ConditionalCheckFailedException({ message: '', $metadata: {} }));
  expect(await sweepExpired(client, table, 1000)).toBe(0);
});
