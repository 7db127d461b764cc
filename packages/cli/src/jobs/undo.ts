import { dryRunLines } from '../assets/dry-run-text.ts';
import { defineCommand, flag } from '../command.ts';
import { findJob } from './find-job.ts';
import { exitCodeOfJob, followJob } from './follow-job.ts';
import { jobLines } from './job-text.ts';
import { jobArgument } from './show.ts';

export const undo = defineCommand({
  path: 'undo',
  feature: 'jobs',
  summary: 'Submit a job that puts back what was live before another job, and withdraws what was new',
  args: { job: jobArgument },
  options: {
    dryRun: flag('change nothing; say what would be done'),
    yes: flag('do not ask'),
    watch: flag('follow the new job until it has finished'),
  },
  examples: [
    { command: 'undo latest --dry-run', does: 'says what undoing the latest job would do' },
    { command: 'undo latest --watch', does: 'asks, undoes the job and waits' },
  ],
  show: {
    lines: (output, paint) =>
      output.kind === 'plan' ? dryRunLines(output, paint) : jobLines(output.job, paint),
  },
  async *run(context, { job: wanted, dryRun, yes, watch }) {
    const { client, signal, confirm } = context;
    const { id: jobId, name } = await findJob(context, wanted);
    if (dryRun) {
      yield { kind: 'plan', ...(await client.dryRun('undoJob', { params: { jobId }, signal })) };
      return 0;
    }
    await confirm(`Undo ${name}?`, yes);
    const job = await client.call('undoJob', { params: { jobId }, signal });
    if (!watch) {
      yield { kind: 'job', job };
      return 0;
    }
    const following = followJob(context, job);
    for (;;) {
      const { done, value } = await following.next();
      if (done) return exitCodeOfJob(value);
      yield { kind: 'job', job: value };
    }
  },
});
