import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { jobItem, jobOf, jobStore, type PartRecord } from '../../../../adapters/dynamodb/jobs/job-store.ts';
import { expiryOf } from '../../../../adapters/dynamodb/table/expiry.ts';
import { servers } from '../../../../domain/delivery/server.ts';
import { noCounts } from '../../../../domain/jobs/job.ts';
import { aPublishJob, company, jobIdOf } from '../../../support/builders.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const records = jobStore(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })), 'jobs');
beforeEach(() => {
  dynamodb.reset();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

const id = jobIdOf(1);
const job = aPublishJob();
const jobKey = { pk: `JOB#luma#${id}`, sk: 'JOB' };
const queueKey = { pk: 'QUEUE#luma', sk: id };
const refusal = new ConditionalCheckFailedException({ message: '', $metadata: {} });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: '',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const part: PartRecord = {
  level: 0,
  part: 3,
  counts: noCounts,
  perServer: {},
  closed: false,
  at: '2026-11-24T09:00:00.000Z',
};
const transaction = () => dynamodb.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems;

describe('a job', () => {
  it('is written together with its place in the queue', async () => {
    expect(await records.createPublishJob(job)).toBe(true);
    expect(transaction()).toEqual([
      {
        Put: {
          TableName: 'jobs',
          Item: { ...job, ...jobKey, activeKey: 'ACTIVE', activeSort: `luma#${id}` },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Put: { TableName: 'jobs', Item: { ...queueKey, jobId: id, servers: job.servers } } },
    ]);
  });

  it('is written with what it was submitted with, for a day', async () => {
    await records.createPublishJob(job, { key: 'k1', request: 'hash' });
    expect(transaction()?.[2]).toMatchObject({
      Put: {
        Item: { pk: 'SUBMISSION#luma', sk: 'k1', jobId: id, request: 'hash' },
        ConditionExpression: 'attribute_not_exists(pk) OR #expires < :now',
      },
    });
    const { expires } = transaction()?.[2]?.Put?.Item ?? {};
    expect(expires).toBe(Math.floor(Date.parse(job.submitted) / 1_000) + 24 * 60 * 60);
    dynamodb.on(GetCommand).resolves({ Item: { jobId: id, request: 'hash', expires } });
    expect(await records.findSubmission(company, 'k1')).toEqual({ jobId: id, request: 'hash' });
  });

  it('is not written twice', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
    expect(await records.createPublishJob(job)).toBe(false);
  });

  it('is read as it was written', async () => {
    dynamodb.on(GetCommand).resolves({ Item: { ...jobItem(job), expires: 7 } });
    expect(await records.getJob(company, id)).toEqual(job);
    expect(dynamodb.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({
      Key: jobKey,
      ConsistentRead: true,
    });
    const ended = { ...job, status: 'succeeded', ended: '2026-11-24T09:00:00.000Z' } as const;
    for (const one of [job, ended]) expect(jobOf(jobItem(one))).toEqual(one);
  });

  it('that waits is stopped and taken out of the queue at once', async () => {
    const at = '2026-11-24T09:00:00.000Z';
    dynamodb.on(GetCommand).resolves({});
    expect(await records.stopQueuedJob(company, id, { by: 'bob', at })).toBe(false);
    dynamodb.on(GetCommand).resolves({ Item: jobItem(job) });
    expect(await records.stopQueuedJob(company, id, { by: 'bob', at })).toBe(true);
    expect(transaction()).toMatchObject([
      {
        Update: {
          Key: jobKey,
          ConditionExpression: '#status = :queued',
          ExpressionAttributeValues: {
            ':stopped': 'stopped',
            ':by': 'bob',
            ':at': at,
            ':expires': expiryOf(at),
            ':companyKey': 'JOBS#luma',
            ':sortStatus': `stopped\t${id}`,
            ':sortDuration': `0000000000000\t${id}`,
          },
        },
      },
      { Delete: { Key: queueKey } },
    ]);
  });

  it('is asked to stop only while it runs', async () => {
    expect(await records.requestStop(company, id, 'bob', 'now')).toBe(true);
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      Key: jobKey,
      ConditionExpression: '#status = :running',
    });
    dynamodb.on(UpdateCommand).rejects(refusal);
    expect(await records.requestStop(company, id, 'bob', 'now')).toBe(false);
  });

  it('is kept for 13 months', () => {
    expect(new Date(expiryOf('2026-11-24T09:00:00.000Z') * 1000).toISOString()).toBe(
      '2027-12-25T09:00:00.000Z',
    );
  });
});

describe('beginning a job', () => {
  const run = { execution: `${id}-2`, name: 'Autumn now', started: 'now' };

  it('takes its locks and its place in the queue, all or nothing', async () => {
    const begun = { ...job, attempt: 2, servers: ['image-serving', 'video'] as const };
    expect(await records.takeLocksAndRun(begun, run, { video: 'J0' })).toBe(true);
    expect(transaction()).toMatchObject([
      {
        Put: {
          Item: { pk: 'LOCK#luma', sk: 'image-serving', jobId: id, taken: 'now' },
          ConditionExpression: 'attribute_not_exists(pk) OR jobId = :own',
          ExpressionAttributeValues: { ':own': id },
        },
      },
      {
        Put: {
          Item: { pk: 'LOCK#luma', sk: 'video', jobId: id },
          ConditionExpression: 'attribute_not_exists(pk) OR jobId = :own OR jobId = :stale',
          ExpressionAttributeValues: { ':own': id, ':stale': 'J0' },
        },
      },
      {
        Update: {
          Key: jobKey,
          ConditionExpression: '#status = :queued AND attempt = :attempt',
          ExpressionAttributeValues: {
            ':attempt': 2,
            ':execution': `${id}-2`,
            ':name': 'Autumn now',
            ':started': 'now',
          },
        },
      },
      { Delete: { Key: queueKey } },
    ]);
  });

  it('fails as a whole when one lock is held', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('None', 'ConditionalCheckFailed', 'None', 'None'));
    expect(await records.takeLocksAndRun(job, run, {})).toBe(false);
  });

  it('is tried again when it met another transaction', async () => {
    dynamodb.on(TransactWriteCommand).rejectsOnce(cancelled('TransactionConflict')).resolves({});
    expect(await records.takeLocksAndRun(job, run, {})).toBe(true);
  });

  it('counts the executions that were started for it', async () => {
    expect(await records.countExecution({ ...job, executionNumber: 2 })).toBe(3);
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: '#status = :queued AND attempt = :attempt',
      ExpressionAttributeValues: { ':attempt': 2, ':next': 3 },
    });
    dynamodb.on(UpdateCommand).rejects(refusal);
    expect(await records.countExecution(job)).toBeUndefined();
  });
});

