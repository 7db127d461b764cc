import type { JobRecords, PartRecord } from '../../adapters/dynamodb/jobs/job-records.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { PublishDependencies } from '../../application/assets/publish-asset.ts';
import { Failure } from '../../domain/failure.ts';
import { haveSameCounts, sumByServer, sumOfLines } from '../../domain/jobs/counts.ts';
import { isTerminal, type JobCounts, type LogLine, type PublishJob } from '../../domain/jobs/job.ts';
import type { PublishPartOutput } from '../../statemachines/publish-job.contract.ts';
import { flushLate } from './flush-late.ts';
import type { Pacing, PacingDependencies } from './pacing.ts';

export type SettlePartDependencies = Pick<JobRecords, 'getJob' | 'getPart' | 'putPart' | 'replacePart'> &
  Pick<JobFiles, 'addPartLog'> &
  Pick<PublishDependencies, 'forget'> &
  Pick<PacingDependencies, 'timeLeft' | 'wait' | 'warn'> & {
    /** ISO 8601, UTC. */
    readonly now: () => string;
  };

/** Milliseconds. A worker that comes after its job was ended waits until so little is left for its counts to be final. */
const leastLeft = 5_000;

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
export async function settlePart(
  place: Pick<PublishPartOutput, 'company' | 'jobId' | 'level' | 'part'>,
  found: readonly LogLine[],
  { invalidate }: Pick<PublishJob, 'invalidate'>,
  calmly: Pacing['calmly'],
  dependencies: SettlePartDependencies,
): Promise<JobCounts> {
  const { company, jobId } = place;
  const first = await write();
  if (await calmly(() => dependencies.putPart(company, jobId, first))) return first.counts;
  // The flush of what the job replaced may not have seen what this worker did: nobody comes after one that dies here.
  if (invalidate) await flushLate(company, found, dependencies);
  for (;;) {
    const before = await calmly(() => dependencies.getPart(company, jobId, place));
    const status = (await calmly(() => dependencies.getJob(company, jobId)))?.status;
    const hasEnded = status === undefined || isTerminal(status);
    if (before?.closed && !hasEnded) {
      // finish-job is still adding up, and may not have written the log of what it closed.
      await waitForEnd();
      continue;
    }
    const record = await write();
    const isWritten = before
      ? (!before.closed && haveSameCounts(before, record)) ||
        (await calmly(() => dependencies.replacePart(company, jobId, before, record, hasEnded)))
      : await calmly(() => dependencies.putPart(company, jobId, record));
    if (isWritten) return record.counts;
  }

  async function write(): Promise<PartRecord> {
    const lines = await calmly(() => dependencies.addPartLog(place, found));
    return {
      level: place.level,
      part: place.part,
      counts: sumOfLines(lines),
      perServer: sumByServer(lines),
      closed: false,
      at: dependencies.now(),
    };
  }

  async function waitForEnd(): Promise<void> {
    if (dependencies.timeLeft() < leastLeft) {
      throw new Failure('storage.busy', `The counts of the job ${jobId} were not final in time`);
    }
    await dependencies.wait(1_000);
  }
}
