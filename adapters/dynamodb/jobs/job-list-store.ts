/**
 * Lists of jobs: ended jobs from one of two indexes by time of submission, the others from the index of active jobs, and
 * then the records of both. Never by a scan.
 */
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../../domain/jobs/job.ts';
import { compareKeys, type ListedEnd, type ListedJob, sortKeys } from '../../../domain/jobs/job-order.ts';
import {
  allowedStatuses,
  type JobFilters,
  type JobListPlan,
  type JobPosition,
  matchesJobList,
  maxSortedJobs,
  tooManyToSort,
} from '../../../domain/jobs/plan-job-list.ts';
import { firstIdAt, lastIdAt } from '../../../domain/jobs/ulid-times.ts';
import { jobKey, jobLists, jobsIndexKey, userJobsIndexKey } from '../keys.ts';
import { batchGet } from '../table/batch-get.ts';
import { queryPages } from '../table/query-pages.ts';
import { activeJobsOf } from './active-jobs-of-company.ts';
import { jobOf } from './job-item.ts';

export interface JobListStore {
  /**
   * A page of the jobs that match `filters`, in the order of the plan.
   *
   * By `started`, the index is read from `after` on, as far as the page needs: 101 rows of about 400 bytes for a page of
   * 100, 5 to 10 read units, and half a read unit for each job. The index filters by kind and status while it is read: 50
   * read units for each 1,000 rows that it leaves out. A page ends early, perhaps empty, if too little was found in 5
   * seconds: `next` then continues from there.
   *
   * By any other column, all rows of the plan's range are read for each page and sorted in memory: 50 read units for
   * each 1,000 jobs of the range.
   *
   * If jobs that have not ended can be in the list, all of the company's are read for each page: 0.03 read units each.
   * That is 0.5 as a rule, 31 for 1,000 active jobs, 305 and three consecutive queries for 10,000. `filters.from` and
   * `filters.to` limit them. The 5 seconds do not include this.
   *
   * Pages continue after the key of the last job, whether that job still exists or not. Jobs that do not change between
   * two pages are on exactly one of them. A job whose key changes meanwhile, because it begins, ends or is renamed, may be
   * on both pages or on none; a new job is on a later page if its key is after `after`.
   * @throws Failure `job.range-too-wide` if the list is sorted in memory and its range has more than `maxSortedJobs`
   * jobs: ended ones of the plan's index and range, and active ones that match `filters`
   */
  listJobs(
    company: string,
    plan: JobListPlan,
    filters: JobFilters,
    page: { readonly limit: number; readonly after?: JobPosition | undefined },
  ): Promise<{ items: Job[]; next?: JobPosition }>;
  /** All jobs of a company that have not ended, in the order of submission, by the index of active jobs. */
  listActiveJobs(company: string): Promise<ListedJob[]>;
  /**
   * The ended jobs of a company that were submitted since a time, newest first, at most 500, as the index has them: no
   * record is read. 5 to 10 read units for each 100. @param since ISO 8601, UTC
   */
  listRecentJobs(
    company: string,
    since: string,
  ): Promise<{ items: (ListedJob & ListedEnd)[]; more: boolean }>;
}

/** Rows that `listRecentJobs` reads: about 200 kB. */
const maxRecentJobs = 500;

/** Far below the 30 seconds that API Gateway allows. */
const maxTimeMs = 5_000;

/** Rows that a query with a filter reads: 400 kB of the 1 MB that it can. */
const maxRows = 1_000;

