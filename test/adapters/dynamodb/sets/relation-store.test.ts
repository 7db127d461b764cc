import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { relationStore } from '../../../../adapters/dynamodb/sets/relation-store.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const sent = mockClient(documents);
const records = relationStore(documents, 'assets');

beforeEach(() => {
  sent.reset();
  sent.on(BatchWriteCommand).resolves({});
});

const written = () =>
  sent.commandCalls(BatchWriteCommand).flatMap((call) => call.args[0].input.RequestItems?.assets ?? []);

describe('memberships', () => {
  it('lie under the members, with the places that each takes', async () => {
    await records.putMemberships('luma', 'views', new Map([['red shoe', 2]]));
    await records.deleteMemberships('luma', 'views', ['blue shoe', 'blue shoe']);
    expect(written()).toEqual([
      {
        PutRequest: {
          Item: { pk: 'ASSET#luma#red shoe', sk: 'MEMBEROF#views', set: 'views', places: 2 },
        },
      },
      { DeleteRequest: { Key: { pk: 'ASSET#luma#blue shoe', sk: 'MEMBEROF#views' } } },
    ]);
  });

  it('are listed by page, and all together', async () => {
    const item = (set: string) => ({ pk: 'p', sk: `MEMBEROF#${set}`, set, places: 1 });
    sent
      .on(QueryCommand)
      .resolvesOnce({ Items: [item('a'), item('b')], LastEvaluatedKey: { pk: 'p', sk: 'b' } })
      .resolvesOnce({ Items: [item('c')] });
    expect(await records.membershipsOf('luma', 'x')).toEqual([
      { set: 'a', places: 1 },
      { set: 'b', places: 1 },
      { set: 'c', places: 1 },
    ]);
    const [first, second] = sent.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(first).toMatchObject({ ExpressionAttributeValues: { ':prefix': 'MEMBEROF#' } });
    expect(first).not.toHaveProperty('ExclusiveStartKey');
    expect(second?.ExclusiveStartKey).toEqual({ pk: 'ASSET#luma#x', sk: 'MEMBEROF#b' });
  });

  it('end with the last page', async () => {
    sent.on(QueryCommand).resolves({ Items: [], LastEvaluatedKey: { pk: 'p', sk: 's' } });
    expect(await records.listMemberships('luma', 'x', { limit: 10 })).toEqual({ items: [] });
  });
});

describe('derived images', () => {
  const canceled = (...codes: string[]) =>
    new TransactionCanceledException({
      message: 'no',
      $metadata: {},
      CancellationReasons: codes.map((Code) => ({ Code })),
    });

  it('are noted and counted at once', async () => {
    sent.on(TransactWriteCommand).resolves({});
    expect(await records.linkDerived('luma', 'shoe', 'teaser')).toBe(true);
    const items = sent.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems;
    expect(items).toMatchObject([
      { Put: { Item: { pk: 'ASSET#luma#shoe', sk: 'DERIVED#teaser', derived: 'teaser' } } },
      { Update: { Key: { pk: 'ASSET#luma#shoe', sk: 'ASSET' }, ExpressionAttributeValues: { ':one': 1 } } },
    ]);
  });

  it.each([
    ['that are noted already count once', ['ConditionalCheckFailed', 'None'], true],
    ['of a parent that is gone are not noted', ['None', 'ConditionalCheckFailed'], false],
  ])('%s', async (_, codes, expected) => {
    sent.on(TransactWriteCommand).rejects(canceled(...codes));
    expect(await records.linkDerived('luma', 'shoe', 'teaser')).toBe(expected);
  });

  it('end with their link, also where the parent is gone', async () => {
    sent.on(DeleteCommand).resolves({});
    sent.on(TransactWriteCommand).resolves({});
    await records.unlinkDerived('luma', 'shoe', 'teaser');
    expect(sent.commandCalls(DeleteCommand)).toHaveLength(0);
    // Not linked: nothing to do, and the count stays.
    sent.on(TransactWriteCommand).rejects(canceled('ConditionalCheckFailed', 'None'));
    await records.unlinkDerived('luma', 'shoe', 'teaser');
    expect(sent.commandCalls(DeleteCommand)).toHaveLength(0);
    sent.on(TransactWriteCommand).rejects(canceled('None', 'ConditionalCheckFailed'));
    await records.unlinkDerived('luma', 'shoe', 'teaser');
    expect(sent.commandCalls(DeleteCommand)[0]?.args[0].input.Key).toEqual({
      pk: 'ASSET#luma#shoe',
      sk: 'DERIVED#teaser',
    });
  });

  it('are listed under their parent', async () => {
    sent.on(QueryCommand).resolves({ Items: [{ derived: 'teaser' }] });
    expect(await records.derivedOf('luma', 'shoe')).toEqual(['teaser']);
    expect(await records.listDerived('luma', 'shoe', { limit: 1, after: 'a' })).toEqual({
      items: ['teaser'],
    });
  });

  it('fail where the table does', async () => {
    sent.on(TransactWriteCommand).rejects(new Error('down'));
    await expect(records.linkDerived('luma', 'shoe', 'teaser')).rejects.toThrow('down');
    await expect(records.unlinkDerived('luma', 'shoe', 'teaser')).rejects.toThrow('down');
  });
});
