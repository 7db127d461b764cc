import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  assetItem,
  assetOf,
  assetStore,
  type HistoryPosition,
} from '../../../../adapters/dynamodb/assets/asset-store.ts';
import { pendingIndexKey } from '../../../../adapters/dynamodb/keys.ts';
import { afterPublishing, afterWithdrawal } from '../../../../domain/assets/publish-state.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { servers as allServers } from '../../../../domain/delivery/server.ts';
import { anAsset } from '../../../support/builders.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const records = assetStore(
  DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })),
  'assets',
);
beforeEach(() => dynamodb.reset());

const refusal = new ConditionalCheckFailedException({ message: '', $metadata: {} });
const pending = anAsset({ id: 'a' });
const published = afterPublishing(pending, ['image-serving'], { at: 'now', by: 'bob', jobId: 'J1' });
const asItem = (asset: typeof pending) => ({ pk: 'ASSET#luma#a', sk: 'ASSET', folderKey: 'f', ...asset });

describe('the item of an asset', () => {
  it('has the keys of its folder and, while a job could take it, of the pending index', () => {
    expect(assetItem(pending, defaultSettings)).toEqual({
      ...pending,
      pk: 'ASSET#luma#a',
      sk: 'ASSET',
      folderKey: 'FOLDER#luma#/',
      pendingKey: pendingIndexKey('luma', 'a'),
      nameKey: 'NAME#luma',
      nameSort: 'a',
      typeKey: 'TYPE#luma#image',
    });
    expect(assetItem(published, defaultSettings).pendingKey).toBeUndefined();
    expect(assetOf(assetItem(pending, defaultSettings))).toEqual(pending);
  });
});

describe('reading an asset', () => {
  it('is strongly consistent', async () => {
    dynamodb.on(GetCommand).resolves({ Item: asItem(pending) });
    expect(await records.getAsset('luma', 'a')).toEqual(pending);
    expect(dynamodb.commandCalls(GetCommand)[0]?.args[0].input).toEqual({
      TableName: 'assets',
      Key: { pk: 'ASSET#luma#a', sk: 'ASSET' },
      ConsistentRead: true,
    });
  });

  it('that does not exist gives nothing', async () => {
    dynamodb.on(GetCommand).resolves({});
    expect(await records.getAsset('luma', 'a')).toBeUndefined();
  });
});

