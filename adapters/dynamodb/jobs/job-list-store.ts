/**
 * Lists of jobs: those that have ended by the index that the plan names, those that have not by the index of active
 * ones, then the records that both lead to. Never by a scan.
 */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../../domain/jobs/job.ts';
import { compareKeys, sortKeys } from '../../../domain/jobs/job-order.ts';
import {
  allowedStatuses,
  type JobFilters,
  type JobListPlan,
  matchesJobList,
} from '../../../domain/jobs/plan-job-list.ts';
import { firstIdAt, lastIdAt } from '../../../domain/jobs/ulid-times.ts';
import { jobKey, jobsIndexKey } from '../keys.ts';
import { batchGet } from '../table/batch-get.ts';
import { activeJobsOf } from './active-jobs-of-company.ts';
import { jobListIndexes } from './job-list-keys.ts';
import { jobOf } from './job-store.ts';

/** A row of an index, and with it where a page ended. */
export interface JobPosition {
  readonly id: string;
  /** What the row stands at in the order of the list. */
  readonly key: string;
}

export interface JobListStore {
  /**
   * A page of the jobs that `filters` finds right. It ends early, perhaps empty, where too little was found in 5 seconds:
   * `next` then goes on from there. A page of 100 takes 101 rows of some 250 bytes, 3 to 7 read units, and half a read
   * unit for each job. What the index does not tell is filtered while it is read: 32 read units for each 1,000 rows that
   * are passed over.
   *
   * Where jobs that have not ended can be among them, all of the company's are read for each page, beside the first
   * rows of the index: 0.03 read units each, so 0.5 as a rule, 31 where 1,000 are at work, 305 and three queries one
   * after the other where 10,000 are. Dates leave only those submitted then. The 5 seconds hold for what follows.
   */
  listJobs(
    company: string,
    plan: JobListPlan,
    filters: JobFilters,
    page: { readonly limit: number; readonly after?: JobPosition | undefined },
  ): Promise<{ items: Job[]; next?: JobPosition }>;
}

/** Milliseconds. Leaves a request far from API Gateway's 30 seconds. */
const maxTime = 5_000;

/** Rows that one query looks at where some are filtered out: 250 kB of the 1 MB that it may. */
const maxRows = 1_000;

export function jobListStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  clock: () => number,
): JobListStore {
  return {
    async listJobs(company, plan, filters, { limit, after }) {
      // A state and statuses that none of its jobs has: no condition can say so.
      if (allowedStatuses(filters)?.length === 0) return { items: [] };
      const end = clock() + maxTime;
      const compare = (a: JobPosition, b: JobPosition) =>
        plan.descending ? compareKeys(b.key, a.key) : compareKeys(a.key, b.key);
      const reading = activeRows(company, plan, filters);
      const seen = new Set<string>();
      const items: Job[] = [];
      let last = after;
      for (;;) {
        const [active, { rows, next }] = await Promise.all([
          reading,
          readRows(company, plan, last, limit - items.length + 1),
        ]);
        // What goes on stands among what has ended, as far as that is read.
        const among = active.filter(
          (row) => (!last || compare(row, last) > 0) && (!next || compare(row, next) <= 0),
        );
        let open = [...among, ...rows].sort(compare);
        while (open.length > 0) {
          const some = open.slice(0, limit - items.length + 1);
          const jobs = await recordsOf(company, some);
          for (const row of some) {
            const job = jobs.get(row.id);
            // The indexes follow the records after a moment, each by itself: one that ends now may be in both.
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

  async function readRows(
    company: string,
    plan: JobListPlan,
    after: JobPosition | undefined,
    limit: number,
  ): Promise<{ rows: JobPosition[]; next?: JobPosition }> {
    if (plan.of === 'active') return { rows: [] };
    const { name, partitionKey, sortKey } = jobListIndexes[plan.by];
    const range = rangeOf(plan);
    const filter = filterOf(plan.remainingFilters);
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: name,
        KeyConditionExpression: ['#partition = :partition', ...range.conditions].join(' AND '),
        ...(filter.conditions.length === 0 ? {} : { FilterExpression: filter.conditions.join(' AND ') }),
        ExpressionAttributeNames: {
          '#partition': partitionKey,
          ...(range.conditions.length === 0 ? {} : { '#sort': sortKey }),
          ...filter.names,
        },
        ExpressionAttributeValues: {
          ':partition': jobsIndexKey(company),
          ...range.values,
          ...filter.values,
        },
        ScanIndexForward: !plan.descending,
        Limit: filter.conditions.length === 0 ? Math.min(limit, maxRows) : maxRows,
        ...(after === undefined
          ? {}
          : {
              // The place of a job that has not ended serves as well: no row need be there.
              ExclusiveStartKey: {
                ...jobKey(company, after.id),
                [partitionKey]: jobsIndexKey(company),
                [sortKey]: after.key,
              },
            }),
      }),
    );
    const rowOf = (item: Record<string, unknown>): JobPosition => ({
      id: String(item.pk).slice(jobKey(company, '').pk.length),
      key: String(item[sortKey]),
    });
    return { rows: Items.map(rowOf), ...(LastEvaluatedKey ? { next: rowOf(LastEvaluatedKey) } : {}) };
  }

  async function recordsOf(company: string, rows: readonly JobPosition[]): Promise<Map<string, Job>> {
    const ids = new Set(rows.map(({ id }) => id));
    const keys = [...ids].map((id) => jobKey(company, id));
    const jobs = (await batchGet(documents, tableName, keys, false)).map(jobOf);
    return new Map(jobs.map((job) => [job.id, job]));
  }
}

function rangeOf({ from, to }: JobListPlan): { conditions: string[]; values: Record<string, string> } {
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

function filterOf({ kind, user, statuses, from, to }: JobListPlan['remainingFilters']): Filter {
  const filter: Filter = { conditions: [], names: {}, values: {} };
  const add = (condition: string, values: Record<string, string>) => {
    for (const [name] of condition.matchAll(/#\w+/g)) filter.names[name] = name.slice(1);
    filter.conditions.push(condition);
    Object.assign(filter.values, values);
  };
  if (kind !== undefined) add('#kind = :kind', { ':kind': kind });
  if (user !== undefined)
    add('(#runAs = :user OR (attribute_not_exists(#runAs) AND #submittedBy = :user))', { ':user': user });
  if (statuses !== undefined) {
    const values = statuses.map((status, index) => [`:status${index}`, status] as const);
    add(`#status IN (${values.map(([name]) => name).join(', ')})`, Object.fromEntries(values));
  }
  if (from !== undefined) add('#id >= :first', { ':first': firstIdAt(from) });
  if (to !== undefined) add('#id <= :last', { ':last': lastIdAt(to) });
  return filter;
}
