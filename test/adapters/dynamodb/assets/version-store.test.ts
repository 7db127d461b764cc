import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { versionItem, versionStore } from '../../../../adapters/dynamodb/assets/version-store.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { anAsset } from '../../../support/builders.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const records = versionStore(
  DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })),
  'assets',
);
beforeEach(() => dynamodb.reset());

const asset = anAsset({ id: 'a', version: 12, derivedCount: 2 });

describe('the item of a version', () => {
  it('sorts by number and holds what is needed to take it up again', () => {
    expect(versionItem(asset)).toEqual({
      pk: 'ASSET#luma#a',
      sk: 'VERSION#0000000012',
      version: 12,
      type: 'image',
      mimeType: 'image/jpeg',
      bytes: asset.bytes,
      width: 800,
      height: 600,
      fileName: 'a.jpg',
      masterKey: 'luma/a',
      masterVersionId: asset.masterVersionId,
      uploadJobId: asset.uploadJobId,
      at: asset.modified,
      by: 'ann',
    });
    expect(versionItem(asset, { rollbackOf: 3 })).toMatchObject({ rollbackOf: 3 });
  });
});

describe('listing versions', () => {
  it('is newest first, from where the page before ended', async () => {
    dynamodb.on(QueryCommand).resolves({
      Items: [versionItem(asset), versionItem({ ...asset, version: 11 })],
      LastEvaluatedKey: { pk: '', sk: '' },
    });
    const page = await records.listVersions('luma', 'a', { limit: 2, after: 13 });
    expect(page).toMatchObject({ items: [{ version: 12 }, { version: 11 }], next: 11 });
    expect(page.items[0]).not.toHaveProperty('pk');
    expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ScanIndexForward: false,
      ExclusiveStartKey: { pk: 'ASSET#luma#a', sk: 'VERSION#0000000013' },
    });
  });

  it('tells which ones took up an earlier one, and asks not for the first', async () => {
    dynamodb.on(BatchGetCommand).resolves({
      Responses: { assets: [versionItem(asset, { rollbackOf: 4 }), versionItem({ ...asset, version: 2 })] },
    });
    expect(await records.findRollbacks('luma', 'a', [12, 2, 1, 12])).toEqual(new Map([[12, 4]]));
    const { RequestItems } = dynamodb.commandCalls(BatchGetCommand)[0]?.args[0].input ?? {};
    expect(RequestItems?.assets?.Keys).toHaveLength(2);
  });
});

describe('recording a rollback', () => {
  const { width, height, ...flat } = asset;
  const after = { ...flat, version: 13, type: 'pdf' as const, modified: '2026-11-24T09:00:00.000Z' };

  it('changes what belongs to a version, removes what the old bytes have not, and writes the version with it', async () => {
    expect(await records.recordRollback(asset, after, defaultSettings, 4)).toBe(true);
    const [update, put] = dynamodb.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(update?.Update?.UpdateExpression).toMatch(/REMOVE .*#width, #height/);
    expect(update?.Update?.ExpressionAttributeValues).toMatchObject({
      ':version': 13,
      ':versionBefore': 12,
      ':typeKey': 'TYPE#luma#pdf',
      ':derivedCount': 2,
    });
    expect(update?.Update?.UpdateExpression).not.toContain('derivedCount');
    expect(put?.Put?.Item).toMatchObject({ sk: 'VERSION#0000000013', rollbackOf: 4 });
  });

  it('is refused where the record is another by now', async () => {
    const reasons = [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }];
    const refusal = { message: '', CancellationReasons: reasons, $metadata: {} };
    dynamodb.on(TransactWriteCommand).rejects(new TransactionCanceledException(refusal));
    expect(await records.recordRollback(asset, after, defaultSettings, 4)).toBe(false);
    dynamodb
      .on(TransactWriteCommand)
      .rejects(new ConditionalCheckFailedException({ message: '', $metadata: {} }));
    expect(await records.recordRollback(asset, after, defaultSettings, 4)).toBe(false);
  });
});
