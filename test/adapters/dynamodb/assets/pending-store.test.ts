import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { type PendingPosition, pendingStore } from '../../../../adapters/dynamodb/assets/pending-store.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const { readPending } = pendingStore(
  DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })),
  'assets',
);
beforeEach(() => dynamodb.reset());

it('reads every page of every shard', async () => {
  const key = { pk: 'p', sk: 's', pendingKey: 'k', id: 'b' };
  dynamodb.on(QueryCommand).callsFake(async ({ ExpressionAttributeValues, ExclusiveStartKey }) => {
    const id = `${ExpressionAttributeValues[':shard']}${ExclusiveStartKey ? ' again' : ''}`;
    const hasMore = id === 'PENDING#luma#3';
    return { Items: [{ id }], ...(hasMore ? { LastEvaluatedKey: key } : {}) };
  });
  const ids: string[] = [];
  let position: PendingPosition | undefined = { shard: 0 };
  while (position) {
    const page: Awaited<ReturnType<typeof readPending>> = await readPending('luma', position);
    ids.push(...page.items.map(({ id }) => id));
    position = page.next;
  }
  const shards = Array.from({ length: 16 }, (_, shard) => `PENDING#luma#${shard}`);
  expect(ids).toEqual([...shards.slice(0, 4), 'PENDING#luma#3 again', ...shards.slice(4)]);
  const inputs = dynamodb.commandCalls(QueryCommand).map(({ args }) => args[0].input);
  expect(inputs[4]).toMatchObject({ IndexName: 'pending', ExclusiveStartKey: key });
  expect(inputs[5]).not.toHaveProperty('ExclusiveStartKey');
});
