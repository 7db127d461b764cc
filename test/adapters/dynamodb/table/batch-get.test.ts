import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it, vi } from 'vitest';
import { batchGet } from '../../../../adapters/dynamodb/table/batch-get.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const keys = Array.from({ length: 230 }, (_, index) => ({ pk: `k${index}`, sk: 's' }));

beforeEach(() => {
  dynamodb.reset();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

it('reads 100 items a request', async () => {
  dynamodb
    .on(BatchGetCommand)
    .callsFake(async ({ RequestItems }) => ({ Responses: { t: RequestItems.t.Keys } }));
  expect(await batchGet(documents, 't', keys, true)).toEqual(keys);
  const sizes = dynamodb
    .commandCalls(BatchGetCommand)
    .map(({ args }) => args[0].input.RequestItems?.t?.Keys?.length);
  expect(sizes).toEqual([100, 100, 30]);
  expect(dynamodb.commandCalls(BatchGetCommand)[0]?.args[0].input.RequestItems?.t?.ConsistentRead).toBe(true);
});

it('asks again for what was handed back', async () => {
  dynamodb.on(BatchGetCommand).callsFake(async ({ RequestItems }) => {
    const all = RequestItems.t.Keys;
    return {
      Responses: { t: all.slice(0, 40) },
      UnprocessedKeys: all.length > 40 ? { t: { Keys: all.slice(40) } } : {},
    };
  });
  const items = await batchGet(documents, 't', keys.slice(0, 90), false);
  expect(items).toEqual(keys.slice(0, 90));
  expect(dynamodb.commandCalls(BatchGetCommand)).toHaveLength(3);
});

it('gives up when all is handed back each time', async () => {
  dynamodb.on(BatchGetCommand).callsFake(async ({ RequestItems }) => ({ UnprocessedKeys: RequestItems }));
  await expect(batchGet(documents, 't', keys.slice(0, 3), false)).rejects.toMatchObject({
    name: 'storage.busy',
  });
  expect(dynamodb.commandCalls(BatchGetCommand)).toHaveLength(8);
});

it('asks for nothing where there is nothing to read', async () => {
  expect(await batchGet(documents, 't', [], false)).toEqual([]);
  expect(dynamodb.calls()).toEqual([]);
});
