import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { activeJobStore } from '../../../adapters/dynamodb/jobs/active-job-store.ts';
import { jobItem, jobOf } from '../../../adapters/dynamodb/jobs/job-item.ts';
import { jobListStore } from '../../../adapters/dynamodb/jobs/job-list-store.ts';
import type { PartRecord } from '../../../adapters/dynamodb/jobs/part-store.ts';
import { jobKey, jobTable, lockKey, partKey, submissionKey } from '../../../adapters/dynamodb/keys.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { expiryOf } from '../../../adapters/dynamodb/table/expiry.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { emptyByServer } from '../../../domain/jobs/counts.ts';
import { type Job, noCounts, type PublishJob } from '../../../domain/jobs/job.ts';
import type { JobSort } from '../../../domain/jobs/job-order.ts';
import { type JobFilters, planJobList } from '../../../domain/jobs/plan-job-list.ts';
import { aPublishJob, jobIdOf } from '../../support/builders.ts';
import {
  beforeNext,
  failNext,
  itemIn,
  jobStores,
  measured,
  newCompany,
  newPermit,
  putJobs,
  type StoreTable,
} from '../store-table.ts';

const id = jobIdOf(1);
const at = '2026-11-24T09:00:00.000Z';
const collision = new TransactionCanceledException({
  message: 'made by a test',
  $metadata: {},
  CancellationReasons: [{ Code: 'TransactionConflict' }],
});
const part: PartRecord = { level: 0, part: 3, counts: noCounts, perServer: {}, closed: false, at };

