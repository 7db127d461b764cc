import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jobItem } from '../../../adapters/dynamodb/jobs/job-item.ts';
import { jobListStore } from '../../../adapters/dynamodb/jobs/job-list-store.ts';
import { activeIndexKeys } from '../../../adapters/dynamodb/keys.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import type { PublishJob } from '../../../domain/jobs/job.ts';
import type { JobSort } from '../../../domain/jobs/job-order.ts';
import { type JobFilters, maxSortedJobs, planJobList } from '../../../domain/jobs/plan-job-list.ts';
import { firstIdAt } from '../../../domain/jobs/ulid-times.ts';
import { aPublishJob, jobIdOf } from '../../support/builders.ts';
import { aside } from '../../support/calls.ts';
import { memoryStoreTable, newCompany, putJobs, type StoreTable } from '../store-table.ts';

const now = '2026-11-30T12:00:00.000Z';
const ended = '2026-11-24T09:00:00.000Z';
const day = '2026-11-24T00:00:00.000Z';

/** Which indexes a list of jobs reads, and what it makes of indexes that follow the records after a moment. */
export function describeJobListIndexes(open: () => StoreTable): void {
  let table: StoreTable;
  let company: string;

  beforeAll(() => {
    table = open();
  });
  beforeEach(() => {
    company = newCompany();
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  const queued = (number: number) => aPublishJob({ company, id: jobIdOf(number) });
  const done = (number: number) => aPublishJob({ company, id: jobIdOf(number), status: 'succeeded', ended });

  /** @returns the queries that are made, and the number of records that are read */
  function watch(answerIndex?: (input: QueryCommandInput) => Promise<object>) {
    const queries: QueryCommandInput[] = [];
    const seen = { queries, records: 0 };
    table.hook.onCall = async (call, next) => {
      if (call.command === 'BatchGet') {
        seen.records += call.targets.length;
        expect(new Set(call.targets).size).toBe(call.targets.length);
      }
      if (call.command !== 'Query') return next();
      const input = call.input as QueryCommandInput;
      queries.push(input);
      return answerIndex ? answerIndex(input) : next();
    };
    return seen;
  }

  /** What each index has, and what the records are by now. */
  async function lagging(
    active: readonly PublishJob[],
    lists: readonly PublishJob[],
    records: readonly PublishJob[],
  ) {
    const [activeThen, listsThen] = [memoryStoreTable(), memoryStoreTable()];
    const items = active.map((job) => ({ put: { ...jobItem(job), ...activeIndexKeys(company, job.id) } }));
    await batchWrite(activeThen.documents, activeThen.jobs, items);
    await putJobs(listsThen, ...lists);
    await putJobs(table, ...records);
    return watch((input) => {
      const { documents } = input.IndexName === 'active' ? activeThen : listsThen;
      return aside(() => documents.send(new QueryCommand(input)));
    });
  }

  async function list(filters: JobFilters = {}, sort: JobSort = 'started', limit = 9, clock = () => 0) {
    const plan = planJobList(filters, sort, 'asc', now);
    const { listJobs } = jobListStore(table.documents, table.jobs, clock);
    const page = await listJobs(company, plan, filters, { limit });
    return { ids: page.items.map(({ id }) => id), next: page.next?.id };
  }

  describe('A list of jobs', () => {
    it.each<[JobFilters, string[]]>([
      [{}, ['active', 'byTime']],
      [{ state: 'active' }, ['active']],
      [{ statuses: ['queued', 'stopping'] }, ['active']],
      [{ state: 'ended' }, ['byTime']],
      [{ statuses: ['failed'] }, ['byTime']],
      [{ user: 'ann' }, ['active', 'byUser']],
      [{ user: 'ann', state: 'ended', kind: 'upload' }, ['byUser']],
      [{ state: 'active', statuses: ['failed'] }, []],
    ])('with %j reads only the indexes that can tell of it: %j', async (filters, indexes) => {
      const { queries } = watch();
      await list(filters);
      expect(queries.map(({ IndexName }) => IndexName)).toEqual(indexes);
    });

    it('asks for the active jobs of its company and its dates alone', async () => {
      const { queries } = watch();
      await list({ from: day }, 'name');
      expect(queries[0]?.ExpressionAttributeValues).toEqual({
        ':active': activeIndexKeys(company, '').activeKey,
        ':from': `${company}#${firstIdAt(day)}`,
        ':to': `${company}#~`,
      });
    });

    it('reads the ended jobs of the last 30 days to sort them, unless a range is given', async () => {
      const { queries } = watch();
      await list({ state: 'ended' }, 'name');
      await list({ state: 'ended', user: 'ann', from: ended }, 'name');
      expect(queries[0]?.ExpressionAttributeValues).toEqual({
        ':partition': `JOBS#${company}`,
        ':from': firstIdAt('2026-10-31T12:00:00.000Z'),
      });
      expect(queries[1]?.ExpressionAttributeValues).toEqual({
        ':partition': `JOBS#${company}#ann`,
        ':from': firstIdAt(ended),
      });
    });

    it('sorts as many jobs as fit, and refuses more with a range that fits', async () => {
      const idOf = (number: number) => firstIdAt(new Date(Date.parse(ended) - number * 1_000).toISOString());
      const jobs = (count: number) =>
        Array.from({ length: count }, (_, number) =>
          aPublishJob({ company, id: idOf(number), status: 'failed', ended }),
        );
      const fits = jobs(maxSortedJobs);
      const last = idOf(maxSortedJobs - 1);
      await lagging([], fits, fits.slice(-2));
      expect(await list({}, 'errors', 1)).toEqual({ ids: [last], next: last });

      const oldestFitting = (number: number) =>
        new Date(Date.parse(ended) - number * 1_000 + 1).toISOString();
      const refused = (number: number) => ({
        code: 'job.range-too-wide',
        details: [{ field: 'from', nearest: oldestFitting(number) }],
      });
      await lagging([], jobs(maxSortedJobs + 1), []);
      await expect(list({}, 'errors')).rejects.toMatchObject(refused(maxSortedJobs));
      await expect(list({ statuses: ['stopped', 'failed'] }, 'status')).rejects.toMatchObject(
        refused(maxSortedJobs),
      );
      // By time there is no limit.
      await putJobs(table, ...jobs(maxSortedJobs + 1).slice(-3));
      expect((await list({}, 'started', 2)).ids).toHaveLength(2);
      // Active jobs count as well, and so do jobs that other filters leave out.
      await lagging([queued(1)], fits, []);
      await expect(list({ from: '2024-01-01T00:00:00.000Z' }, 'name')).rejects.toMatchObject(
        refused(maxSortedJobs - 1),
      );
      const active = jobs(maxSortedJobs + 1).map(({ ended: _, ...job }) => ({
        ...job,
        status: 'queued' as const,
      }));
      await lagging(active, [], []);
      await expect(list({}, 'name')).rejects.toMatchObject(refused(maxSortedJobs));
    }, 120_000);

    it('has a job once that has ended just now, whichever index knows of it', async () => {
      await lagging([queued(1), queued(2)], [done(1), done(3)], [done(1), done(2), done(3)]);
      expect((await list()).ids).toEqual([1, 2, 3].map(jobIdOf));
      // By status it stands elsewhere by now.
      // The ids of the builders are of 2024.
      expect((await list({ from: '2024-01-01T00:00:00.000Z' }, 'status')).ids).toEqual(
        [1, 2, 3].map(jobIdOf),
      );
      expect((await list({ state: 'active' })).ids).toEqual([]);
    });

    it('has a job once that has ended and stays in the index of active ones', async () => {
      await lagging([done(1), queued(2)], [done(1)], [done(1), queued(2)]);
      expect((await list()).ids).toEqual([1, 2].map(jobIdOf));
    });

    it('reads no more records than the page needs, however many jobs are active', async () => {
      const many = Array.from({ length: 2_000 }, (_, number) => queued(number));
      const seen = await lagging(many, [], many.slice(0, 10));
      expect(await list({}, 'name', 5)).toEqual({ ids: [0, 1, 2, 3, 4].map(jobIdOf), next: jobIdOf(4) });
      expect(seen.records).toBe(6);
    });

    it('ends where its time is up, and says where it continues', async () => {
      const many = Array.from({ length: 20 }, (_, number) => queued(number));
      let time = 0;
      // All have ended, as their records say.
      const records = many.map(({ id }) => aPublishJob({ company, id, status: 'failed', ended }));
      await lagging(many, [], records);
      expect(
        await list({ state: 'active' }, 'name', 2, () => {
          time += 6_000;
          return time;
        }),
      ).toEqual({ ids: [], next: jobIdOf(2) });
    });
  });
}
