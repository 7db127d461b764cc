import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { formatBytes } from '../output/format.ts';
import { type Job, terminalStatuses } from './job-text.ts';

/** Milliseconds between two looks at a job. */
const intervalMs = 1_000;

/**
 * Yields a job whenever it has changed, until it has finished. Draws its progress on a terminal; elsewhere each new status is
 * a line on standard error.
 */
export async function* followJob(context: Context, first: Job): AsyncGenerator<Job, Job, undefined> {
  const { client, signal, io, progress, note } = context;
  const params = { jobId: first.id };
  const task = progress.start(first.name);
  let job = first;
  let shown: string | undefined;
  try {
    for (;;) {
      const state = JSON.stringify([job.status, job.counts, job.kind === 'publish' && job.position]);
      if (state !== shown) {
        const isNew = shown === undefined || JSON.parse(shown)[0] !== job.status;
        shown = state;
        if (isNew && !io.stderr.isTTY) note(`${job.name}: ${job.status}`);
        yield job;
      }
      task.update(progressText(job), { done: job.progress, total: 1 });
      if (terminalStatuses.includes(job.status)) return job;
      await io.wait(intervalMs, signal);
      job = await client.call('readJob', { params, signal });
    }
  } finally {
    await task.end(`${job.name}: ${job.status}`);
  }
}

/** Waits until the job has finished. */
export async function untilFinished(context: Context, first: Job): Promise<Job> {
  const following = followJob(context, first);
  for (;;) {
    const { done, value } = await following.next();
    if (done) return value;
  }
}

function progressText(job: Job): string {
  if (job.status === 'queued') {
    const place = job.kind === 'publish' ? job.position : undefined;
    return place === undefined ? 'waits' : `waits at position ${place}`;
  }
  const { counts } = job;
  const total = job.planned ? counts.total : '?';
  const rate = job.rate === undefined ? '' : `, ${job.rate.toFixed(0)}/s`;
  const errors = counts.errors > 0 ? `, ${counts.errors} errors` : '';
  const bytes = job.kind === 'action' ? '' : `, ${formatBytes(counts.bytes)}`;
  return `${counts.done + counts.skipped}/${total}${bytes}${rate}${errors}`;
}

/** The exit code for the end of a job. */
export function exitCodeOfJob({ status }: Job): ExitCode {
  return status === 'succeeded' ? 0 : 7;
}
