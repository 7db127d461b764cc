import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { memoryStoreTable } from '../stores/store-table.ts';

/** What AWS does, and Dynoxide does not: the rest is in the store tests, which run on both. */
const { documents, assets } = memoryStoreTable();

it('refuses a query that begins in another partition, or outside its range', async () => {
  const query = (start: string, condition = 'pk = :pk AND sk > :b') =>
    documents.send(
      new QueryCommand({
        TableName: assets,
        KeyConditionExpression: condition,
        ExpressionAttributeValues: { ':pk': 'p', ':b': 'b' },
        ExclusiveStartKey: { pk: start.slice(0, 1), sk: start.slice(1) },
      }),
    );
  const outside = 'The provided starting key is outside query boundaries based on provided conditions';
  await expect(query('pc')).resolves.toMatchObject({ Items: [] });
  await expect(query('xc')).rejects.toThrow(outside);
  await expect(query('pa')).rejects.toThrow(outside);
});

it('stores what the client of the functions sends, and refuses what that does not', async () => {
  const put = (value: unknown) =>
    documents.send(new PutCommand({ TableName: assets, Item: { pk: 'p', sk: 's', value } }));
  await put({ text: '', list: [1, undefined, null], nothing: undefined });
  const { Items } = await documents.send(
    new QueryCommand({
      TableName: assets,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'p' },
    }),
  );
  expect(Items).toEqual([{ pk: 'p', sk: 's', value: { text: '', list: [1, null] } }]);
  for (const value of [Number.NaN, new Date(), 2 ** 60, () => 1]) await expect(put(value)).rejects.toThrow();
});