describe('recording a publication', () => {
  it('binds the change to the state it was worked out from, takes the asset out of the pending index, writes history', async () => {
    expect(await records.recordPublication(pending, published, defaultSettings)).toBe(true);
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toEqual({
      TableName: 'assets',
      Key: { pk: 'ASSET#luma#a', sk: 'ASSET' },
      UpdateExpression:
        'SET intent = :intent, publications = :publications, stateAt = :stateAt REMOVE pendingKey',
      ConditionExpression:
        'version = :versionBefore AND intent = :intentBefore AND publications = :publicationsBefore AND attribute_not_exists(stateAt) AND attribute_not_exists(trashed)',
      ExpressionAttributeValues: {
        ':versionBefore': 1,
        ':intentBefore': 'pending',
        ':publicationsBefore': {},
        ':intent': 'live',
        ':publications': published.publications,
        ':stateAt': 'now',
      },
    });
    expect(dynamodb.commandCalls(PutCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'assets',
        Item: {
          pk: 'ASSET#luma#a',
          sk: 'PUBLISHED#now#image-serving',
          event: 'PUBLISHED',
          at: 'now',
          server: 'image-serving',
          version: 1,
          by: 'bob',
          jobId: 'J1',
        },
      },
    ]);
    expect(dynamodb.calls()).toHaveLength(2);
  });

  it('leaves the asset in the pending index while another server waits for it', async () => {
    await records.recordPublication(pending, published, { servers: allServers });
    const { input } = dynamodb.commandCalls(UpdateCommand)[0]?.args[0] ?? {};
    expect(input).toMatchObject({
      UpdateExpression:
        'SET intent = :intent, publications = :publications, stateAt = :stateAt, pendingKey = :pendingKey',
      ExpressionAttributeValues: { ':pendingKey': pendingIndexKey('luma', 'a') },
    });
  });

  it('has history only of what is new', async () => {
    const again = afterPublishing({ ...published, version: 2 }, ['image-serving'], {
      at: 'then',
      by: 'bob',
    });
    const kept = {
      ...again,
      publications: { ...again.publications, video: published.publications['image-serving'] },
    };
    const before = {
      ...published,
      version: 2,
      publications: { ...published.publications, video: published.publications['image-serving'] },
    };
    await records.recordPublication(before as typeof published, kept as typeof published, defaultSettings);
    expect(dynamodb.commandCalls(PutCommand).map(({ args }) => args[0].input.Item?.sk)).toEqual([
      'PUBLISHED#then#image-serving',
    ]);
  });

  it('writes nothing when the record has changed', async () => {
    dynamodb.on(UpdateCommand).rejects(refusal);
    dynamodb.on(GetCommand).resolves({ Item: asItem({ ...pending, version: 2 }) });
    expect(await records.recordPublication(pending, published, defaultSettings)).toBe(false);
    expect(dynamodb.commandCalls(PutCommand)).toEqual([]);
  });

  it('takes its own write for done when it is refused only because an answer got lost', async () => {
    dynamodb.on(UpdateCommand).rejects(refusal);
    dynamodb.on(GetCommand).resolves({ Item: asItem(published) });
    expect(await records.recordPublication(pending, published, defaultSettings)).toBe(true);
    expect(dynamodb.commandCalls(PutCommand)).toHaveLength(1);
  });

  it('does not take the same version published by somebody else for its own', async () => {
    const theirs = afterPublishing(pending, ['image-serving'], { at: 'before', by: 'eve' });
    dynamodb.on(UpdateCommand).rejects(refusal);
    dynamodb.on(GetCommand).resolves({ Item: asItem(theirs) });
    expect(await records.recordPublication(pending, published, defaultSettings)).toBe(false);
  });

  it('binds the next change to the time of this one, which no other state shares', async () => {
    const live = { ...published, stateAt: '2026-11-24T08:00:00.000Z' };
    const withdrawn = afterWithdrawal(live, live.stateAt);
    await records.recordWithdrawal(live, withdrawn, defaultSettings, { at: live.stateAt, by: 'eve' });
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: expect.stringContaining('stateAt = :stateAtBefore'),
      ExpressionAttributeValues: { ':stateAtBefore': live.stateAt, ':stateAt': '2026-11-24T08:00:00.001Z' },
    });
  });

  it('does not take another error for that', async () => {
    dynamodb.on(UpdateCommand).rejects(new Error('made by a test'));
    await expect(records.recordPublication(pending, published, defaultSettings)).rejects.toThrow(
      'made by a test',
    );
  });

  it('can write its history again', async () => {
    await records.confirmHistory(published, ['image-serving', 'video']);
    expect(dynamodb.commandCalls(PutCommand).map(({ args }) => args[0].input.Item?.sk)).toEqual([
      'PUBLISHED#now#image-serving',
    ]);
  });
});

it('recording a withdrawal has history of every publication that ends', async () => {
  const withdrawal = { at: 'then', by: 'eve' };
  expect(
    await records.recordWithdrawal(
      published,
      afterWithdrawal(published, 'then'),
      defaultSettings,
      withdrawal,
    ),
  ).toBe(true);
  expect(dynamodb.commandCalls(PutCommand).map(({ args }) => args[0].input.Item)).toEqual([
    {
      pk: 'ASSET#luma#a',
      sk: 'WITHDRAWN#then#image-serving',
      event: 'WITHDRAWN',
      at: 'then',
      server: 'image-serving',
      version: 1,
      by: 'eve',
    },
  ]);
});

describe('the history of an asset', () => {
  /** Published and withdrawn in turn on two servers at once, every second. */
  const events = Array.from({ length: 9 }, (_, index) =>
    (['image-serving', 'server-directory'] as const).map((server) => ({
      event: index % 2 === 0 ? ('PUBLISHED' as const) : ('WITHDRAWN' as const),
      at: `2026-11-24T08:00:0${index}.000Z`,
      server,
      version: 1,
      by: 'ann',
    })),
  ).flat();

  beforeEach(() => {
    dynamodb.on(QueryCommand).callsFake(async ({ ExpressionAttributeValues: values, Limit }) => {
      const Items = events
        .map((event) => ({ ...event, pk: 'ASSET#luma#a', sk: `${event.event}#${event.at}#${event.server}` }))
        .filter(({ sk }) => sk >= values[':first'] && sk <= values[':last'])
        .sort((a, b) => (a.sk < b.sk ? 1 : -1));
      return { Items: Items.slice(0, Limit) };
    });
  });

  it.each([1, 2, 3, 4, 5, 17, 18, 19, 100])('comes newest first, %i lines a page', async (limit) => {
    const found: unknown[] = [];
    let after: HistoryPosition | undefined;
    do {
      const page = await records.listHistory('luma', 'a', { limit, after });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      expect(page.items.length).toBeGreaterThan(0);
      found.push(...page.items);
      after = page.next;
    } while (after);
    expect(found).toEqual([...events].sort((a, b) => (`${a.at}${a.server}` < `${b.at}${b.server}` ? 1 : -1)));
  });
});
