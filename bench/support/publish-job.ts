/** Publish jobs as the measurements run them: by the API, watched in the table, which costs the cloud the least. */
import { setTimeout as wait } from 'node:timers/promises';
import type { OperationResponse } from '@pressroom/client/create-client';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { isTerminal, type Job } from '../../domain/jobs/job.ts';
import { type BenchCloud, company } from './bench-cloud.ts';

/** Milliseconds between looks. */
const lookEvery = 25;

export function submitNew({ api }: BenchCloud): Promise<OperationResponse<'submitJob'>> {
  return api.call('submitJob', { body: { publish: 'new' } });
}

/** Waits until the job is as wanted. */
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
