import type { PublishJob } from '../../domain/job/job.ts';
import type { JobRecords } from '../dynamodb/job-records.ts';
import { type Executions, executionName } from '../stepfunctions/executions.ts';

/**
 * Writes a job and starts its execution. Where the execution cannot be started, the job keeps its place in the queue
 * and is started when the next job of the company ends, waits or is cancelled.
 * @returns the error of the start, for the log; undefined if there was none
 */
export async function submitPublishJob(
  job: PublishJob,
  dependencies: Pick<JobRecords, 'createPublishJob'> & Executions,
): Promise<{ startError?: unknown }> {
  await dependencies.createPublishJob(job);
  try {
    await dependencies.startExecution(executionName(job.id, job.attempt), {
      company: job.company,
      jobId: job.id,
    });
    return {};
  } catch (startError) {
    return { startError };
  }
}