export function jobListStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  clock: () => number,
): JobListStore {
  return {
    listActiveJobs: (company) => activeJobsOf(documents, tableName, company, { from: '', to: '~' }),

    async listRecentJobs(company, since) {
      const { query } = indexQuery(company, { firstId: firstIdAt(since) });
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({ ...query, ScanIndexForward: false, Limit: maxRecentJobs }),
      );
      return { items: Items.map(endedJobOf), more: LastEvaluatedKey !== undefined };
    },

    async listJobs(company, plan, filters, { limit, after }) {
      // The state and the statuses exclude each other, which no condition can express.
      if (allowedStatuses(filters)?.length === 0) return { items: [] };
      const end = clock() + maxTimeMs;
      const readAfter =
        plan.by === 'started' ? readByTime(company, plan, filters) : readSorted(company, plan, filters);
      const seen = new Set<string>();
      const items: Job[] = [];
      let last = after;
      for (;;) {
        const { rows, next } = await readAfter(last, limit - items.length + 1);
        let open = rows;
        while (open.length > 0) {
          const some = open.slice(0, limit - items.length + 1);
          const jobs = await recordsOf(company, some);
          for (const row of some) {
            const job = jobs.get(row.id);
            // The indexes follow the records after a moment, independently: a job that ends now may be in both.
            if (job && !seen.has(job.id) && matchesJobList(job, filters)) {
              if (items.length === limit && last) return { items, next: last };
              items.push(job);
            }
            seen.add(row.id);
            last = row;
          }
          open = open.slice(some.length);
          if (open.length > 0 && last && clock() >= end) return { items, next: last };
        }
        if (next === undefined) return { items };
        last = next;
        if (clock() >= end) return { items, next };
      }
    },
  };

  function readByTime(company: string, plan: JobListPlan, filters: JobFilters): ReadAfter {
    const reading = activeRows(company, plan, filters);
    const compare = comparing(plan);
    return async (after, wanted) => {
      const [active, { rows, next }] = await Promise.all([reading, endedRows(company, plan, after, wanted)]);
      // Active jobs are sorted in among the ended ones, as far as those are read.
      const among = active.filter(
        (row) => (!after || compare(row, after) > 0) && (!next || compare(row, next) <= 0),
      );
      return { rows: [...among, ...rows].sort(compare), next };
    };
  }

  function readSorted(company: string, plan: JobListPlan, filters: JobFilters): ReadAfter {
    const compare = comparing(plan);
    return async (after) => {
      const active = await activeRows(company, plan, filters);
      const ended = await allEndedRows(company, plan, filters, active);
      const rows = [...active, ...ended].filter((row) => !after || compare(row, after) > 0);
      return { rows: rows.sort(compare) };
    };
  }

  async function activeRows(
    company: string,
    { of, by }: JobListPlan,
    filters: JobFilters,
  ): Promise<JobPosition[]> {
    if (of === 'ended') return [];
    const { from, to } = filters;
    const ids = {
      from: from === undefined ? '' : firstIdAt(from),
      to: to === undefined ? '~' : lastIdAt(to),
    };
    const jobs = await activeJobsOf(documents, tableName, company, ids);
    return jobs
      .filter((job) => matchesJobList(job, filters))
      .map((job) => ({ id: job.id, key: sortKeys(job)[by] }));
  }

  async function endedRows(
    company: string,
    plan: JobListPlan,
    after: JobPosition | undefined,
    limit: number,
  ): Promise<{ rows: JobPosition[]; next?: JobPosition }> {
    if (plan.of === 'active') return { rows: [] };
    const { partition, query } = indexQuery(company, plan);
    const filter = filterOf(plan.remainingFilters);
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        ...query,
        ...(filter.conditions.length === 0 ? {} : { FilterExpression: filter.conditions.join(' AND ') }),
        ExpressionAttributeNames: { ...query.ExpressionAttributeNames, ...filter.names },
        ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ...filter.values },
        ScanIndexForward: !plan.descending,
        Limit: filter.conditions.length === 0 ? Math.min(limit, maxRows) : maxRows,
        // The key of a job that has not ended works too: the row does not have to exist.
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: { ...jobKey(company, after.id), ...partition, id: after.id } }),
      }),
    );
    const rowOf = ({ id }: Record<string, unknown>): JobPosition => ({ id: String(id), key: String(id) });
    return { rows: Items.map(rowOf), ...(LastEvaluatedKey ? { next: rowOf(LastEvaluatedKey) } : {}) };
  }

  /**
   * The ended jobs of the plan's range, newest first. A range that is too wide is therefore refused after as many rows
   * as could have been sorted, and the refusal can name a range that fits.
   */
  async function allEndedRows(
    company: string,
    plan: JobListPlan,
    filters: JobFilters,
    active: readonly JobPosition[],
  ): Promise<JobPosition[]> {
    const activeIds = active.map(({ id }) => id).sort();
    const tooOld = activeIds.at(-1 - maxSortedJobs);
    if (tooOld !== undefined) throw tooManyToSort(plan, tooOld);
    if (plan.of === 'active') return [];
    const jobs: (ListedJob & ListedEnd)[] = [];
    const { query } = indexQuery(company, plan);
    for await (const items of queryPages(documents, { ...query, ScanIndexForward: false })) {
      jobs.push(...items.map(endedJobOf));
      const tooOld = jobs[maxSortedJobs - active.length];
      if (tooOld !== undefined) throw tooManyToSort(plan, tooOld.id);
    }
    return jobs
      .filter((job) => matchesJobList(job, filters))
      .map((job) => ({ id: job.id, key: sortKeys(job, job)[plan.by] }));
  }

  /** The query of the plan's index, without filters. */
  function indexQuery(
    company: string,
    { user, firstId, lastId }: Pick<JobListPlan, 'user' | 'firstId' | 'lastId'>,
  ) {
    const { name, partitionKey, sortKey } = user === undefined ? jobLists.byTime : jobLists.byUser;
    const value = user === undefined ? jobsIndexKey(company) : userJobsIndexKey(company, user);
    const range = rangeOf(firstId, lastId);
    return {
      partition: { [partitionKey]: value },
      query: {
        TableName: tableName,
        IndexName: name,
        KeyConditionExpression: ['#partition = :partition', ...range.conditions].join(' AND '),
        ExpressionAttributeNames: {
          '#partition': partitionKey,
          ...(range.conditions.length === 0 ? {} : { '#sort': sortKey }),
        },
        ExpressionAttributeValues: { ':partition': value, ...range.values },
      } satisfies QueryCommandInput,
    };
  }

  async function recordsOf(company: string, rows: readonly JobPosition[]): Promise<Map<string, Job>> {
    const ids = new Set(rows.map(({ id }) => id));
    const keys = [...ids].map((id) => jobKey(company, id));
    const jobs = (await batchGet(documents, tableName, keys, false)).map(jobOf);
    return new Map(jobs.map((job) => [job.id, job]));
  }
}

