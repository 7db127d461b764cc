import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { uploadStore } from '../../../../adapters/dynamodb/uploads/upload-store.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { type Job, type LogEntry, noCounts } from '../../../../domain/jobs/job.ts';
import type { UploadFile } from '../../../../domain/uploads/upload-file.ts';
import { asset, now, uploadFile, uploadJob, uploadJobId } from '../../../functions/serve-api/api-world.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const mock = mockClient(documents);
const pk = `JOB#luma#${uploadJobId}`;
const logEntry: LogEntry = { time: now, outcome: 'published', message: 'x', bytes: 5 };

const records = (
  jobs: { getJob: () => Promise<Job | undefined>; endJob: () => Promise<boolean> } = {
    getJob: async () => undefined,
    endJob: async () => false,
  },
) => uploadStore(documents, 'jobs', 'assets', jobs);

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const transaction = (index = 0) =>
  mock.commandCalls(TransactWriteCommand)[index]?.args[0].input.TransactItems ?? [];

beforeEach(() => {
  mock.reset();
  mock.resolves({});
});

const written = () => mock.commandCalls(PutCommand)[0]?.args[0].input.Item;

describe('an upload that is written', () => {
  it('has its files first, in batches of 25, and its job last', async () => {
    const files = Array.from({ length: 60 }, (_, index) => ({ ...uploadFile, file: index + 1 }));
    await records().createUpload(uploadJob, files);
    const names = mock.calls().map(({ args }) => args[0].constructor.name);
    expect(names).toEqual(['BatchWriteCommand', 'BatchWriteCommand', 'BatchWriteCommand', 'PutCommand']);
    expect(
      mock.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems?.jobs?.length),
    ).toEqual([25, 25, 10]);
    expect(
      mock.commandCalls(BatchWriteCommand)[0]?.args[0].input.RequestItems?.jobs?.[0]?.PutRequest?.Item,
    ).toMatchObject({
      pk,
      sk: 'FILE#000001',
      state: 'pending',
      expires: expect.any(Number),
    });
    expect(written()).toMatchObject({ pk, sk: 'JOB', status: 'running', activeSort: `luma#${uploadJobId}` });
    for (const name of ['expires', 'companyKey']) expect(written()).not.toHaveProperty(name);
  });

  it('that ends as it begins stands in the lists at once, and is swept some day', async () => {
    await records().createUpload({ ...uploadJob, status: 'completed-with-errors', ended: now }, []);
    expect(written()).toMatchObject({
      companyKey: 'JOBS#luma',
      userKey: 'JOBS#luma#user',
      id: uploadJobId,
      status: 'completed-with-errors',
    });
    expect(written()).not.toHaveProperty('activeKey');
    expect(written()?.expires).toBeGreaterThan(Date.parse(now) / 1_000);
  });

  it('writes again what DynamoDB hands back', async () => {
    const request = { PutRequest: { Item: { pk, sk: 'FILE#000002' } } };
    mock
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { jobs: [request] } })
      .resolves({});
    await records().createUpload(uploadJob, [uploadFile, { ...uploadFile, file: 2 }]);
    expect(mock.commandCalls(BatchWriteCommand)[1]?.args[0].input.RequestItems).toEqual({ jobs: [request] });
  });
});

describe('the files of an upload', () => {
  it('are read without the keys they are kept under', async () => {
    mock.on(GetCommand).resolves({ Item: { ...uploadFile, pk, sk: 'FILE#000001', expires: 1 } });
    expect(await records().getFile('luma', uploadJobId, 1)).toEqual(uploadFile);
    expect(mock.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({
      Key: { pk, sk: 'FILE#000001' },
      ConsistentRead: true,
    });
  });

  it('are listed by number, from one on', async () => {
    mock
      .on(QueryCommand)
      .resolves({ Items: [{ ...uploadFile, file: 8, pk, sk: 'FILE#000008' }], LastEvaluatedKey: { pk } });
    expect(await records().listFiles('luma', uploadJobId, { limit: 1, after: 7 })).toEqual({
      items: [{ ...uploadFile, file: 8 }],
      next: 8,
    });
    expect(mock.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ExpressionAttributeValues: { ':pk': pk, ':first': 'FILE#000008', ':last': 'FILE#~' },
      Limit: 1,
    });
  });

  it('keep the first upload id that they get', async () => {
    mock.on(UpdateCommand).resolves({ Attributes: { uploadId: 'first' } });
    expect(await records().ensureUploadId(uploadFile, 'second')).toBe('first');
    expect(mock.commandCalls(UpdateCommand)[0]?.args[0].input.UpdateExpression).toContain(
      'if_not_exists(uploadId',
    );
  });
});

