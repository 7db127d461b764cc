import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { builtAssetStore } from '../../../../adapters/dynamodb/sets/built-asset-store.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { at, imageAsset } from '../../../application/assets/built-world.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }), {
  marshallOptions: { removeUndefinedValues: true },
});
const mock = mockClient(documents);
const records = builtAssetStore(documents, 'assets');
const set = imageAsset('set', { type: 'image-set' });

const refused = new TransactionCanceledException({
  message: 'refused',
  $metadata: {},
  CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
});

beforeEach(() => mock.reset());

const written = () => mock.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];

describe('an asset that is built', () => {
  it('is written with its first version, where its id is free', async () => {
    mock.on(GetCommand).resolves({ Item: { pk: 'COMPANY#luma', sk: 'FOLDER#/', folder: '/' } });
    mock.on(TransactWriteCommand).resolves({});
    expect(await records.createAsset(set, defaultSettings)).toBe(true);
    expect(written()[0]?.Put).toMatchObject({
      TableName: 'assets',
      Item: { pk: 'ASSET#luma#set', sk: 'ASSET', folderKey: 'FOLDER#luma#/' },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    expect(written()[1]?.Put?.Item).toMatchObject({ sk: 'VERSION#0000000001', masterVersionId: 'set-1' });
  });

  it.each([
    ['of somebody else', { ...set, modified: 'another time' }, false],
    ['that this call wrote before its answer got lost', set, true],
  ])('is not written over one %s', async (_, Item, done) => {
    mock.on(TransactWriteCommand).rejects(refused);
    mock.on(GetCommand).resolves({ Item });
    expect(await records.createAsset(set, defaultSettings)).toBe(done);
  });

  it.each([
    ['not there', undefined, 'attribute_not_exists(#trashed)'],
    ['there', { at, by: 'ann' }, '#trashed = :trashed'],
  ])('is replaced as it was read, with the trash %s', async (_, trashed, condition) => {
    mock.on(TransactWriteCommand).resolves({});
    const before = trashed ? { ...set, trashed } : set;
    await records.replaceAsset(before, { ...before, version: 2 }, defaultSettings);
    expect(written()[0]?.Put?.ConditionExpression).toContain(condition);
    expect(written()[0]?.Put?.ExpressionAttributeValues).toMatchObject({ ':version': 1, ':modified': at });
  });

  it('is not written over one that has another parent by now: that was renamed meanwhile', async () => {
    mock.on(TransactWriteCommand).resolves({});
    await records.replaceAsset({ ...set, parent: 'a' }, { ...set, version: 2 }, defaultSettings);
    expect(written()[0]?.Put).toMatchObject({
      ConditionExpression: expect.stringContaining('#parent = :parent'),
      ExpressionAttributeValues: { ':parent': 'a' },
    });
  });

  it('fails where the table does', async () => {
    mock.on(TransactWriteCommand).rejects(new Error('down'));
    await expect(records.replaceAsset(set, set, defaultSettings)).rejects.toThrow('down');
  });
});
