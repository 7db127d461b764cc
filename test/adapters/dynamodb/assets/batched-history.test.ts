import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { assetStore } from '../../../../adapters/dynamodb/assets/asset-store.ts';
import { batchedHistory } from '../../../../adapters/dynamodb/assets/batched-history.ts';
import { afterPublishing } from '../../../../domain/assets/publish-state.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { testAsset } from '../../../functions/publish-world.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const sent = mockClient(documents);

beforeEach(() => {
  sent.reset();
  sent.on(BatchWriteCommand).resolves({});
});

const line = (number: number) => ({ pk: `ASSET#c#a${number}`, sk: 'PUBLISHED#t#s', number });
const batches = () =>
  sent
    .commandCalls(BatchWriteCommand)
    .map((call) => call.args[0].input.RequestItems?.table?.map(({ PutRequest }) => PutRequest?.Item?.number));
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('gathered history', () => {
  it('writes 25 lines at a time, and the rest when it is flushed', async () => {
    const history = batchedHistory(documents, 'table');
    for (const number of numbers(0, 30)) await history.put([line(number)]);
    expect(batches()).toEqual([numbers(0, 25)]);
    await history.flush();
    await history.flush();
    expect(batches()).toEqual([numbers(0, 25), numbers(25, 30)]);
  });

  it('writes a line that is confirmed while it waits once: a batch takes no key twice', async () => {
    const history = batchedHistory(documents, 'table');
    await history.put([line(1), line(1), line(2)]);
    await history.flush();
    expect(batches()).toEqual([[1, 2]]);
  });

  it('keeps the lines of a batch that failed', async () => {
    const history = batchedHistory(documents, 'table');
    sent.on(BatchWriteCommand).rejectsOnce(new Error('made by a test')).resolves({});
    await history.put([line(1)]);
    await expect(history.flush()).rejects.toThrow('made by a test');
    await history.put([line(2)]);
    await history.flush();
    expect(batches().at(-1)?.sort()).toEqual([1, 2]);
  });

  it('takes the lines of publications that are recorded or confirmed', async () => {
    const history = batchedHistory(documents, 'table');
    const before = testAsset({ id: 'shoe' });
    const after = afterPublishing(before, ['image-serving'], { at: '2026-11-24T10:00:00.000Z', by: 'ann' });
    const records = assetStore(documents, 'table', { putHistoryItems: history.put });
    await records.recordPublication(before, after, defaultSettings);
    await records.confirmHistory(after, ['image-serving']);
    expect(batches()).toEqual([]);
    await history.flush();
    const [batch] = sent.commandCalls(BatchWriteCommand);
    expect(batch?.args[0].input.RequestItems?.table).toMatchObject([
      { PutRequest: { Item: { sk: 'PUBLISHED#2026-11-24T10:00:00.000Z#image-serving', by: 'ann' } } },
    ]);
  });
});
