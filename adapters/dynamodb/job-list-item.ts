/**
 * The place of a job in the lists of its company: an item of its own, so that what the indexes are made of is written
 * when a job is made, begins, is asked to stop and ends, and never by its live counts; nor does it make the item longer
 * that those write, which has to stay below 1 kB.
 *
 * It costs some 50 write units for each job, whatever its size: ten rows when it is made, about as many for each
 * further status, two for a row whose place changes: $0.00003.
 */
import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Job, JobCounts, JobStatus } from '../../domain/job/job.ts';
import { endKeys, type JobSort, jobUser, nameKey, sortKeys, statusKey } from '../../domain/job/job-order.ts';
import { expiryOf } from './expiry.ts';
import { jobListKey, jobLists, jobsIndexKey, jobTable } from './keys.ts';

/** The index that has the order of a column. */
export const jobListIndexes = {
  type: jobLists.byKind,
  name: jobLists.byName,
  started: jobLists.byCompany,
  total: jobLists.byTotal,
  warnings: jobLists.byWarnings,
  errors: jobLists.byErrors,
  duration: jobLists.byDuration,
  status: jobLists.byStatus,
  destination: jobLists.byDestination,
  user: jobLists.byUser,
} as const satisfies Record<JobSort, { name: string; sortKey: string }>;

export function jobListItem(job: Job) {
  const { company, id, kind, status, ended } = job;
  return {
    ...jobListKey(company, id),
    companyKey: jobsIndexKey(company),
    jobId: id,
    kind,
    status,
    owner: jobUser(job),
    ...attributesOf(sortKeys(job)),
    ...(ended === undefined ? {} : { [jobTable.timeToLive]: expiryOf(ended) }),
  };
}

/** What moves a job in the lists. */
export interface JobListChange {
  readonly status?: JobStatus;
  readonly name?: string;
  readonly end?: {
    readonly counts: JobCounts;
    readonly started?: string | undefined;
    readonly ended: string;
  };
}

/** The write that moves a job in the lists, for the transaction that changes the job. */
export function jobListWrite(
  tableName: string,
  company: string,
  id: string,
  { status, name, end }: JobListChange,
): { readonly Update: UpdateCommandInput & { readonly UpdateExpression: string } } {
  const values: Record<string, string | number> = {
    ...(status === undefined ? {} : { status, ...attributesOf({ status: statusKey(id, status) }) }),
    ...(name === undefined ? {} : attributesOf({ name: nameKey(id, name) })),
    ...(end === undefined
      ? {}
      : { ...attributesOf(endKeys(id, end)), [jobTable.timeToLive]: expiryOf(end.ended) }),
  };
  const names = Object.keys(values);
  return {
    Update: {
      TableName: tableName,
      Key: jobListKey(company, id),
      UpdateExpression: `SET ${names.map((one) => `#${one} = :${one}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((one) => [`#${one}`, one])),
      ExpressionAttributeValues: Object.fromEntries(names.map((one) => [`:${one}`, values[one]])),
    },
  };
}

function attributesOf(keys: Readonly<Partial<Record<JobSort, string>>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(keys).map(([sort, key]) => [jobListIndexes[sort as JobSort].sortKey, key]),
  );
}
