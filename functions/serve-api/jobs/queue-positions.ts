import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { Job } from '../../../domain/jobs/job.ts';
import { type QueuePosition, queuePosition } from '../../../domain/jobs/queue.ts';

export type QueuePositionDependencies = Pick<JobStore, 'readQueue' | 'readLocks'>;

/**
 * Where the jobs of an answer that wait stand in the queue, by id. The queue and the locks of the company are read once,
 * and only if one of them waits: half a read unit for each 2 kB of either, some 40 jobs.
 */
export async function queuePositions(
  company: string,
  jobs: readonly Job[],
  { readQueue, readLocks }: QueuePositionDependencies,
): Promise<ReadonlyMap<string, QueuePosition>> {
  const waiting = jobs.flatMap((job) => (job.kind === 'publish' && job.status === 'queued' ? [job] : []));
  if (waiting.length === 0) return new Map();
  const [queue, locks] = await Promise.all([readQueue(company), readLocks(company)]);
  return new Map(waiting.map(({ id, servers }) => [id, queuePosition({ jobId: id, servers }, queue, locks)]));
}
