import { setTimeout as wait } from 'node:timers/promises';
import type { Client, OperationResponse } from '@pressroom/client/create-client';
import { isTerminal, type JobStatus } from '../../domain/jobs/job.ts';
import type { Report } from './step.ts';

export type JobResponse = OperationResponse<'readJob'>;

/** Milliseconds. */
const pollIntervalMs = 150;
const pollTimeoutMs = 120_000;

/** Reports the progress of a job until it has finished. */
export function followJob(client: Client, jobId: string, report: Report): Promise<JobResponse> {
  return pollUntil(
    () => client.call('readJob', { params: { jobId } }),
    ({ status, counts: { done, skipped, errors, total } }) => {
      report(status, { done: done + skipped + errors, total });
      return isTerminal(status);
    },
  );
}

/**
 * Reads a value until it is as expected.
 * @throws Error after two minutes
 */
export async function pollUntil<T>(read: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + pollTimeoutMs;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not finished after two minutes: ${JSON.stringify(value)}`);
    await wait(pollIntervalMs);
  }
}

/** @throws Error where the job has another status */
export function expectStatus(job: JobResponse, status: JobStatus): void {
  if (job.status === status) return;
  throw new Error(
    `The job "${job.name}" is ${job.status}, expected ${status}: ${job.reason ?? JSON.stringify(job.counts)}`,
  );
}

/**
 * Accepts a job that published everything, or everything of this run: earlier starts may have left an asset that cannot be
 * published, and it must not stop every start from now on.
 * @param ownIds assets of this run
 * @returns a warning about the other assets, if any failed
 * @throws Error if the job ended otherwise, or failed for an asset of this run
 */
export async function expectPublished(
  client: Client,
  job: JobResponse,
  ownIds: ReadonlySet<string>,
): Promise<string | undefined> {
  if (job.status !== 'completed-with-errors') {
    expectStatus(job, 'succeeded');
    return undefined;
  }
  const { items } = await client.call('readJobLog', {
    params: { jobId: job.id },
    query: { outcome: 'error', limit: 100 },
  });
  const failed = items.flatMap(({ asset, message }) => (asset === undefined ? [] : [{ asset, message }]));
  if (failed.length === 0 || failed.some(({ asset }) => ownIds.has(asset))) expectStatus(job, 'succeeded');
  const [first] = failed;
  return `${failed.length} assets of earlier starts could not be published, for example ${first?.asset}: ${first?.message}`;
}
