import type { JobStore, PartRecord } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { PublishDependencies } from '../../application/assets/publish-asset.ts';
import { Failure } from '../../domain/failure.ts';
import { haveSameCounts, sumByServer, sumOfLogEntries } from '../../domain/jobs/counts.ts';
import { isTerminal, type JobCounts, type LogEntry, type PublishJob } from '../../domain/jobs/job.ts';
import type { PublishPartOutput } from '../../statemachines/publish-job.contract.ts';
import type { AdaptiveConcurrency, AdaptiveConcurrencyDependencies } from './adaptive-concurrency.ts';
import { invalidateLate } from './invalidate-late.ts';

export type FinishPartDependencies = Pick<JobStore, 'getJob' | 'getPart' | 'putPart' | 'replacePart'> &
  Pick<JobFiles, 'addPartLog'> &
  Pick<PublishDependencies, 'invalidateAssets'> &
  Pick<AdaptiveConcurrencyDependencies, 'timeLeft' | 'wait' | 'warn'> & {
    /** ISO 8601, UTC. */
    readonly now: () => string;
  };

/** Milliseconds. A worker that comes after its job was ended waits until so little is left for its counts to be final. */
const minTimeLeft = 5_000;

/**
 * Writes down what a part came to: its log, then its counts, so that a part that is counted has its lines. Where it was
 * written before, by another worker or by finish-job, both come to hold what all of them have done, and so do the counts
 * of a job that has ended. Logs only grow together, and the record that replaces another is made of a log that was read
 * after that one: whoever comes last leaves log and counts alike. One that dies between the two leaves them apart, unless
 * the part is run again.
 *
 * A PUT and a write unit; where another was before, a GET and a PUT for the log, some 2 read units and 5 write units.
 * @returns what the part came to
 * @throws Failure `storage.busy` where the counts of the job were not final in time
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
  if (await retryTransient(() => dependencies.putPart(company, jobId, first))) return first.counts;
  // The flush of what the job replaced may not have seen what this worker did: nobody comes after one that dies here.
  if (invalidate) await invalidateLate(company, found, dependencies);
  for (;;) {
    const before = await retryTransient(() => dependencies.getPart(company, jobId, part));
    const status = (await retryTransient(() => dependencies.getJob(company, jobId)))?.status;
    const hasEnded = status === undefined || isTerminal(status);
    if (before?.closed && !hasEnded) {
      // finish-job is still adding up, and may not have written the log of what it closed.
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
    const lines = await retryTransient(() => dependencies.addPartLog(part, found));
    return {
      level: part.level,
      part: part.part,
      counts: sumOfLogEntries(lines),
      perServer: sumByServer(lines),
      closed: false,
      at: dependencies.now(),
    };
  }

  async function waitForEnd(): Promise<void> {
    if (dependencies.timeLeft() < minTimeLeft) {
      throw new Failure('storage.busy', `The counts of the job ${jobId} were not final in time`);
    }
    await dependencies.wait(1_000);
  }
}