/** The rows after a position, in order. `next`: where to continue reading the index; missing if nothing is left. */
type ReadAfter = (
  after: JobPosition | undefined,
  wanted: number,
) => Promise<{ rows: JobPosition[]; next?: JobPosition | undefined }>;

function comparing({ descending }: JobListPlan): (a: JobPosition, b: JobPosition) => number {
  return descending ? (a, b) => compareKeys(b.key, a.key) : (a, b) => compareKeys(a.key, b.key);
}

function endedJobOf(item: Record<string, unknown>): ListedJob & ListedEnd {
  const { id, kind, name, status, submittedBy, runAs, folder, counts, started, ended } =
    item as unknown as ListedJob & ListedEnd;
  return { id, kind, name, status, submittedBy, runAs, folder, counts, started, ended };
}

function rangeOf(
  from: string | undefined,
  to: string | undefined,
): { conditions: string[]; values: Record<string, string> } {
  if (from !== undefined && to !== undefined)
    return { conditions: ['#sort BETWEEN :from AND :to'], values: { ':from': from, ':to': to } };
  if (from !== undefined) return { conditions: ['#sort >= :from'], values: { ':from': from } };
  if (to !== undefined) return { conditions: ['#sort <= :to'], values: { ':to': to } };
  return { conditions: [], values: {} };
}

interface Filter {
  readonly conditions: string[];
  readonly names: Record<string, string>;
  readonly values: Record<string, string>;
}

function filterOf({ kind, statuses }: JobListPlan['remainingFilters']): Filter {
  const filter: Filter = { conditions: [], names: {}, values: {} };
  const add = (condition: string, values: Record<string, string>) => {
    for (const [name] of condition.matchAll(/#\w+/g)) filter.names[name] = name.slice(1);
    filter.conditions.push(condition);
    Object.assign(filter.values, values);
  };
  if (kind !== undefined) add('#kind = :kind', { ':kind': kind });
  if (statuses !== undefined) {
    const values = statuses.map((status, index) => [`:status${index}`, status] as const);
    add(`#status IN (${values.map(([name]) => name).join(', ')})`, Object.fromEntries(values));
  }
  return filter;
}
