import { defineCommand } from '../command.ts';
import { findJob } from './find-job.ts';
import { exitCodeOfJob, followJob } from './follow-job.ts';
import { endLine, terminalStatuses } from './job-text.ts';
import { jobArgument } from './show.ts';

export const watchJob = defineCommand({
  path: 'jobs watch',
  feature: 'jobs',
  summary: 'Follow a job until it has finished',
  notes: ['Ctrl-C ends the command, not the job. The exit code is 0 if the job succeeded, otherwise 7.'],
  args: { job: jobArgument },
  options: {},
  examples: [
    { command: 'jobs watch latest', does: 'shows the progress until the job has finished' },
    { command: 'jobs watch 01JDEZ3T5V0A1B2C3D4E5F6G7H --json', does: 'prints the job at every change' },
  ],
  show: {
    lines: (job, paint) => (terminalStatuses.includes(job.status) ? [endLine(job, paint)] : []),
  },
  async *run(context, { job }) {
    return exitCodeOfJob(yield* followJob(context, await findJob(context, job)));
  },
});
