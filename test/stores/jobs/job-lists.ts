import fc from 'fast-check';
import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { jobItem } from '../../../adapters/dynamodb/jobs/job-item.ts';
import { jobListStore } from '../../../adapters/dynamodb/jobs/job-list-store.ts';
import { activeIndexKeys } from '../../../adapters/dynamodb/keys.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { uploadStore } from '../../../adapters/dynamodb/uploads/upload-store.ts';
import { isTerminal, type Job, jobStatuses, noCounts, type UploadJob } from '../../../domain/jobs/job.ts';
import { type JobSort, jobOrders, jobSorts, jobUser } from '../../../domain/jobs/job-order.ts';
import {
  isInPlan,
  type JobFilters,
  type JobPosition,
  matchesJobList,
  planJobList,
} from '../../../domain/jobs/plan-job-list.ts';
import { uploadJob } from '../../functions/serve-api/api-records.ts';
import { aPublishJob } from '../../support/builders.ts';
import { jobStores, newCompany, newPermit, type StoreTable } from '../store-table.ts';

/** Lists of jobs, in every order and with every filter. */
export function describeJobLists(open: () => StoreTable): void {
  const company = newCompany();
  const other = newCompany();
  const longNamed = newCompany();
  const day = Date.parse('2026-11-24T00:00:00.000Z');
  const month = 30 * 86_400_000;
  const timeOf = (number: number) => new Date(day + number * 60_000).toISOString();
  const spread = (number: number, step: number, of: number) => Math.floor(number / step) % of;

  /** Many are alike in what they are sorted by, so that pages end among them. */
  const jobs: Job[] = Array.from({ length: 300 }, (_, number) => {
    const status = jobStatuses[spread(number, 3, jobStatuses.length)] ?? 'queued';
    const submitted = timeOf(number);
    const base = {
      id: ulid(Date.parse(submitted)),
      status,
      name: `${['Autumn', 'autumn', 'Æbler', '🍂 b', 'b'][spread(number, 1, 5)]} ${spread(number, 7, 9)}`,
      submitted,
      submittedBy: ['ann', 'anna', 'bob'][spread(number, 2, 3)] ?? 'ann',
      counts: {
        ...noCounts,
        total: spread(number, 5, 13) * 7,
        errors: spread(number, 11, 3),
        warnings: spread(number, 4, 2),
      },
      ...(status === 'queued' ? {} : { started: submitted }),
      ...(isTerminal(status) ? { ended: timeOf(number + spread(number, 3, 20)) } : {}),
    };
    if (spread(number, 1, 3) !== 0)
      return aPublishJob({ ...base, company, ...(number % 5 === 0 ? { runAs: 'carl' } : {}) });
    return {
      ...uploadJob,
      ...base,
      company,
      folder: ['/', '/a/', '/a#b/', '/å/'][spread(number, 3, 4)] ?? '/',
    };
  });

  const some = <Value>(...values: Value[]) => fc.constantFrom(...values);
  const filters: fc.Arbitrary<JobFilters> = fc.record(
    {
      state: some('active' as const, 'ended' as const),
      kind: some('publish' as const, 'upload' as const),
      user: some('ann', 'carl', 'nobody'),
      statuses: fc.subarray([...jobStatuses], { minLength: 1 }),
      from: some(undefined, undefined, timeOf(0), timeOf(40), timeOf(150)),
      to: some(undefined, timeOf(150), timeOf(299)),
    },
    { requiredKeys: [] },
  );

  let table: StoreTable;

  beforeAll(async () => {
    table = open();
    const all = [...jobs, ...jobs.map((job) => ({ ...job, company: other }))];
    await batchWrite(
      table.documents,
      table.jobs,
      // Some that have ended stand among the active ones still.
      all.map((job, number) => ({
        put: { ...jobItem(job), ...(number % 4 === 0 ? activeIndexKeys(job.company, job.id) : {}) },
      })),
    );
  });

  const list = () => jobListStore(table.documents, table.jobs, Date.now);

  /** In the order of DynamoDB, which is that of UTF-8. */
  const compare = (a: string | number, b: string | number) =>
    typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : a - Number(b);

  function placeOf(job: Job, sort: JobSort): string | number {
    const counted = (value: number) => (job.ended === undefined ? -1 : value);
    switch (sort) {
      case 'type':
        return job.kind;
      case 'name':
        return job.name.toLowerCase();
      case 'started':
        return 0;
      case 'status':
        return job.status;
      case 'destination':
        return job.kind === 'upload' ? job.folder : '';
      case 'user':
        return jobUser(job);
      case 'duration':
        return counted(job.started ? Date.parse(job.ended ?? '') - Date.parse(job.started) : 0);
      default:
        return counted(job.counts[sort]);
    }
  }

  /** Whether a list that is sorted in memory reads the job: ended jobs of the last 30 days, unless the range is given. */
  function isInRange(job: Job, now: string, { from, to = now }: JobFilters): boolean {
    const end = Math.min(Date.parse(to), Date.parse(now));
    return !isTerminal(job.status) || from !== undefined || Date.parse(job.submitted) >= end - month;
  }

  /** Whether all jobs that match are equal in the column: then the list is one by time, without a default range. */
  function areEqual(sort: JobSort, { kind, user, state, statuses = jobStatuses }: JobFilters): boolean {
    const left = statuses.filter(
      (status) => state === undefined || isTerminal(status) === (state === 'ended'),
    );
    return (
      sort === 'started' ||
      (sort === 'type' && kind !== undefined) ||
      (sort === 'user' && user !== undefined) ||
      (sort === 'status' && left.length === 1)
    );
  }

  async function pages(
    filters: JobFilters,
    sort: JobSort,
    order: 'asc' | 'desc',
    limit: number,
    { from = list(), now = timeOf(300) } = {},
  ) {
    const plan = planJobList(filters, sort, order, now);
    const found: Job[] = [];
    let after: JobPosition | undefined;
    let count = 0;
    do {
      const page = await from.listJobs(company, plan, filters, { limit, after });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items);
      after = page.next;
      if (after) expect(isInPlan(plan, after)).toBe(true);
      count += 1;
    } while (after);
    return { found, count };
  }

  describe('a list of jobs, page by page', () => {
    it('is that of all jobs, filtered and sorted', async () => {
      await fc.assert(
        fc.asyncProperty(
          filters,
          some(...jobSorts),
          some(...jobOrders),
          fc.integer({ min: 1, max: 120 }),
          some(timeOf(300), new Date(day + month + 100 * 60_000).toISOString()),
          async (wanted, sort, order, limit, now) => {
            const expected = jobs
              .filter((job) => matchesJobList(job, wanted))
              .filter((job) => areEqual(sort, wanted) || isInRange(job, now, wanted))
              .toSorted((a, b) => compare(placeOf(a, sort), placeOf(b, sort)) || compare(a.id, b.id));
            if (order === 'desc') expected.reverse();
            const { found } = await pages(wanted, sort, order, limit, { now });
            expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
            expect(found.every((job) => job.company === company)).toBe(true);
          },
        ),
        { numRuns: 150 },
      );
    });

    it('may have short and empty pages where the time is up, and loses nothing by it', async () => {
      let time = 0;
      const hurried = jobListStore(table.documents, table.jobs, () => {
        time += 6_000;
        return time;
      });
      const filters: JobFilters = { user: 'carl', statuses: ['failed', 'stopped'] };
      const { found } = await pages(filters, 'name', 'asc', 50, { from: hurried });
      expect(found.length).toBe(jobs.filter((job) => matchesJobList(job, filters)).length);
    });
  });

  describe('a job that goes on', () => {
    const company = newCompany();
    const records = () => jobStores(table);
    const idsOf = async (filters: JobFilters, sort: JobSort = 'started') => {
      const plan = planJobList(filters, sort, 'asc', timeOf(300));
      const { items } = await list().listJobs(company, plan, filters, { limit: 9 });
      return items.map(({ id }) => id);
    };

    it('is found where it is now', async () => {
      const id = ulid(day);
      const at = timeOf(9);
      const job = aPublishJob({ company, id, submitted: timeOf(0) });
      expect(await records().createPublishJob(job)).toBe(true);
      expect(await idsOf({ state: 'active' })).toEqual([id]);
      expect(await idsOf({ statuses: ['queued'] })).toEqual([id]);
      await records().takeLocksAndRun(
        job,
        { execution: id, name: 'Now', started: timeOf(1), permit: newPermit() },
        {},
      );
      expect(await idsOf({ statuses: ['queued'] })).toEqual([]);
      expect(await idsOf({ statuses: ['running'] }, 'name')).toEqual([id]);
      await records().requestStop(company, id, 'ann', timeOf(2));
      expect(await idsOf({ statuses: ['stopping'] })).toEqual([id]);
      expect(await idsOf({ state: 'ended' }, 'errors')).toEqual([]);
      const end = {
        status: 'stopped',
        counts: { ...noCounts, errors: 3 },
        ended: at,
      } as const;
      expect(await records().endJob(company, id, 'stopping', end)).toBe(true);
      expect(await idsOf({ state: 'active' })).toEqual([]);
      expect(await idsOf({ state: 'ended' }, 'errors')).toEqual([id]);
      expect(await idsOf({ statuses: ['stopped'] })).toEqual([id]);
    });

    it('and is stopped while it waits is among the ended ones', async () => {
      const job = aPublishJob({ company, id: ulid(day + 3), submitted: timeOf(0) });
      await records().createPublishJob(job);
      const stop = { by: 'ann', at: timeOf(1) };
      expect(await records().stopQueuedJob(company, job.id, stop)).toBe(true);
      expect(await records().stopQueuedJob(company, job.id, stop)).toBe(false);
      expect(await idsOf({ state: 'active' })).toEqual([]);
      expect(await idsOf({ state: 'ended', from: timeOf(0) }, 'name')).toContain(job.id);
      expect(await records().getJob(company, job.id)).toMatchObject({ status: 'stopped', stoppedBy: 'ann' });
    });

    it('and whose counts are put right after its end moves', async () => {
      const id = ulid(day + 4);
      const counts = { ...noCounts, total: 9, errors: 9 };
      const job = aPublishJob({ company, id, status: 'succeeded', counts, perServer: {}, ended: timeOf(2) });
      await batchWrite(table.documents, table.jobs, [{ put: jobItem(job) }]);
      const part = { level: 0, part: 1, counts, perServer: {}, at: timeOf(1) };
      const closed = await records().closePart(company, id, { ...part, closed: true });
      expect((await idsOf({ state: 'ended' }, 'errors')).at(-1)).toBe(id);
      const late = { ...part, counts: { ...counts, errors: 0, done: 9 }, closed: false };
      expect(await records().replacePart(company, id, closed, late, true)).toBe(true);
      expect((await idsOf({ state: 'ended' }, 'errors')).at(-1)).not.toBe(id);
    });

    it('is moved by its status only, whatever is counted meanwhile', async () => {
      const id = ulid(day + 1);
      const upload: UploadJob = { ...uploadJob, company, id, submitted: timeOf(0) };
      await uploadStore(table.documents, table.jobs, table.assets, records()).createUpload(upload, []);
      expect(await idsOf({ state: 'active', kind: 'upload' })).toEqual([id]);
      expect(await records().addCounts(company, id, { done: 3 })).toBe('running');
      expect(await idsOf({ state: 'active', kind: 'upload' }, 'total')).toEqual([id]);
      const end = { status: 'succeeded', counts: noCounts, ended: timeOf(2) } as const;
      await records().endJob(company, id, 'running', end);
      expect(await idsOf({ kind: 'upload' }, 'duration')).toEqual([id]);
      expect(await idsOf({ state: 'active' })).toEqual([]);
    });

    it('whose names and folders are as long as they may be has its place all the same', async () => {
      const id = ulid(day + 2);
      const upload: UploadJob = {
        ...uploadJob,
        company: longNamed,
        id,
        name: '界'.repeat(220),
        folder: `/${'界'.repeat(100)}/${'界'.repeat(100)}/${'界'.repeat(100)}/${'界'.repeat(100)}/`,
      };
      await uploadStore(table.documents, table.jobs, table.assets, records()).createUpload(upload, []);
      for (const sort of jobSorts) {
        const plan = planJobList({}, sort, 'desc', timeOf(300));
        const { items } = await list().listJobs(longNamed, plan, {}, { limit: 9 });
        expect(items.map((job) => job.id)).toEqual([id]);
      }
    });
  });
}
