import type { Job } from '../../../domain/jobs/job.ts';
import { jobUser } from '../../../domain/jobs/job-order.ts';
import { activeIndexKeys, endedIndexKeys, jobKey, jobLists, jobTable } from '../keys.ts';

/** A job as its item, with its keys in the index of active jobs or in the lists of ended ones. */
export function jobItem(job: Job) {
  const { company, id, ended } = job;
  return {
    ...job,
    ...jobKey(company, id),
    ...(ended === undefined ? activeIndexKeys(company, id) : endedIndexKeys(company, jobUser(job))),
  };
}

/** Attributes of the item that do not belong to the job. */
const itemAttributes = new Set<string>([
  'pk',
  'sk',
  jobTable.timeToLive,
  ...Object.values(jobTable.indexes).flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
]);
itemAttributes.delete(jobLists.byTime.sortKey);

/** The job of an item. */
export function jobOf(item: Record<string, unknown>): Job {
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => !itemAttributes.has(name)),
  ) as unknown as Job;
}
