import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { memberStore } from '../../../../adapters/dynamodb/companies/member-store.ts';
import { settingsStore } from '../../../../adapters/dynamodb/companies/settings-store.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const mock = mockClient(documents);

beforeEach(() => mock.reset());

describe('the role of a member', () => {
  it.each([
    [{ role: 'admin', name: 'Ann' }, 'admin'],
    [{ role: 'owner' }, undefined],
    [undefined, undefined],
  ])('of %j is %s', async (Item, role) => {
    mock.on(GetCommand).resolves(Item ? { Item } : {});
    expect(await memberStore(documents, 'jobs').findRole('luma', 'subject-1')).toBe(role);
    expect(mock.commandCalls(GetCommand)[0]?.args[0].input).toEqual({
      TableName: 'jobs',
      Key: { pk: 'COMPANY#luma', sk: 'MEMBER#subject-1' },
      ConsistentRead: true,
    });
  });
});

describe('the settings of a company', () => {
  it.each([
    [undefined, {}],
    [{ pk: 'COMPANY#luma', sk: 'SETTINGS', timeZone: 'Europe/Berlin' }, { timeZone: 'Europe/Berlin' }],
  ])('of %j are the defaults but for what was chosen', async (Item, chosen) => {
    mock.on(GetCommand).resolves(Item ? { Item } : {});
    expect(await settingsStore(documents, 'jobs').getSettings('luma')).toEqual({
      ...defaultSettings,
      ...chosen,
    });
  });

  it.each([
    ['as it was read', undefined, true],
    ['another one now', new ConditionalCheckFailedException({ $metadata: {}, message: '' }), false],
  ])('get a list of servers where the one before is %s', async (_, error, expected) => {
    if (error) mock.on(UpdateCommand).rejects(error);
    else mock.on(UpdateCommand).resolves({});
    const { changeServers } = settingsStore(documents, 'jobs');
    expect(await changeServers('luma', ['video'], ['image-serving', 'video'])).toBe(expected);
    expect(mock.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      Key: { pk: 'COMPANY#luma', sk: 'SETTINGS' },
      UpdateExpression: 'SET servers = :to',
      ConditionExpression: 'attribute_not_exists(servers) OR servers = :from',
      ExpressionAttributeValues: { ':from': ['video'], ':to': ['image-serving', 'video'] },
    });
  });

  it('are changed where they are named, and nowhere else', async () => {
    const chosen = { timeZone: 'Europe/Berlin', overwriteMode: 'any-folder-same-extension' };
    mock.on(UpdateCommand).resolves({ Attributes: { pk: 'COMPANY#luma', sk: 'SETTINGS', ...chosen } });
    const { changeSettings } = settingsStore(documents, 'jobs');
    const change = { overwriteMode: 'any-folder-same-extension', allowActiveContent: false } as const;
    expect(await changeSettings('luma', change)).toEqual({ ...defaultSettings, ...chosen });
    expect(mock.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'jobs',
      Key: { pk: 'COMPANY#luma', sk: 'SETTINGS' },
      UpdateExpression: 'SET #overwriteMode = :overwriteMode, #allowActiveContent = :allowActiveContent',
      ExpressionAttributeValues: {
        ':overwriteMode': 'any-folder-same-extension',
        ':allowActiveContent': false,
      },
    });
  });
});
