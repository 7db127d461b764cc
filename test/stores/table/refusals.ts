import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { itemIn, newCompany, type StoreTable } from '../store-table.ts';

/** Requests that DynamoDB refuses: tables in memory refuse them too, so that no store is tested with what AWS would not take. */
export function describeRefusals(open: () => StoreTable): void {
  let table: StoreTable;
  let pk: string;

  beforeAll(() => {
    table = open();
  });
  beforeEach(async () => {
    pk = newCompany();
    const item = { pk, sk: 'a', counts: { done: 1 }, name: 'n', bytes: 3 };
    await batchWrite(table.documents, table.assets, [{ put: item }, { put: { pk, sk: 'b' } }]);
  });

  const key = (sk = 'a') => ({ TableName: table.assets, Key: { pk, sk } });
  const query = (more: object) =>
    table.documents.send(new QueryCommand({ TableName: table.assets, ...more }));
  const update = (more: object) => table.documents.send(new UpdateCommand({ ...key(), ...more }));
  const put = (item: object) =>
    table.documents.send(new PutCommand({ TableName: table.assets, Item: { pk, sk: 'new', ...item } }));
  const ofPartition = (condition = 'pk = :pk', more: object = {}) => ({
    KeyConditionExpression: condition,
    ExpressionAttributeValues: { ':pk': pk, ...more },
  });

  const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['a reserved word as the name of an attribute', () => update({ UpdateExpression: 'REMOVE name' })],
    [
      'a value that no expression uses',
      () => update({ UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': 1, ':b': 2 } }),
    ],
    [
      'a name that no expression uses',
      () => update({ UpdateExpression: 'REMOVE a', ExpressionAttributeNames: { '#n': 'name' } }),
    ],
    [
      'a value that is not given',
      () => update({ UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':b': 1 } }),
    ],
    [
      'an update of a key',
      () => update({ UpdateExpression: 'SET sk = :a', ExpressionAttributeValues: { ':a': 'x' } }),
    ],
    [
      'an update below what is not there',
      () => update({ UpdateExpression: 'SET none.a = :a', ExpressionAttributeValues: { ':a': 1 } }),
    ],
    [
      'a sum with what is not there',
      () => update({ UpdateExpression: 'SET a = none + :a', ExpressionAttributeValues: { ':a': 1 } }),
    ],
    [
      'two updates of one path',
      () => update({ UpdateExpression: 'SET a = :a, a = :a', ExpressionAttributeValues: { ':a': 1 } }),
    ],
    [
      'an update of a path and of what is below it',
      () =>
        update({
          UpdateExpression: 'SET counts = :a, counts.done = :a',
          ExpressionAttributeValues: { ':a': 1 },
        }),
    ],
    [
      'an item without its sort key',
      () => table.documents.send(new PutCommand({ TableName: table.assets, Item: { pk } })),
    ],
    [
      'an empty key',
      () => table.documents.send(new PutCommand({ TableName: table.assets, Item: { pk, sk: '' } })),
    ],
    [
      'a key with an attribute too many',
      () => table.documents.send(new GetCommand({ ...key(), Key: { pk, sk: 'a', x: 1 } })),
    ],
    ['an empty key of an index', () => put({ folderKey: '', id: 'x' })],
    ['a key of an index with another type', () => put({ folderKey: 'f', bytes: 'three' })],
    ['a sort key of more than 1,024 bytes', () => put({ sk: 'x'.repeat(1_025) })],
    ['an item of more than 400 KB', () => put({ text: 'x'.repeat(400 * 1_024) })],
    [
      'bounds the wrong way round',
      () => query(ofPartition('pk = :pk AND sk BETWEEN :b AND :a', { ':a': 'a', ':b': 'b' })),
    ],
    [
      'a query without its partition',
      () => query({ KeyConditionExpression: 'sk = :a', ExpressionAttributeValues: { ':a': 'a' } }),
    ],
    [
      'a query by an attribute that is no key',
      () => query(ofPartition('pk = :pk AND bytes = :b', { ':b': 3 })),
    ],
    [
      'a filter by a key',
      () => query({ ...ofPartition('pk = :pk', { ':a': 'a' }), FilterExpression: 'sk = :a' }),
    ],
    ['a query of an index that does not exist', () => query({ ...ofPartition(), IndexName: 'none' })],
    [
      'a consistent query of an index',
      () =>
        query({
          IndexName: 'byFolder',
          KeyConditionExpression: 'folderKey = :f',
          ExpressionAttributeValues: { ':f': 'f' },
          ConsistentRead: true,
        }),
    ],
    [
      'an item twice in a batch of reads',
      () =>
        table.documents.send(
          new BatchGetCommand({ RequestItems: { [table.assets]: { Keys: [key().Key, key().Key] } } }),
        ),
    ],
    [
      'more than 100 reads in a batch',
      () =>
        table.documents.send(
          new BatchGetCommand({
            RequestItems: {
              [table.assets]: { Keys: Array.from({ length: 101 }, (_, index) => ({ pk, sk: `k${index}` })) },
            },
          }),
        ),
    ],
    [
      'more than 25 writes in a batch',
      () =>
        table.documents.send(
          new BatchWriteCommand({
            RequestItems: {
              [table.assets]: Array.from({ length: 26 }, (_, index) => ({
                PutRequest: { Item: { pk, sk: `k${index}` } },
              })),
            },
          }),
        ),
    ],
    [
      'an item twice in a batch of writes',
      () =>
        table.documents.send(
          new BatchWriteCommand({
            RequestItems: {
              [table.assets]: [
                { PutRequest: { Item: { pk, sk: 'a' } } },
                { DeleteRequest: { Key: { pk, sk: 'a' } } },
              ],
            },
          }),
        ),
    ],
    [
      'an item twice in a transaction',
      () =>
        table.documents.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName: table.assets, Item: { pk, sk: 'x' } } },
              { Delete: key('x') },
            ],
          }),
        ),
    ],
    [
      'more than 100 writes in a transaction',
      () =>
        table.documents.send(
          new TransactWriteCommand({
            TransactItems: Array.from({ length: 101 }, (_, index) => ({ Delete: key(`k${index}`) })),
          }),
        ),
    ],
  ];

  describe('A request is refused', () => {
    it.each(cases)('for %s, and changes nothing', async (_, make) => {
      await expect(make()).rejects.toMatchObject({
        name: 'ValidationException',
      });
      expect(await itemIn(table, table.assets, { pk, sk: 'a' })).toMatchObject({ counts: { done: 1 } });
      expect(await itemIn(table, table.assets, { pk, sk: 'new' })).toBeUndefined();
    });

    it('for a table that does not exist', async () => {
      const get = new GetCommand({ TableName: 'none', Key: { pk, sk: 'a' } });
      await expect(table.documents.send(get)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });

    it('for its condition, by an error of its own', async () => {
      const remove = new DeleteCommand({ ...key(), ConditionExpression: 'attribute_not_exists(pk)' });
      await expect(table.documents.send(remove)).rejects.toMatchObject({
        name: 'ConditionalCheckFailedException',
      });
    });

    it('as a transaction with the reason of each of its writes, and makes none of them', async () => {
      const TransactItems = [
        { Put: { TableName: table.assets, Item: { pk, sk: 'new' } } },
        { Delete: { ...key(), ConditionExpression: 'attribute_not_exists(pk)' } },
      ];
      const sent = table.documents.send(new TransactWriteCommand({ TransactItems }));
      await expect(sent).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
      });
      expect(await itemIn(table, table.assets, { pk, sk: 'new' })).toBeUndefined();
    });
  });
}
