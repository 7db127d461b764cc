import { defineCommand, one } from '../command.ts';
import { findJob } from './find-job.ts';
import { jobLines } from './job-text.ts';

/** How commands name a job. */
export const jobArgument = one('Id of the job, the beginning of its id, its name, or latest');

export const showJob = defineCommand({
  path: 'jobs show',
  feature: 'jobs',
  summary: 'Show a job with its counts',
  args: { job: jobArgument },
  options: {},
  examples: [{ command: 'jobs show latest', does: 'shows the job that was submitted last' }],
  show: { lines: jobLines },
  async *run(context, { job }) {
    yield await findJob(context, job);
    return 0;
  },
});