it('queue and locks are read in full and consistently', async () => {
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [{ ...queueKey, jobId: id, servers: ['video'] }], LastEvaluatedKey: queueKey })
    .resolvesOnce({ Items: [{ jobId: jobIdOf(2), servers: ['video'] }] })
    .resolves({ Items: [{ sk: 'video', jobId: id }] });
  expect((await records.readQueue(company)).map(({ jobId }) => jobId)).toEqual([id, jobIdOf(2)]);
  expect(await records.readLocks(company)).toEqual({ video: id });
  const inputs = dynamodb.commandCalls(QueryCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true, true]);
  expect(inputs[1]?.ExclusiveStartKey).toEqual(queueKey);
});

it('only own locks are freed', async () => {
  dynamodb.on(DeleteCommand).rejectsOnce(refusal).resolves({});
  await records.freeLocks(company, id, ['image-serving', 'video']);
  const inputs = dynamodb.commandCalls(DeleteCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ Key }) => Key?.sk)).toEqual(['image-serving', 'video']);
  for (const input of inputs) {
    expect(input).toMatchObject({
      ConditionExpression: 'jobId = :job',
      ExpressionAttributeValues: { ':job': id },
    });
  }
});

describe('live counts', () => {
  it('are added to, and the status comes with them', async () => {
    dynamodb.on(UpdateCommand).resolves({ Attributes: { status: 'stopping' } });
    expect(await records.addCounts(company, id, { done: 24, errors: 1, skipped: 0 })).toBe('stopping');
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      UpdateExpression: 'SET counts.#done = counts.#done + :done, counts.#errors = counts.#errors + :errors',
      ConditionExpression: '#status IN (:running, :stopping)',
      ReturnValues: 'ALL_NEW',
    });
  });

  it('are added to by server in the same write', async () => {
    dynamodb.on(UpdateCommand).resolves({ Attributes: { status: 'running' } });
    const byServer = {
      'image-serving': { done: 2, skipped: 0, errors: 0, bytes: 9 },
      video: { done: 0, skipped: 0, errors: 0, bytes: 0 },
    };
    await records.addCounts(company, id, { done: 2, bytes: 9 }, byServer);
    const { input } = dynamodb.commandCalls(UpdateCommand)[0]?.args[0] ?? {};
    expect(input?.UpdateExpression).toBe(
      'SET counts.#done = counts.#done + :done, counts.#bytes = counts.#bytes + :bytes, ' +
        'perServer.#s0.#done = perServer.#s0.#done + :s0done, perServer.#s0.#bytes = perServer.#s0.#bytes + :s0bytes',
    );
    expect(input?.ExpressionAttributeNames).toEqual({
      '#done': 'done',
      '#bytes': 'bytes',
      '#s0': 'image-serving',
      '#status': 'status',
    });
    expect(input?.ExpressionAttributeValues).toMatchObject({ ':s0done': 2, ':s0bytes': 9 });
  });

  it('of a job of ten million assets on all servers cost one write unit', () => {
    const counts = {
      total: 40_000_000,
      done: 39_999_990,
      skipped: 0,
      warnings: 0,
      errors: 10,
      notReached: 0,
      bytes: 4e13,
    };
    const ofServer = { done: 9_999_997, skipped: 0, errors: 3, bytes: 1e13 };
    const item = jobItem({
      ...aPublishJob({
        servers,
        name: `${'a'.repeat(40)} 2026-11-24 08:30:00`,
        givenName: 'a'.repeat(40),
        status: 'stopping',
        counts,
        perServer: Object.fromEntries(servers.map((server) => [server, ofServer])),
        started: part.at,
        plannedAt: part.at,
        stopRequested: part.at,
        stoppedBy: '5f0c1b3e-0000-4000-8000-000000000000',
        submittedBy: '5f0c1b3e-0000-4000-8000-000000000000',
        execution: id,
      }),
    });
    expect(sizeOf(item)).toBeLessThan(1_024);
  });

  it('of a job that has ended stay', async () => {
    dynamodb.on(UpdateCommand).rejects(refusal);
    expect(await records.addCounts(company, id, { done: 1 })).toBeUndefined();
    expect(await records.setTotal(company, id, 7)).toBeUndefined();
  });
});