/** Jobs, their queue, locks, parts and ends. */
export function describeJobStore(open: () => StoreTable): void {
  let table: StoreTable;
  let store: ReturnType<typeof jobStores>;
  let company: string;

  beforeAll(() => {
    table = open();
    store = jobStores(table);
  });
  beforeEach(() => {
    company = newCompany();
    // Writes that collide are made again at once.
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    table.hook.onCall = undefined;
  });

  const jobOfCompany = (changes: Partial<PublishJob> = {}) => aPublishJob({ company, ...changes });
  const put = (...jobs: Job[]) => putJobs(table, ...jobs);
  const item = (key: { pk: string; sk: string }) => itemIn(table, table.jobs, key);
  const created = async (changes: Partial<PublishJob> = {}): Promise<PublishJob> => {
    const job = jobOfCompany(changes);
    expect(await store.createPublishJob(job)).toBe(true);
    return job;
  };
  const running = async (changes: Partial<PublishJob> = {}): Promise<PublishJob> => {
    const job = jobOfCompany({ status: 'running', ...changes });
    await put(job);
    return job;
  };
  const activeIds = async () => {
    const found: string[] = [];
    for await (const jobId of activeJobStore(table.documents, table.jobs).listActiveJobs(company))
      found.push(jobId);
    return found;
  };
  const endedIds = async (sort: JobSort = 'started', more: Pick<JobFilters, 'user'> = {}) => {
    const { listJobs } = jobListStore(table.documents, table.jobs, Date.now);
    // The ids of the builders are of 2024.
    const filters = { state: 'ended', from: '2024-01-01T00:00:00.000Z', ...more } as const;
    const plan = planJobList(filters, sort, 'asc', at);
    const { items } = await listJobs(company, plan, filters, { limit: 9 });
    return items.map((job) => job.id);
  };
  const queuedIds = async () => (await store.readQueue(company)).map(({ jobId }) => jobId);

  describe('A job', () => {
    it('is written together with its place in the queue, among the active ones', async () => {
      const job = await created();
      expect(await store.getJob(company, id)).toEqual(job);
      expect(await store.readQueue(company)).toEqual([{ jobId: id, servers: job.servers }]);
      expect(await activeIds()).toEqual([id]);
      expect(await endedIds()).toEqual([]);
    });

    it('is not written twice', async () => {
      const job = await created();
      expect(await store.createPublishJob({ ...job, name: 'Other' })).toBe(false);
      expect(await store.getJob(company, id)).toEqual(job);
    });

    it('is written with what it was submitted with, for a day', async () => {
      const job = jobOfCompany();
      await store.createPublishJob(job, { key: 'k1', request: 'hash' });
      expect(await store.findSubmission(company, 'k1')).toEqual({ jobId: id, request: 'hash' });
      const { expires } = (await item(submissionKey(company, 'k1'))) ?? {};
      expect(expires).toBe(Math.floor(Date.parse(job.submitted) / 1_000) + 24 * 60 * 60);
    });

    it('is read as it was written, with a strongly consistent read', async () => {
      const job = jobOfCompany();
      const ended = jobOfCompany({ id: jobIdOf(2), status: 'succeeded', ended: at });
      await batchWrite(table.documents, table.jobs, [
        { put: { ...jobItem(job), [jobTable.timeToLive]: 7 } },
        { put: jobItem(ended) },
      ]);
      const { result, calls } = await measured(table, () => store.getJob(company, id));
      expect(result).toEqual(job);
      expect(calls).toMatchObject([{ command: 'Get', input: { ConsistentRead: true } }]);
      expect(await store.getJob(company, ended.id)).toEqual(ended);
      for (const one of [job, ended]) expect(jobOf(jobItem(one))).toEqual(one);
    });

    it('that waits is stopped and taken out of the queue at once, and stands among the ended ones', async () => {
      const stop = { by: 'bob', at };
      expect(await store.stopQueuedJob(company, id, stop)).toBe(false);
      const job = await created();
      expect(await store.stopQueuedJob(company, id, stop)).toBe(true);
      expect(await store.getJob(company, id)).toEqual({
        ...job,
        status: 'stopped',
        stoppedBy: 'bob',
        ended: at,
      });
      expect(await queuedIds()).toEqual([]);
      expect((await item(jobKey(company, id)))?.[jobTable.timeToLive]).toBe(expiryOf(at));
      for (const sort of ['started', 'status', 'duration'] as const)
        expect(await endedIds(sort)).toEqual([id]);
      // Until its end is processed, whoever looks for it must find it.
      expect(await activeIds()).toEqual([id]);
      expect(await store.stopQueuedJob(company, id, stop)).toBe(false);
    });

    it('that begins while it is being stopped is not stopped', async () => {
      const job = await created();
      beforeNext(table, 'TransactWrite', () => put({ ...job, status: 'running' }));
      expect(await store.stopQueuedJob(company, id, { by: 'bob', at })).toBe(false);
      expect(await store.getJob(company, id)).toMatchObject({ status: 'running' });
    });

    it('is asked to stop only while it runs', async () => {
      await created();
      expect(await store.requestStop(company, id, 'bob', at)).toBe(false);
      const job = await running();
      expect(await store.requestStop(company, id, 'bob', at)).toBe(true);
      const stopping = { ...job, status: 'stopping', stoppedBy: 'bob', stopRequested: at };
      expect(await store.getJob(company, id)).toEqual(stopping);
      expect(await store.requestStop(company, id, 'eve', at)).toBe(false);
      expect(await store.getJob(company, id)).toEqual(stopping);
    });

    it('is kept for 13 months', () => {
      expect(new Date(expiryOf(at) * 1_000).toISOString()).toBe('2027-12-25T09:00:00.000Z');
    });
  });

  describe('A submission', () => {
    const submit = (number: number, key: string, submitted = '2026-11-24T08:00:00.000Z') =>
      store.createPublishJob(jobOfCompany({ id: jobIdOf(number), submitted }), {
        key,
        request: `hash ${number}`,
      });

    it('is written once, however many come at once', async () => {
      const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
      const written = await Promise.all(numbers.map((number) => submit(number, 'twins')));
      expect(written.filter(Boolean)).toHaveLength(1);
      const winner = numbers[written.indexOf(true)] ?? 0;
      expect(await store.findSubmission(company, 'twins')).toEqual({
        jobId: jobIdOf(winner),
        request: `hash ${winner}`,
      });
      expect(await queuedIds()).toEqual([jobIdOf(winner)]);
      for (const number of numbers) {
        const job = await store.getJob(company, jobIdOf(number));
        expect(job !== undefined).toBe(number === winner);
      }
    });

    it('becomes another job after a day, also where its key was not swept yet', async () => {
      expect(await submit(11, 'daily')).toBe(true);
      expect(await submit(12, 'daily', '2026-11-25T07:59:59.000Z')).toBe(false);
      expect(await submit(13, 'daily', '2026-11-25T08:00:01.000Z')).toBe(true);
      expect((await store.findSubmission(company, 'daily'))?.jobId).toBe(jobIdOf(13));
    });

    it('takes no key from another company', async () => {
      expect(await submit(21, 'shared')).toBe(true);
      const job = aPublishJob({ id: jobIdOf(22), company: newCompany() });
      expect(await store.createPublishJob(job, { key: 'shared', request: 'hash' })).toBe(true);
    });
  });

  describe('Beginning a job', () => {
    const begun = { execution: `${id}-2`, name: 'Autumn now', started: at };
    let run: typeof begun & { permit: number };
    beforeEach(() => {
      run = { ...begun, permit: newPermit() };
    });
    const lock = (server: string, jobId: string) =>
      batchWrite(table.documents, table.jobs, [{ put: { ...lockKey(company, server), jobId } }]);

    it('takes its locks and its place in the queue, and sets it running', async () => {
      const job = await created({ executionNumber: 2, servers: ['image-serving', 'video'] });
      await lock('video', 'J0');
      expect(await store.takeLocksAndRun(job, run, { video: 'J0' })).toBe(true);
      expect(await store.readLocks(company)).toEqual({ 'image-serving': id, video: id });
      expect(await item(lockKey(company, 'video'))).toMatchObject({ taken: at });
      expect(await store.getJob(company, id)).toEqual({
        ...job,
        ...begun,
        status: 'running',
        perServer: emptyByServer(job.servers),
      });
      expect(await queuedIds()).toEqual([]);
    });

    it.each([
      ['another job holds a lock', {}],
      ['another job has taken over a stale lock', { video: 'J9' }],
    ])('fails as a whole when %s', async (_, stale) => {
      const job = await created();
      await lock('video', 'J0');
      expect(await store.takeLocksAndRun(job, run, stale)).toBe(false);
      expect(await store.readLocks(company)).toEqual({ video: 'J0' });
      expect(await store.getJob(company, id)).toEqual(job);
      expect(await queuedIds()).toEqual([id]);
    });

    it('works where the job holds its locks already', async () => {
      const job = await created();
      for (const server of job.servers) await lock(server, id);
      expect(await store.takeLocksAndRun(job, run, {})).toBe(true);
    });

    it('fails where a further execution was counted since', async () => {
      const job = await created();
      expect(await store.countExecution(job)).toBe(2);
      expect(await store.takeLocksAndRun(job, run, {})).toBe(false);
      expect(await store.readLocks(company)).toEqual({});
    });

    it('is tried again when it met another transaction', async () => {
      const job = await created();
      failNext(table, 'TransactWrite', collision);
      expect(await store.takeLocksAndRun(job, run, {})).toBe(true);
    });

    it('counts the executions that were started for it, each once', async () => {
      const job = await created({ executionNumber: 2 });
      expect(await store.countExecution(job)).toBe(3);
      expect(await store.countExecution(job)).toBeUndefined();
      expect(await store.getJob(company, id)).toMatchObject({ executionNumber: 3 });
      await running();
      expect(await store.countExecution(job)).toBeUndefined();
    });
  });

  it('The queue and the locks are read in full and consistently, page by page', async () => {
    for (const number of [3, 1, 2]) await created({ id: jobIdOf(number), servers: ['video'] });
    await store.takeLocksAndRun(
      jobOfCompany({ id: jobIdOf(1), servers: ['video'] }),
      { execution: id, name: '', started: at, permit: newPermit() },
      {},
    );
    const inputs: unknown[] = [];
    table.hook.onCall = (call, next) => {
      inputs.push(call.input);
      return next({ ...call.input, Limit: 1 });
    };
    expect(await queuedIds()).toEqual([jobIdOf(2), jobIdOf(3)]);
    expect(await store.readLocks(company)).toEqual({ video: jobIdOf(1) });
    expect(inputs.length).toBeGreaterThanOrEqual(3);
    for (const input of inputs) expect(input).toMatchObject({ ConsistentRead: true });
  });

  it('Only the own locks of a job are freed', async () => {
    const items = [
      { ...lockKey(company, 'image-serving'), jobId: jobIdOf(2) },
      { ...lockKey(company, 'video'), jobId: id },
    ];
    await batchWrite(
      table.documents,
      table.jobs,
      items.map((lock) => ({ put: lock })),
    );
    await store.freeLocks(company, id, ['image-serving', 'video']);
    expect(await store.readLocks(company)).toEqual({ 'image-serving': jobIdOf(2) });
  });

  describe('Live counts', () => {
    it('are added to in one write, and the status comes with them', async () => {
      const counts = { ...noCounts, total: 99, done: 1 };
      await running({ status: 'stopping', counts });
      const { result, calls } = await measured(table, () =>
        store.addCounts(company, id, { done: 24, errors: 1, skipped: 0 }),
      );
      expect(result).toBe('stopping');
      expect(calls.map(({ command }) => command)).toEqual(['Update']);
      expect((await store.getJob(company, id))?.counts).toEqual({ ...counts, done: 25, errors: 1 });
    });

    it('are added to by server in the same write', async () => {
      const none = { done: 0, skipped: 0, errors: 0, bytes: 0 };
      await running({ perServer: { 'image-serving': none, video: { ...none, errors: 3 } } });
      const byServer = { 'image-serving': { ...none, done: 2, bytes: 9 }, video: none };
      const { calls } = await measured(table, () =>
        store.addCounts(company, id, { done: 2, bytes: 9 }, byServer),
      );
      expect(calls).toHaveLength(1);
      expect(await store.getJob(company, id)).toMatchObject({
        counts: { ...noCounts, done: 2, bytes: 9 },
        perServer: { 'image-serving': { ...none, done: 2, bytes: 9 }, video: { ...none, errors: 3 } },
      });
    });

    it('of a job of ten million assets on all servers cost one write unit', async () => {
      const ofServer = { done: 9_999_997, skipped: 0, errors: 3, bytes: 1e13 };
      await running({
        servers,
        name: `${'a'.repeat(40)} 2026-11-24 08:30:00`,
        givenName: 'a'.repeat(40),
        status: 'stopping',
        counts: {
          total: 40_000_000,
          done: 39_999_989,
          skipped: 0,
          warnings: 0,
          errors: 10,
          notReached: 0,
          bytes: 4e13,
        },
        perServer: Object.fromEntries(servers.map((server) => [server, ofServer])),
        started: at,
        plannedAt: at,
        stopRequested: at,
        stoppedBy: '5f0c1b3e-0000-4000-8000-000000000000',
        submittedBy: '5f0c1b3e-0000-4000-8000-000000000000',
        execution: id,
      });
      const { units } = await measured(table, () => store.addCounts(company, id, { done: 1 }));
      expect(units).toBe(1);
    });

    it('of a job that has ended stay', async () => {
      const job = jobOfCompany({ status: 'failed', ended: at });
      await put(job);
      expect(await store.addCounts(company, id, { done: 1 })).toBeUndefined();
      expect(await store.setTotal(company, id, 7)).toBeUndefined();
      expect(await store.recordClosing(company, id, { partsSeen: 1, at })).toBeUndefined();
      expect(await store.getJob(company, id)).toEqual(job);
      expect(await store.addCounts(company, jobIdOf(2), { done: 1 })).toBeUndefined();
    });
  });

  describe('A part', () => {
    const counts = { ...noCounts, total: 3, done: 2, errors: 1 };

    it('is counted by its worker, unless it is closed or counted otherwise', async () => {
      expect(await store.putPart(company, id, { ...part, counts })).toBe(true);
      expect(await store.putPart(company, id, { ...part, counts, at: '2026-11-24T09:00:01.000Z' })).toBe(
        true,
      );
      expect(await store.putPart(company, id, part)).toBe(false);
      expect((await store.getPart(company, id, part))?.counts).toEqual(counts);
      expect((await item(partKey(company, id, 0, 3)))?.[jobTable.timeToLive]).toBe(
        expiryOf('2026-11-24T09:00:01.000Z'),
      );
      await store.closePart(company, id, { ...part, part: 4, counts, closed: true });
      expect(await store.putPart(company, id, { ...part, part: 4, counts })).toBe(false);
    });

    it('is closed, unless its worker has counted it', async () => {
      const closed = { ...part, closed: true };
      expect(await store.closePart(company, id, closed)).toEqual(closed);
      expect(await store.closePart(company, id, { ...closed, counts })).toEqual(closed);
      const counted = { ...part, part: 4, counts };
      await store.putPart(company, id, counted);
      expect(await store.closePart(company, id, { ...closed, part: 4 })).toEqual(counted);
    });

    it('is read as it is recorded, consistently', async () => {
      expect(await store.getPart(company, id, part)).toBeUndefined();
      await store.putPart(company, id, part);
      const { result, calls } = await measured(table, () => store.getPart(company, id, part));
      expect(result).toEqual(part);
      expect(calls).toMatchObject([{ command: 'Get', input: { ConsistentRead: true } }]);
    });

    it('of an ended job is replaced together with the counts of the job', async () => {
      const closed = { ...part, closed: true, counts: { ...noCounts, total: 3, errors: 3 } };
      const late = { ...part, counts: { ...noCounts, total: 3, done: 3, bytes: 9 } };
      await put(jobOfCompany({ status: 'failed', counts: { ...closed.counts, total: 9 }, ended: at }));
      await store.closePart(company, id, closed);
      expect(await store.replacePart(company, id, { ...closed, at: 'then' }, late, true)).toBe(false);
      expect(await store.replacePart(company, id, closed, late, false)).toBe(false);
      expect(await store.replacePart(company, id, closed, late, true)).toBe(true);
      expect(await store.getPart(company, id, part)).toEqual(late);
      const after = { ...noCounts, total: 9, done: 3, bytes: 9 };
      expect((await store.getJob(company, id))?.counts).toEqual(after);
      // What it replaced is another by now.
      expect(await store.replacePart(company, id, closed, late, true)).toBe(false);
      expect((await store.getJob(company, id))?.counts).toEqual(after);
    });

    it('of a job that goes on is replaced so that whoever is adding up does so again', async () => {
      const job = await running();
      const more = { ...part, counts: { ...noCounts, total: 3, done: 3, bytes: 9 } };
      await store.putPart(company, id, part);
      const { result, calls } = await measured(table, () =>
        store.replacePart(company, id, part, more, false),
      );
      expect(result).toBe(true);
      expect(calls.map(({ command }) => command)).toEqual(['TransactWrite']);
      expect(await store.getPart(company, id, part)).toEqual(more);
      expect(await store.getJob(company, id)).toEqual({ ...job, corrections: 1 });
      expect(await store.replacePart(company, id, more, part, true)).toBe(false);
    });

    it('that was replaced moves its job in the lists, which include its counts, without a further write', async () => {
      const closed = { ...part, closed: true, counts: { ...noCounts, total: 3, errors: 3 } };
      const ended = jobOfCompany({ status: 'succeeded', ended: at, counts: closed.counts });
      const other = { ...ended, id: jobIdOf(2), counts: { ...noCounts, errors: 2 } };
      await put(ended, other);
      await store.closePart(company, id, closed);
      expect(await endedIds('errors')).toEqual([other.id, id]);
      const late = { ...part, counts: { ...noCounts, total: 3, done: 2, errors: 1 } };
      const { result, calls } = await measured(table, () =>
        store.replacePart(company, id, closed, late, true),
      );
      expect(result).toBe(true);
      expect(calls.map(({ command }) => command)).toEqual(['TransactWrite']);
      expect(await endedIds('errors')).toEqual([id, other.id]);
    });

    it('is listed with all others, page by page, from where one ended', async () => {
      const parts = [part, { ...part, part: 4, closed: true }, { ...part, level: 1, part: 0 }];
      for (const one of parts) await store.closePart(company, id, one);
      table.hook.onCall = (call, next) => next({ ...call.input, Limit: 1 });
      const list = async (after?: PartRecord) => {
        const found: PartRecord[] = [];
        for await (const record of store.listParts(company, id, { after })) found.push(record);
        return found;
      };
      expect(await list()).toEqual(parts);
      expect(await list(part)).toEqual(parts.slice(1));
    });
  });

  describe('Ending a job', () => {
    const end = {
      status: 'failed',
      counts: { ...noCounts, total: 4, errors: 4 },
      ended: at,
      reason: 'Why',
    } as const;

    it('is bound to the status it was worked out for, and puts it into the lists', async () => {
      const closing = { partsSeen: 3, at };
      const job = await running({ name: 'Autumn now', started: '2026-11-24T08:59:00.000Z', closing });
      expect(await store.endJob(company, id, 'stopping', end)).toBe(false);
      expect(await store.endJob(company, id, 'running', end)).toBe(true);
      const { closing: _, ...rest } = job;
      expect(await store.getJob(company, id)).toEqual({ ...rest, ...end });
      expect((await item(jobKey(company, id)))?.[jobTable.timeToLive]).toBe(expiryOf(at));
      for (const sort of ['started', 'name', 'status', 'duration'] as const)
        expect(await endedIds(sort)).toEqual([id]);
      expect(await endedIds('started', { user: 'ann' })).toEqual([id]);
      expect(await store.endJob(company, id, 'running', end)).toBe(false);
    });

    it('does nothing to one that is in another status by now', async () => {
      const job = await running({ status: 'stopping' });
      const { result, calls } = await measured(table, () => store.endJob(company, id, 'running', end));
      expect(result).toBe(false);
      expect(calls.map(({ command }) => command)).toEqual(['Get']);
      expect(await store.getJob(company, id)).toEqual(job);
    });

    it('does nothing to one that comes into another status meanwhile', async () => {
      const job = await running();
      beforeNext(table, 'Update', () => put({ ...job, status: 'stopping' }));
      expect(await store.endJob(company, id, 'running', end)).toBe(false);
      expect(await store.getJob(company, id)).toMatchObject({ status: 'stopping' });
    });

    it('is bound to the parts that were added up for it', async () => {
      await running({ corrections: 2 });
      expect(await store.endJob(company, id, 'running', end)).toBe(false);
      expect(await store.endJob(company, id, 'running', { ...end, corrections: 1 })).toBe(false);
      expect(await store.endJob(company, id, 'running', { ...end, corrections: 2 })).toBe(true);
      expect(await store.getJob(company, id)).not.toHaveProperty('corrections');
    });

    it('leaves the job in the index of active ones until its end is processed', async () => {
      await running();
      await store.endJob(company, id, 'running', end);
      expect(await activeIds()).toEqual([id]);
      await store.markEndProcessed(company, id);
      expect(await activeIds()).toEqual([]);
      expect(await endedIds()).toEqual([id]);
    });

    it('is not processed for one that goes on, or is gone', async () => {
      await running();
      await store.markEndProcessed(company, id);
      expect(await activeIds()).toEqual([id]);
      await store.markEndProcessed(company, jobIdOf(2));
      expect(await store.getJob(company, jobIdOf(2))).toBeUndefined();
    });

    it('takes one that still waits out of the queue', async () => {
      await created();
      expect(await store.endJob(company, id, 'queued', end)).toBe(true);
      expect(await queuedIds()).toEqual([]);
      expect(await store.getJob(company, id)).toMatchObject({ status: 'failed', reason: 'Why' });
    });
  });

  it('The jobs of all companies that have not ended are listed, page by page', async () => {
    const other = newCompany();
    await put(jobOfCompany(), jobOfCompany({ id: jobIdOf(2), status: 'running' }));
    await put(aPublishJob({ company: other }), jobOfCompany({ id: jobIdOf(3), status: 'failed', ended: at }));
    table.hook.onCall = (call, next) => next({ ...call.input, Limit: 1 });
    const { listActiveCompanies, listActiveJobs } = activeJobStore(table.documents, table.jobs);
    const found: string[] = [];
    for await (const { companies } of listActiveCompanies()) found.push(...companies);
    expect(found.filter((one) => one === company || one === other).sort()).toEqual([company, other].sort());
    const jobsOf: string[] = [];
    for await (const jobId of listActiveJobs(company)) jobsOf.push(jobId);
    expect(jobsOf).toEqual([jobIdOf(1), jobIdOf(2)]);
    const rest: string[] = [];
    for await (const jobId of listActiveJobs(company, jobIdOf(1))) rest.push(jobId);
    expect(rest).toEqual([jobIdOf(2)]);
  });
}
