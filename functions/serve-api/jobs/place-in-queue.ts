import type { JobRecords } from '../../../adapters/dynamodb/jobs/job-records.ts';
import type { Job } from '../../../domain/jobs/job.ts';
import { type PlaceInQueue, placeInQueue } from '../../../domain/jobs/queue.ts';

export type PlaceDependencies = Pick<JobRecords, 'readQueue' | 'readLocks'>;

/**
 * Where the jobs of an answer that wait stand in the queue, by id. The queue and the locks of the company are read once,
 * and only if one of them waits: half a read unit for each 2 kB of either, some 40 jobs.
 */
export async function placesOf(
  company: string,
  jobs: readonly Job[],
  { readQueue, readLocks }: PlaceDependencies,
): Promise<ReadonlyMap<string, PlaceInQueue>> {
  const waiting = jobs.flatMap((job) => (job.kind === 'publish' && job.status === 'queued' ? [job] : []));
  if (waiting.length === 0) return new Map();
  const [queue, locks] = await Promise.all([readQueue(company), readLocks(company)]);
  return new Map(waiting.map(({ id, servers }) => [id, placeInQueue({ jobId: id, servers }, queue, locks)]));
}