describe('a part', () => {
  const key = { pk: `JOB#luma#${id}`, sk: 'PART#000#0000003' };

  it('is counted by its worker, unless it is closed or counted otherwise', async () => {
    expect(await records.putPart(company, id, part)).toBe(true);
    expect(dynamodb.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      Item: { ...key, ...part, expires: expiryOf(part.at) },
      ConditionExpression:
        'attribute_not_exists(pk) OR (closed = :no AND counts = :counts AND perServer = :perServer)',
      ExpressionAttributeValues: { ':counts': part.counts, ':perServer': part.perServer },
    });
    dynamodb.on(PutCommand).rejects(refusal);
    expect(await records.putPart(company, id, part)).toBe(false);
  });

  it('is closed, unless its worker has counted it', async () => {
    const closed = { ...part, closed: true };
    expect(await records.closePart(company, id, closed)).toEqual(closed);
    dynamodb.on(PutCommand).rejects(refusal);
    dynamodb.on(GetCommand).resolves({ Item: { ...key, ...part } });
    expect(await records.closePart(company, id, closed)).toEqual(part);
  });

  it('is read as it is recorded', async () => {
    dynamodb.on(GetCommand).resolves({});
    expect(await records.getPart(company, id, part)).toBeUndefined();
    dynamodb.on(GetCommand, { Key: key, ConsistentRead: true }).resolves({ Item: { ...key, ...part } });
    expect(await records.getPart(company, id, part)).toEqual(part);
  });

  it('of an ended job is replaced together with the counts of the job', async () => {
    dynamodb.on(GetCommand).resolves({});
    const closed = { ...part, closed: true, counts: { ...noCounts, total: 3, errors: 3 } };
    const late = { ...part, counts: { ...noCounts, total: 3, done: 3, bytes: 9 } };
    expect(await records.replacePart(company, id, closed, late, true)).toBe(true);
    expect(transaction()).toMatchObject([
      {
        Put: {
          Item: { ...key, ...late },
          ConditionExpression: 'closed = :closed AND counts = :before AND #at = :at',
          ExpressionAttributeValues: { ':closed': true, ':before': closed.counts, ':at': part.at },
        },
      },
      {
        Update: {
          Key: jobKey,
          ConditionExpression: 'NOT #status IN (:queued, :running, :stopping)',
          ExpressionAttributeValues: { ':done': 3, ':errors': -3, ':bytes': 9 },
        },
      },
    ]);
    dynamodb.on(TransactWriteCommand).rejects(cancelled('None', 'ConditionalCheckFailed'));
    expect(await records.replacePart(company, id, closed, late, true)).toBe(false);
  });

  it('of a job that goes on is replaced so that whoever is adding up does so again', async () => {
    const more = { ...part, counts: { ...noCounts, total: 3, done: 3, bytes: 9 } };
    expect(await records.replacePart(company, id, part, more, false)).toBe(true);
    expect(transaction()?.[1]).toMatchObject({
      Update: {
        Key: jobKey,
        UpdateExpression: 'ADD corrections :one',
        ConditionExpression: '#status IN (:running, :stopping)',
      },
    });
    expect(dynamodb.commandCalls(UpdateCommand)).toEqual([]);
  });

  it('that was replaced moves its job in the lists, by counts that no other changed meanwhile', async () => {
    const closed = { ...part, closed: true, counts: { ...noCounts, total: 3, errors: 3 } };
    const ended = { ...job, status: 'succeeded' as const, ended: '2026-11-24T09:00:00.000Z' };
    const counted = (errors: number) => ({ Item: jobItem({ ...ended, counts: { ...noCounts, errors } }) });
    dynamodb.on(GetCommand, { Key: jobKey }).resolvesOnce(counted(2)).resolves(counted(1));
    dynamodb.on(UpdateCommand).rejectsOnce(refusal).resolves({});
    expect(await records.replacePart(company, id, closed, part, true)).toBe(true);
    const moves = dynamodb.commandCalls(UpdateCommand).map(({ args }) => args[0].input);
    expect(moves).toMatchObject(
      [2, 1].map((errors) => ({
        Key: jobKey,
        ConditionExpression: 'counts = :counts',
        ExpressionAttributeValues: { ':counts': { errors }, ':sortErrors': `000000000000${errors}\t${id}` },
      })),
    );
  });

  it('is listed with all others, page by page', async () => {
    dynamodb
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ ...key, ...part }], LastEvaluatedKey: key })
      .resolves({ Items: [{ ...key, ...part, part: 4, closed: true }] });
    const found: PartRecord[] = [];
    for await (const record of records.listParts(company, id)) found.push(record);
    expect(found).toEqual([part, { ...part, part: 4, closed: true }]);
  });
});

