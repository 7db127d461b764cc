import { defineCommand, flag } from '../command.ts';
import { findJob } from './find-job.ts';
import { followJob } from './follow-job.ts';
import { jobLines } from './job-text.ts';
import { jobArgument } from './show.ts';

export const cancelJob = defineCommand({
  path: 'jobs cancel',
  feature: 'jobs',
  summary: 'Stop a job at its next safe point. What is live stays live',
  args: { job: jobArgument },
  options: {
    force: flag('end by force a job that has been stopping for five minutes'),
    watch: flag('wait until it has stopped'),
  },
  examples: [{ command: 'jobs cancel latest --watch', does: 'stops the job and waits' }],
  show: { lines: jobLines },
  async *run(context, { job: wanted, force, watch }) {
    const { client, signal } = context;
    const { id: jobId } = await findJob(context, wanted);
    const job = await client.call('cancelJob', { params: { jobId }, body: { force }, signal });
    if (!watch) yield job;
    else yield* followJob(context, job);
    return 0;
  },
});