describe('a file that is recorded', () => {
  it('becomes so together with its asset, which must not be there, and its version', async () => {
    const next = {
      pendingAction: 'publish',
      refreshDerived: false,
      resultText: 'created',
      warnings: ['odd'],
    } as const;
    expect(await records().recordFile(uploadFile, undefined, asset, defaultSettings, next)).toBe(true);
    expect(mock.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'assets',
      Item: { pk: 'COMPANY#luma', sk: 'FOLDER#/autumn/' },
    });
    expect(transaction()).toMatchObject([
      {
        Put: {
          TableName: 'assets',
          Item: { pk: 'ASSET#luma#red shoe', sk: 'ASSET', folderKey: 'FOLDER#luma#/autumn/' },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Put: { TableName: 'assets', Item: { pk: 'ASSET#luma#red shoe', sk: 'VERSION#0000000002' } } },
      {
        Update: {
          TableName: 'jobs',
          Key: { pk, sk: 'FILE#000001' },
          ConditionExpression: '#state = :from',
          ExpressionAttributeValues: {
            ':from': 'pending',
            ':state': 'recorded',
            ':assetId': 'red shoe',
            ':pendingAction': 'publish',
            ':refreshDerived': false,
            ':resultText': 'created',
            ':warnings': ['odd'],
          },
        },
      },
    ]);
  });

  it('owes only what is derived from it where nothing else is due', async () => {
    const next = { refreshDerived: true, resultText: 'overwritten', warnings: [] };
    await records().recordFile(uploadFile, asset, { ...asset, version: 3 }, defaultSettings, next);
    const update = transaction().at(-1)?.Update;
    expect(update?.UpdateExpression).not.toContain('pendingAction');
    expect(update?.ExpressionAttributeValues).toMatchObject({ ':refreshDerived': true });
  });

  it('replaces only the asset that was read, and counts where nothing is due', async () => {
    await records().recordFile(uploadFile, asset, { ...asset, version: 3 }, defaultSettings, { logEntry });
    expect(transaction()).toMatchObject([
      {
        Put: {
          ConditionExpression: expect.stringContaining('attribute_not_exists(derivedCount)'),
          ExpressionAttributeValues: {
            ':version': 2,
            ':intent': 'live',
            ':publications': asset.publications,
            ':modified': asset.modified,
            ':uploadedAt': asset.uploadedAt,
          },
        },
      },
      { Put: { Item: { sk: 'VERSION#0000000003' } } },
      {
        Update: {
          Key: { pk, sk: 'FILE#000001' },
          ExpressionAttributeValues: { ':logEntry': logEntry, ':state': 'settled', ':assetId': 'red shoe' },
        },
      },
      {
        Update: {
          Key: { pk, sk: 'JOB' },
          UpdateExpression: 'SET counts.#done = counts.#done + :done, counts.#bytes = counts.#bytes + :bytes',
          ExpressionAttributeValues: { ':done': 1, ':bytes': 5 },
        },
      },
    ]);
  });

  it('does not forget an image that was derived meanwhile', async () => {
    const parent = { ...asset, derivedCount: 2 };
    await records().recordFile(uploadFile, parent, { ...parent, version: 3 }, defaultSettings, { logEntry });
    expect(transaction()[0]).toMatchObject({
      Put: {
        ConditionExpression: expect.stringContaining('derivedCount = :derivedCount'),
        ExpressionAttributeValues: { ':derivedCount': 2 },
        Item: { derivedCount: 2 },
      },
    });
  });

  it('writes the item of its folder where there is none', async () => {
    mock.on(GetCommand).resolves({ Item: { pk: 'COMPANY#luma', sk: 'FOLDER#/autumn/', folder: '/autumn/' } });
    await records().recordFile(uploadFile, undefined, asset, defaultSettings, { logEntry });
    expect(mock.commandCalls(PutCommand)).toHaveLength(0);
  });

  it('is not where a condition fails, and throws where the table does', async () => {
    mock
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled('ConditionalCheckFailed', 'None'))
      .rejects(new Error('away'));
    expect(await records().recordFile(uploadFile, undefined, asset, defaultSettings, { logEntry })).toBe(
      false,
    );
    await expect(
      records().recordFile(uploadFile, undefined, asset, defaultSettings, { logEntry }),
    ).rejects.toThrow('away');
  });
});

