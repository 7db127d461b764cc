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
