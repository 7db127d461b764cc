import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { presetStore } from '../../../../adapters/dynamodb/sets/preset-store.ts';
import { setLogStore } from '../../../../adapters/dynamodb/sets/set-log-store.ts';
import type { LogEntry } from '../../../../domain/jobs/job.ts';
import type { BatchSetPreset } from '../../../../domain/sets/batch-set-preset.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const mock = mockClient(documents);
const preset: BatchSetPreset = {
  name: 'all around',
  setType: 'spin-set',
  members: '{base}-{view}',
  setId: '{base}-set',
  active: true,
};
const item = { pk: 'COMPANY#luma', sk: 'PRESET#all around', ...preset };

beforeEach(() => mock.reset());

describe('presets', () => {
  const presets = presetStore(documents, 'jobs');

  it('are listed to the last page', async () => {
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: [item], LastEvaluatedKey: { pk: item.pk, sk: item.sk } })
      .resolves({ Items: [{ ...item, name: 'b' }] });
    expect(await presets.listPresets('luma')).toEqual([preset, { ...preset, name: 'b' }]);
    expect(mock.commandCalls(QueryCommand)[1]?.args[0].input).toMatchObject({
      ExclusiveStartKey: { pk: item.pk, sk: item.sk },
      ExpressionAttributeValues: { ':pk': 'COMPANY#luma', ':prefix': 'PRESET#' },
    });
  });

  it('are put under their name, and deleted with what they were', async () => {
    mock.on(PutCommand).resolves({});
    mock.on(DeleteCommand).resolvesOnce({ Attributes: item }).resolves({});
    await presets.putPreset('luma', preset);
    expect(mock.commandCalls(PutCommand)[0]?.args[0].input.Item).toEqual(item);
    expect(await presets.deletePreset('luma', 'all around')).toEqual(preset);
    expect(await presets.deletePreset('luma', 'all around')).toBeUndefined();
  });
});

describe("the line of a job's set", () => {
  const lines = setLogStore(documents, 'jobs');
  const job = { company: 'luma', id: 'j1', submitted: '2026-11-24T08:00:00.000Z' };
  const line: LogEntry = { time: job.submitted, asset: 'shoe-set', outcome: 'published', message: 'done' };

  it('is written and counted in one, once, while the job runs', async () => {
    mock.on(TransactWriteCommand).resolves({});
    expect(await lines.putSetLogEntry(job, 'shoe-set/views', line)).toBe(true);
    const [put, update] = mock.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(put?.Put).toMatchObject({
      Item: { pk: 'JOB#luma#j1', sk: 'SET#shoe-set/views', logEntry: line },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    expect(update?.Update).toMatchObject({
      UpdateExpression: 'SET counts.#total = counts.#total + :total, counts.#done = counts.#done + :done',
      ConditionExpression: '#status = :running',
      ExpressionAttributeValues: { ':total': 1, ':done': 1, ':running': 'running' },
    });
  });

  it('is not written again', async () => {
    mock.on(TransactWriteCommand).rejects(
      new TransactionCanceledException({
        message: 'refused',
        $metadata: {},
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
      }),
    );
    expect(await lines.putSetLogEntry(job, 'shoe-set/views', line)).toBe(false);
  });

  it('is listed by set, page by page', async () => {
    const Items = [{ pk: 'JOB#luma#j1', sk: 'SET#shoe-set/views', set: 'shoe-set/views', logEntry: line }];
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items, LastEvaluatedKey: { pk: 'x' } })
      .resolves({ Items: [] });
    expect(await lines.listSetLogEntries('luma', 'j1', { limit: 1 })).toEqual({
      items: [line],
      next: 'shoe-set/views',
    });
    expect(await lines.listSetLogEntries('luma', 'j1', { limit: 1, after: 'shoe-set/views' })).toEqual({
      items: [],
    });
    expect(mock.commandCalls(QueryCommand)[1]?.args[0].input.ExclusiveStartKey).toEqual({
      pk: 'JOB#luma#j1',
      sk: 'SET#shoe-set/views',
    });
  });
});
