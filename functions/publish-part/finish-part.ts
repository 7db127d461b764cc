import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PartRecord, PartStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { PublishDependencies } from '../../application/assets/publish-asset.ts';
import { Failure } from '../../domain/failure.ts';
import { haveSameCounts, sumByServer, sumOfLogEntries } from '../../domain/jobs/counts.ts';
import { isTerminal, type JobCounts, type LogEntry, type PublishJob } from '../../domain/jobs/job.ts';
import type { PublishPartOutput } from '../../statemachines/publish-job.contract.ts';
import type { AdaptiveConcurrency, AdaptiveConcurrencyDependencies } from './adaptive-concurrency.ts';

export type FinishPartDependencies = Pick<JobStore, 'getJob'> &
  Pick<PartStore, 'getPart' | 'putPart' | 'replacePart'> &
  Pick<JobLogs, 'addPartLog'> &
  Pick<PublishDependencies, 'invalidateAssets'> &
  Pick<AdaptiveConcurrencyDependencies, 'timeLeft' | 'wait' | 'warn'> & {
    /** Writes the history that is still buffered. */
    readonly flushHistory: () => Promise<void>;
    /** ISO 8601, UTC. */
    readonly now: () => string;
  };

/** Milliseconds. A worker whose part was closed waits for the final counts of the job until only this much time is left. */
const minTimeLeft = 5_000;

/**
 * Records the result of a part: its log, then the buffered history, then its counts, so that a counted part has its log
 * entries and its history.
 *
 * Another worker or finish-job may have recorded the part before. Then log and counts come to hold what all of them have
 * done, and so do the counts of a job that has ended. Logs only grow by merging, and a record replaces another only with
 * counts of a log that was read after the other record: the last writer leaves log and counts in agreement. A worker that
 * dies between the two writes leaves them different until the part runs again.
 *
 * Costs: one PUT and 1 write unit. If the part was recorded before: a GET and a PUT for the log, about 2 read units and
 * 5 write units.
 * @returns the counts of the part
 * @throws Failure `storage.busy` if the counts of the job were not final in time
 */
export async function finishPart(
  part: Pick<PublishPartOutput, 'company' | 'jobId' | 'level' | 'part'>,
  found: readonly LogEntry[],
  { invalidate }: Pick<PublishJob, 'invalidate'>,
  retryTransient: AdaptiveConcurrency['retryTransient'],
  dependencies: FinishPartDependencies,
): Promise<JobCounts> {
  const { company, jobId } = part;
  const first = await write();
  // History before counts: no later call reads a part that is counted.
  await retryTransient(dependencies.flushHistory);
  if (await retryTransient(() => dependencies.putPart(company, jobId, first))) return first.counts;
  // The job's invalidation may have missed what this worker did. Before the counts: no call repeats this later.
  if (invalidate) await invalidateLate(company, found, dependencies);
  // Not untilUnchanged: the limit is the time that is left, and workers of one part are few.
  for (;;) {
    const before = await retryTransient(() => dependencies.getPart(company, jobId, part));
    const status = (await retryTransient(() => dependencies.getJob(company, jobId)))?.status;
    const hasEnded = status === undefined || isTerminal(status);
    if (before?.closed && !hasEnded) {
      // finish-job is still adding up, and may not have written the log of the part that it closed.
      await waitForEnd();
      continue;
    }
    const record = await write();
    const isWritten = before
      ? (!before.closed && haveSameCounts(before, record)) ||
        (await retryTransient(() => dependencies.replacePart(company, jobId, before, record, hasEnded)))
      : await retryTransient(() => dependencies.putPart(company, jobId, record));
    if (isWritten) return record.counts;
  }

  async function write(): Promise<PartRecord> {
    const entries = await retryTransient(() => dependencies.addPartLog(part, found));
    return {
      level: part.level,
      part: part.part,
      counts: sumOfLogEntries(entries),
      perServer: sumByServer(entries),
      closed: false,
      at: dependencies.now(),
    };
  }

  async function waitForEnd(): Promise<void> {
    if (dependencies.timeLeft() < minTimeLeft) {
      throw new Failure('storage.busy', `The counts of job ${jobId} were not final in time`);
    }
    await dependencies.wait(1_000);
  }
}

/**
 * Invalidates what a worker replaced after its job had ended: a message for each 100 assets of the part. Repeating it is
 * harmless. A failure does not keep the counts from being recorded: stale copies then stay for 10 hours at most.
 */
async function invalidateLate(
  company: string,
  entries: readonly LogEntry[],
  { invalidateAssets, warn }: Pick<FinishPartDependencies, 'invalidateAssets' | 'warn'>,
): Promise<void> {
  const replaced = new Set(entries.flatMap(({ replaced, asset }) => (replaced && asset ? [asset] : [])));
  try {
    await invalidateAssets(company, [...replaced]);
  } catch (error) {
    warn('Replacements of a late worker could not be invalidated', { company, error });
  }
}
