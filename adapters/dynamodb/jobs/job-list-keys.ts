/**
 * What an ended job bears so that it stands in the lists of its company: attributes of its own item, put there by the
 * write that ends it. Until then it stands in none of the ten orders, and its item is as small as live counts need it.
 *
 * They make ten rows, of a write unit each, once: an ended job stays where it is, but for counts that are put right
 * later. The item grows by some 500 bytes: up to a write unit more for the write that ends the job.
 */
import type { Job } from '../../../domain/jobs/job.ts';
import { type JobSort, type ListedEnd, type ListedJob, sortKeys } from '../../../domain/jobs/job-order.ts';
import { jobLists, jobsIndexKey } from '../keys.ts';

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

/** Besides its id, which is the key of the order of submission. */
export function jobListKeys(
  job: ListedJob & Pick<Job, 'company'>,
  end: ListedEnd,
): Readonly<Record<string, string>> {
  const { started, ...keys } = sortKeys(job, end);
  const attributes = Object.entries(keys).map(([sort, key]) => [
    jobListIndexes[sort as keyof typeof keys].sortKey,
    key,
  ]);
  return { companyKey: jobsIndexKey(job.company), ...Object.fromEntries(attributes) };
}
