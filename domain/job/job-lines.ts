/** The first and last line of a publish job's log. */
import type { JobCounts, LogLine, PublishJob } from './job.ts';

export function beginLine(job: Pick<PublishJob, 'name' | 'publish' | 'servers'>, time: string): LogLine {
  const what = job.publish === 'new' ? 'what was never published' : 'what is new or changed';
  return { time, outcome: 'begin', message: `${job.name}: publishes ${what} to ${job.servers.join(', ')}` };
}

export function endLine(
  job: Pick<PublishJob, 'name' | 'status' | 'counts' | 'reason'>,
  time: string,
): LogLine {
  const { status, counts, reason } = job;
  const message = `${job.name}: ${status}. ${describe(counts)}${reason === undefined ? '' : ` ${reason}`}`;
  return { time, outcome: 'end', message };
}

function describe({ total, done, skipped, errors, notReached }: JobCounts): string {
  return `${total} planned, ${done} published, ${skipped} skipped, ${errors} errors, ${notReached} not reached.`;
}