describe('ending a job', () => {
  const end = {
    status: 'failed',
    counts: noCounts,
    ended: '2026-11-24T09:00:00.000Z',
    started: '2026-11-24T08:59:00.000Z',
    reason: 'Why',
  } as const;

  it('is bound to the status it was worked out for, and puts it into the lists', async () => {
    dynamodb.on(GetCommand).resolves({ Item: jobItem({ ...job, status: 'running', name: 'Autumn now' }) });
    expect(await records.endJob(company, id, 'running', end)).toBe(true);
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      Key: jobKey,
      ConditionExpression: '#status = :from AND attribute_not_exists(corrections)',
      ExpressionAttributeValues: {
        ':from': 'running',
        ':status': 'failed',
        ':reason': 'Why',
        ':expires': expiryOf(end.ended),
        ':companyKey': 'JOBS#luma',
        ':sortName': `autumn now\t${id}`,
        ':sortStatus': `failed\t${id}`,
        ':sortDuration': `0000000060000\t${id}`,
      },
    });
    dynamodb.on(UpdateCommand).rejects(refusal);
    expect(await records.endJob(company, id, 'running', end)).toBe(false);
  });

  it('does nothing to one that is in another status by now', async () => {
    dynamodb.on(GetCommand).resolves({ Item: jobItem({ ...job, status: 'stopping' }) });
    expect(await records.endJob(company, id, 'running', end)).toBe(false);
    expect(dynamodb.commandCalls(UpdateCommand)).toEqual([]);
  });

  it('is bound to the parts that were added up for it', async () => {
    dynamodb.on(GetCommand).resolves({ Item: jobItem({ ...job, status: 'running' }) });
    await records.endJob(company, id, 'running', { ...end, corrections: 2 });
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: '#status = :from AND corrections = :corrections',
      ExpressionAttributeValues: { ':corrections': 2 },
    });
  });

  it('leaves the job in the index of active ones until its end is noted as told', async () => {
    dynamodb.on(GetCommand).resolves({ Item: jobItem({ ...job, status: 'running' }) });
    await records.endJob(company, id, 'running', end);
    expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input.UpdateExpression).not.toContain(
      'activeKey',
    );
    await records.markEndProcessed(company, id);
    expect(dynamodb.commandCalls(UpdateCommand)[1]?.args[0].input).toMatchObject({
      Key: jobKey,
      UpdateExpression: 'REMOVE activeKey, activeSort',
      ConditionExpression: 'attribute_exists(ended)',
    });
  });

  it('is not told of one that goes on', async () => {
    dynamodb.on(UpdateCommand).rejects(refusal);
    await expect(records.markEndProcessed(company, id)).resolves.toBeUndefined();
  });

  it('takes one that still waits out of the queue', async () => {
    dynamodb.on(GetCommand).resolves({ Item: jobItem(job) });
    expect(await records.endJob(company, id, 'queued', end)).toBe(true);
    expect(transaction()).toMatchObject([{ Update: { Key: jobKey } }, { Delete: { Key: queueKey } }]);
  });
});

/** Bytes of an item as DynamoDB counts them: names and values, at most 21 for a number, 3 and 1 each for nesting. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/0+$/, '').length / 2) + 1;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, one) => sum + 1 + sizeOf(one), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce(
    (sum, [name, one]) => sum + 1 + Buffer.byteLength(name) + sizeOf(one),
    3,
  );
}
