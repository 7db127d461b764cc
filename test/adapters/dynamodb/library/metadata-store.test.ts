import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { metadataSchemaStore } from '../../../../adapters/dynamodb/library/metadata-schema-store.ts';
import { metadataStore } from '../../../../adapters/dynamodb/library/metadata-store.ts';
import { defaultSchema } from '../../../../domain/library/metadata-schema.ts';
import { anAsset } from '../../../support/builders.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const records = metadataStore(documents, 'assets');
beforeEach(() => dynamodb.reset());

const before = anAsset({ id: 'a', title: 'Old', keywords: ['Red'] });
const { title, ...untitled } = before;
const modified = '2026-11-24T09:00:00.000Z';

describe('recording metadata', () => {
  it('writes what changed and nothing else, bound to the asset as it was read', async () => {
    const after = { ...untitled, altText: 'A shoe', modified, modifiedBy: 'bob' };
    expect(await records.recordMetadata(before, after)).toBe(true);
    expect(dynamodb.calls()).toHaveLength(1);
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      UpdateExpression:
        'SET #modified = :modified, #modifiedBy = :modifiedBy, #altText = :altText, #keywords = :keywords REMOVE #title',
      ConditionExpression: '#version = :versionBefore AND #modified = :modifiedBefore',
      ExpressionAttributeValues: { ':versionBefore': 1, ':modifiedBefore': before.modified },
    });
  });

  it('makes one transaction of the record and the items of its keywords', async () => {
    const after = { ...before, keywords: ['blue', 'RED'], modified };
    await records.recordMetadata(before, after);
    await records.recordMetadata(after, { ...after, keywords: ['blue'] });
    const writes = dynamodb.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.TransactItems);
    expect(writes[0]?.slice(1)).toEqual([
      { Put: { TableName: 'assets', Item: { pk: 'KEYWORD#luma#blue', sk: 'a', id: 'a' } } },
    ]);
    expect(writes[1]?.slice(1)).toEqual([
      { Delete: { TableName: 'assets', Key: { pk: 'KEYWORD#luma#red', sk: 'a' } } },
    ]);
  });

  it.each([
    ['is refused where somebody was faster', { modified: 'theirs', modifiedBy: 'eve' }, false],
    ['is done where only the answer got lost', { modified, modifiedBy: 'bob' }, true],
  ])('%s', async (_, now, done) => {
    dynamodb.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: '', $metadata: {} }));
    dynamodb.on(GetCommand).resolves({ Item: now });
    const after = { ...before, title: 'New', modified, modifiedBy: 'bob' };
    expect(await records.recordMetadata(before, after)).toBe(done);
  });
});

it('keywords move to another id, or go', async () => {
  dynamodb.on(BatchWriteCommand).resolves({});
  await records.moveKeywords('luma', ['Red', 'red'], 'a', 'b');
  await records.moveKeywords('luma', ['Red'], 'b', undefined);
  const writes = dynamodb
    .commandCalls(BatchWriteCommand)
    .map(({ args }) => args[0].input.RequestItems?.assets);
  expect(writes).toEqual([
    [{ PutRequest: { Item: { pk: 'KEYWORD#luma#red', sk: 'b', id: 'b' } } }],
    [{ DeleteRequest: { Key: { pk: 'KEYWORD#luma#red', sk: 'a' } } }],
    [{ DeleteRequest: { Key: { pk: 'KEYWORD#luma#red', sk: 'b' } } }],
  ]);
});

describe('the metadata schema of a company', () => {
  const schemas = metadataSchemaStore(documents, 'jobs');

  it('is the one that takes everything until it has chosen one', async () => {
    dynamodb.on(GetCommand).resolves({});
    expect(await schemas.getMetadataSchema('luma')).toEqual(defaultSchema);
  });

  it('is what it was written as', async () => {
    const schema = { ...defaultSchema, modified, modifiedBy: 'ann' };
    await schemas.putMetadataSchema('luma', schema);
    const Item = dynamodb.commandCalls(PutCommand)[0]?.args[0].input.Item;
    expect(Item).toMatchObject({ pk: 'COMPANY#luma', sk: 'METADATA-SCHEMA' });
    dynamodb.on(GetCommand).resolves({ Item: Item ?? {} });
    expect(await schemas.getMetadataSchema('luma')).toEqual(schema);
  });
});
