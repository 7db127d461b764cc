import { defineCommand, flag } from '../command.ts';
import { findJob } from './find-job.ts';
import { exitCodeOfJob, followJob } from './follow-job.ts';
import { jobLines } from './job-text.ts';
import { jobArgument } from './show.ts';

export const retryJob = defineCommand({
  path: 'jobs retry',
  feature: 'jobs',
  summary: 'Submit a job for the assets that failed or were not reached in another job',
  args: { job: jobArgument },
  options: { watch: flag('follow the new job until it has finished') },
  examples: [{ command: 'jobs retry latest --watch', does: 'publishes what failed, and waits' }],
  show: { lines: jobLines },
  async *run(context, { job: wanted, watch }) {
    const { client, signal } = context;
    const { id: jobId } = await findJob(context, wanted);
    const job = await client.call('retryJob', { params: { jobId }, signal });
    if (watch) return exitCodeOfJob(yield* followJob(context, job));
    yield job;
    return 0;
  },
});