describe('a file that is settled', () => {
  it.each([
    ['skipped', 'SET counts.#skipped = counts.#skipped + :skipped'],
    ['error', 'SET counts.#errors = counts.#errors + :errors'],
    ['not-reached', 'SET counts.#notReached = counts.#notReached + :notReached'],
    ['warning', 'SET counts.#done = counts.#done + :done, counts.#warnings = counts.#warnings + :warnings'],
  ] as const)('as %s is counted as that, in the same transaction', async (outcome, expression) => {
    expect(await records().finishFile(uploadFile, 'recorded', { time: now, outcome, message: 'x' })).toBe(
      true,
    );
    expect(transaction()).toMatchObject([
      {
        Update: { ConditionExpression: '#state = :from', ExpressionAttributeValues: { ':from': 'recorded' } },
      },
      { Update: { Key: { pk, sk: 'JOB' }, UpdateExpression: expression } },
    ]);
  });

  it('is not settled twice', async () => {
    mock.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
    expect(await records().finishFile(uploadFile, 'pending', logEntry)).toBe(false);
  });

  it('stands in line behind others of its job', async () => {
    mock.on(TransactWriteCommand).rejectsOnce(cancelled('None', 'TransactionConflict')).resolves({});
    expect(await records().finishFile(uploadFile, 'pending', logEntry)).toBe(true);
  });
});

describe('all files of a state', () => {
  const logEntryOf = (file: UploadFile): LogEntry => ({
    time: now,
    outcome: 'not-reached',
    message: file.name,
  });
  const items = (from: number, to: number, state: UploadFile['state'] = 'pending') =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      ...uploadFile,
      file: from + index,
      state,
      pk,
      sk: 'x',
    }));

  it('are settled 99 at a time, and counted together', async () => {
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: items(1, 99), LastEvaluatedKey: { pk } })
      .resolves({ Items: [...items(100, 101), ...items(102, 110, 'settled')] });
    await records().finishFiles('luma', uploadJobId, ['pending'], logEntryOf);
    expect(transaction(0)).toHaveLength(100);
    expect(transaction(1)).toHaveLength(3);
    expect(transaction(0).at(-1)).toMatchObject({
      Update: { ExpressionAttributeValues: { ':notReached': 99 } },
    });
    expect(transaction(1).at(-1)).toMatchObject({
      Update: { ExpressionAttributeValues: { ':notReached': 2 } },
    });
  });

  it('but those that somebody else settles meanwhile', async () => {
    mock.on(QueryCommand).resolves({ Items: items(1, 3) });
    mock
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled('None', 'ConditionalCheckFailed', 'None', 'None'))
      .resolves({});
    await records().finishFiles('luma', uploadJobId, ['pending'], logEntryOf);
    expect(transaction(1).map(({ Update }) => Update?.Key?.sk)).toEqual([
      'FILE#000001',
      'FILE#000003',
      'JOB',
    ]);
    expect(transaction(1).at(-1)).toMatchObject({
      Update: { ExpressionAttributeValues: { ':notReached': 2 } },
    });
  });

  it('end with an error, not for ever, where the job is gone', async () => {
    mock.on(QueryCommand).resolves({ Items: items(1, 1) });
    mock.on(TransactWriteCommand).rejects(cancelled('None', 'ConditionalCheckFailed'));
    await expect(records().finishFiles('luma', uploadJobId, ['pending'], logEntryOf)).rejects.toThrow(
      'cancelled',
    );
  });
});

describe('the end of an upload', () => {
  const complete = { ...uploadJob, counts: { ...noCounts, total: 2, done: 1, errors: 1 } };

  it('comes when all its files are settled, with the counts they add up to', async () => {
    const ends: unknown[] = [];
    await records({
      getJob: async () => complete,
      endJob: async (...end: unknown[]) => {
        ends.push(end);
        return true;
      },
    }).endIfComplete('luma', uploadJobId, now);
    expect(ends).toEqual([
      [
        'luma',
        uploadJobId,
        'running',
        { status: 'completed-with-errors', counts: complete.counts, ended: now },
      ],
    ]);
  });

  it('is worked out anew when somebody cancels it meanwhile', async () => {
    const statuses = ['running', 'stopping', 'stopped'] as const;
    const ends: unknown[] = [];
    let reads = 0;
    await records({
      getJob: async () => ({ ...complete, status: statuses[reads++] ?? 'stopped' }),
      endJob: async (...[, , from, end]: unknown[]) => {
        ends.push([from, (end as { status: string }).status]);
        return from === 'stopping';
      },
    }).endIfComplete('luma', uploadJobId, now);
    expect(ends).toEqual([
      ['running', 'completed-with-errors'],
      ['stopping', 'stopped'],
    ]);
  });

  it.each([
    ['while files are open', uploadJob],
    ['twice', { ...complete, status: 'succeeded' as const }],
    ['where there is no job', undefined],
  ])('does not come %s', async (_, job) => {
    await records({
      getJob: async () => job,
      endJob: async () => {
        throw new Error('it ended');
      },
    }).endIfComplete('luma', uploadJobId, now);
  });
});
