/** The first and last entry of a publish job's log. */
import type { JobCounts, JobScope, LogEntry, PublishJob } from './job.ts';

type LoggedJob = Pick<
  PublishJob,
  'name' | 'publish' | 'servers' | 'scope' | 'force' | 'invalidate' | 'runAs'
>;

/** The first entry: what the job will do. @param time ISO 8601, UTC */
export function beginLogEntry(job: LoggedJob, time: string): LogEntry {
  const search = job.publish === 'full-with-search' ? '. Search data of eCatalogs is not built yet' : '';
  const invalidated = { 'disable-server': 'withdrawn', undo: 'restored and withdrawn' } as const;
  const which =
    job.publish in invalidated ? invalidated[job.publish as keyof typeof invalidated] : 'replaced';
  const invalidation = job.invalidate ? `, and invalidates the ${which} assets in the CDN` : '';
  const runAs = job.runAs === undefined ? '' : `. It runs as ${job.runAs}`;
  return { time, outcome: 'begin', message: `${job.name}: ${workOf(job)}${invalidation}${search}${runAs}` };
}

function workOf({ publish, servers, scope, force }: LoggedJob): string {
  const where = servers.join(', ');
  if (publish === 'enable-server') return `marks all assets that ${where} takes as pending`;
  if (publish === 'disable-server') return `withdraws all assets from ${where}`;
  if (publish === 'undo' && scope?.kind === 'undo')
    return `undoes job ${scope.jobId} on ${where}: puts back what was live before, and withdraws what was new`;
  const selected = publish === 'new' ? 'new assets' : 'new and changed assets';
  return `publishes ${force ? 'all assets that should be live' : selected}${scope ? scopeOf(scope) : ''} to ${where}`;
}

function scopeOf(scope: JobScope): string {
  switch (scope.kind) {
    case 'folder':
      return ` in ${scope.folder}${scope.below ? ' and the folders below it' : ''}`;
    case 'assets':
      return scope.count === 1 ? ' from a list of 1 asset' : ` from a list of ${scope.count} assets`;
    case 'failed':
      return ` that failed in job ${scope.jobId}`;
    case 'undo':
      return ` of job ${scope.jobId}`;
    case 'plan':
      return ` of plan ${scope.planId}`;
  }
}

/** The last entry: status, counts and, for a failed job, the reason. @param time ISO 8601, UTC */
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
