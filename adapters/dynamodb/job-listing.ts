/** Lists of jobs: by the index that the plan names, then by the records that it leads to. Never by a scan. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../domain/job/job.ts';
import {
  type JobFilters,
  type JobListPlan,
  matchesJobList,
  statusesLeft,
} from '../../domain/job/plan-job-list.ts';
import { firstIdAt, lastIdAt } from '../../domain/job/ulid-times.ts';
import { batchGet } from './batch-get.ts';
import { jobListIndexes } from './job-list-item.ts';
import { jobOf } from './job-records.ts';
import { jobKey, jobListKey, jobsIndexKey } from './keys.ts';

/** A row of an index, and with it where a page ended. */
export interface JobPosition {
  readonly id: string;
  /** What the row stands at in the order of the list. */
  readonly key: string;
}

export interface JobListing {
  /**
   * A page of the jobs that `filters` finds right. It ends early, perhaps empty, where too little was found in 5 seconds:
   * `next` then goes on from there. A page of 100 takes 101 rows of some 250 bytes, 3 to 7 read units, and half a read
   * unit for each job. What the index does not tell is filtered while it is read: 32 read units for each 1,000 rows that
   * are passed over.
   */
  listJobs(
    company: string,
    plan: JobListPlan,
    filters: JobFilters,
    page: { readonly limit: number; readonly after?: JobPosition | undefined },
  ): Promise<{ items: Job[]; next?: JobPosition }>;
}

/** Milliseconds. Leaves a request far from API Gateway's 30 seconds. */
const mostTime = 5_000;

/** Rows that one query looks at where some are filtered out: 250 kB of the 1 MB that it may. */
const mostRows = 1_000;

export function jobListing(
  documents: DynamoDBDocumentClient,
  tableName: string,
  clock: () => number,
): JobListing {
  return {
    async listJobs(company, plan, filters, { limit, after }) {
      // A state and statuses that none of its jobs has: no condition can say so.
      if (statusesLeft(filters)?.length === 0) return { items: [] };
      const end = clock() + mostTime;
      const items: Job[] = [];
      let last = after;
      do {
        const { rows, next } = await readRows(company, plan, last, limit - items.length + 1);
        const jobs = await recordsOf(company, rows);
        for (const row of rows) {
          const job = jobs.get(row.id);
          // Indexes follow the records after a moment.
          if (job && matchesJobList(job, filters)) {
            if (items.length === limit && last) return { items, next: last };
            items.push(job);
          }
          last = row;
        }
        if (next === undefined) return { items };
        last = next;
      } while (clock() < end);
      return { items, next: last };
    },
  };

  async function readRows(
    company: string,
    plan: JobListPlan,
    after: JobPosition | undefined,
    wanted: number,
  ): Promise<{ rows: JobPosition[]; next?: JobPosition }> {
    const { name, partitionKey, sortKey } = jobListIndexes[plan.by];
    const range = rangeOf(plan);
    const filter = filterOf(plan.rest);
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
        Limit: filter.conditions.length === 0 ? Math.min(wanted, mostRows) : mostRows,
        ...(after === undefined
          ? {}
          : {
              ExclusiveStartKey: {
                ...jobListKey(company, after.id),
                [partitionKey]: jobsIndexKey(company),
                [sortKey]: after.key,
              },
            }),
      }),
    );
    const rowOf = (item: Record<string, unknown>): JobPosition => ({
      id: String(item.pk).slice(jobListKey(company, '').pk.length),
      key: String(item[sortKey]),
    });
    return { rows: Items.map(rowOf), ...(LastEvaluatedKey ? { next: rowOf(LastEvaluatedKey) } : {}) };
  }

  async function recordsOf(company: string, rows: readonly JobPosition[]): Promise<Map<string, Job>> {
    const keys = rows.map(({ id }) => jobKey(company, id));
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

function filterOf(rest: JobFilters): Filter {
  const filter: Filter = { conditions: [], names: {}, values: {} };
  const { kind, user, from, to } = rest;
  const add = (name: string, condition: string, values: Record<string, string>) => {
    filter.names[`#${name}`] = name;
    filter.conditions.push(condition);
    Object.assign(filter.values, values);
  };
  const statuses = statusesLeft(rest)?.map((status, index) => [`:status${index}`, status] as const);
  if (kind !== undefined) add('kind', '#kind = :kind', { ':kind': kind });
  if (user !== undefined) add('owner', '#owner = :owner', { ':owner': user });
  if (statuses !== undefined)
    add('status', `#status IN (${statuses.map(([name]) => name).join(', ')})`, Object.fromEntries(statuses));
  if (from !== undefined) add('jobId', '#jobId >= :first', { ':first': firstIdAt(from) });
  if (to !== undefined) add('jobId', '#jobId <= :last', { ':last': lastIdAt(to) });
  return filter;
}
