/** Publish jobs of the measurements: submitted through the API and read from the table, which loads the cloud least. */
import { setTimeout as wait } from 'node:timers/promises';
import type { OperationResponse } from '@pressroom/client/create-client';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { isTerminal, type Job } from '../../domain/jobs/job.ts';
import { type BenchCloud, company } from './bench-cloud.ts';

/** Milliseconds between reads. */
const lookEvery = 25;

export function submitNew({ api }: BenchCloud): Promise<OperationResponse<'submitJob'>> {
  return api.call('submitJob', { body: { publish: 'new' } });
}

/** Waits until the job meets a condition. */
export async function waitForJob(
  { documents, output }: Pick<BenchCloud, 'documents' | 'output'>,
  jobId: string,
  wanted: (job: Job) => boolean,
): Promise<Job> {
  const { getJob } = jobStore(documents, output('JobTable'));
  for (;;) {
    const job = await getJob(company, jobId);
    if (job && wanted(job)) return job;
    await wait(lookEvery);
  }
}

export function waitForEnd(bench: Pick<BenchCloud, 'documents' | 'output'>, jobId: string): Promise<Job> {
  return waitForJob(bench, jobId, ({ status }) => isTerminal(status));
}
