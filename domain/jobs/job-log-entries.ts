/** The first and last line of a publish job's log. */
import type { JobCounts, JobScope, LogEntry, PublishJob } from './job.ts';

type LoggedJob = Pick<
  PublishJob,
  'name' | 'publish' | 'servers' | 'scope' | 'force' | 'invalidate' | 'runAs'
>;

export function beginLogEntry(job: LoggedJob, time: string): LogEntry {
  const search = job.publish === 'full-with-search' ? '. Search data of eCatalogs is not built yet' : '';
  const invalidation = job.invalidate
    ? `, and flushes what it ${job.publish === 'disable-server' ? 'withdraws' : 'replaces'} from the CDN`
    : '';
  const runAs = job.runAs === undefined ? '' : `. It runs as ${job.runAs}`;
  return { time, outcome: 'begin', message: `${job.name}: ${workOf(job)}${invalidation}${search}${runAs}` };
}

function workOf({ publish, servers, scope, force }: LoggedJob): string {
  const where = servers.join(', ');
  if (publish === 'enable-server') return `makes all due that belongs on ${where}`;
  if (publish === 'disable-server') return `withdraws all that is live on ${where}`;
  const isNew = publish === 'new' ? 'what was never published' : 'what is new or changed';
  return `publishes ${force ? 'all that is wanted live' : isNew}${scope ? scopeOf(scope) : ''} to ${where}`;
}

function scopeOf(scope: JobScope): string {
  switch (scope.kind) {
    case 'folder':
      return ` in ${scope.folder}${scope.below ? ' and below' : ''}`;
    case 'assets':
      return scope.count === 1 ? ' of 1 asset that is named' : ` of ${scope.count} assets that are named`;
    case 'failed':
      return ` of what failed in job ${scope.jobId}`;
  }
}

export function endLogEntry(
  job: Pick<PublishJob, 'name' | 'status' | 'counts' | 'reason'>,
  time: string,
): LogEntry {
  const { status, counts, reason } = job;
  const message = `${job.name}: ${status}. ${describe(counts)}${reason === undefined ? '' : ` ${reason}`}`;
  return { time, outcome: 'end', message };
}

function describe({ total, done, skipped, errors, notReached }: JobCounts): string {
  return `${total} planned, ${done} published, ${skipped} skipped, ${errors} errors, ${notReached} not reached.`;
}
