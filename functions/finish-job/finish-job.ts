import type { AssetRecords } from '../../adapters/dynamodb/asset-records.ts';
import type { JobRecords, PartRecord } from '../../adapters/dynamodb/job-records.ts';
import {
  type StartWaitingDependencies,
  startWaitingJobs,
} from '../../adapters/publication/start-waiting-jobs.ts';
import { inParallel } from '../../adapters/runtime/in-parallel.ts';
import type { JobFiles, ManifestLine } from '../../adapters/s3/job-files.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { executionName } from '../../adapters/stepfunctions/executions.ts';
import { addCounts, sumOfLines } from '../../domain/job/counts.ts';
import { type ExecutionFailure, failureReason } from '../../domain/job/failure-reason.ts';
import { isTerminal, type JobCounts, type LogLine, noCounts, type PublishJob } from '../../domain/job/job.ts';
import { endLine } from '../../domain/job/job-lines.ts';
import { decideFinish } from '../../domain/job/lifecycle.ts';
import { entryLine, judge } from '../../domain/job/part-lines.ts';
import {
  executionBroke,
  executionInput,
  type FinishJobOutput,
  finishJobInput,
} from '../../statemachines/publish-job.contract.ts';

export type FinishJobDependencies = Pick<
  JobRecords,
  'getJob' | 'listParts' | 'closePart' | 'endJob' | 'freeLocks'
> &
  Pick<AssetRecords, 'getAssets' | 'confirmHistory'> &
  Pick<JobFiles, 'readManifests' | 'readPart' | 'writePartLog' | 'writeEnd'> &
  Pick<NotificationQueue, 'sendNotification'> &
  StartWaitingDependencies & { readonly now: () => string };

/** Parts that broke off, closed side by side: each is a GET, a batch read, a write and a PUT. */
const partsAtATime = 16;

/** A cancellation can come between reading the status and ending the job: once, as nothing else changes it. */
const mostAttempts = 3;

/**
 * "Finish Job": adds up what the parts counted, closes those that broke off, ends the job, frees its locks, has
 * its end told and starts who waits. Also called for a job that has to wait (then it only starts others), and by EventBridge when an execution
 * has failed, was aborted or took too long. Each step may be repeated; where it dies, the next call goes on.
 */
export async function finishJob(
  event: unknown,
  dependencies: FinishJobDependencies,
): Promise<FinishJobOutput> {
  const { company, jobId, execution, failure } = readEvent(event);
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const job = await dependencies.getJob(company, jobId);
    if (job?.kind !== 'publish' || !isOwn(job, execution)) return { company, jobId, outcome: 'ignored' };
    if (job.status === 'queued' && failure === undefined) {
      await startWaitingJobs(company, dependencies);
      return { company, jobId, outcome: 'waits', status: job.status };
    }
    if (isTerminal(job.status) || (await endJob(job, failure, dependencies))) {
      await dependencies.freeLocks(company, jobId, job.servers);
      // Told again when it is called again: send-notification knows what it has sent.
      await dependencies.sendNotification({ what: 'ended', company, jobId });
      await startWaitingJobs(company, dependencies);
      const { status } = (await dependencies.getJob(company, jobId)) ?? job;
      return { company, jobId, outcome: 'ended', status };
    }
  }
  throw new Error(`The status of the job ${jobId} keeps changing`);
}

/**
 * Whether this execution may speak for the job: the one that runs it, or, for a job that waits, the last one that was
 * started for it.
 */
function isOwn(job: PublishJob, execution: string): boolean {
  return (job.execution ?? executionName(job.id, job.attempt)) === execution;
}

/** @returns false if the job's status changed meanwhile */
async function endJob(
  job: PublishJob,
  failure: ExecutionFailure | undefined,
  dependencies: FinishJobDependencies,
): Promise<boolean> {
  const { company, id } = job;
  const counts = job.status === 'queued' ? noCounts : await sumUp(job, failure !== undefined, dependencies);
  const decision = decideFinish(job, { counts, failure: failure && failureReason(failure) });
  if (decision.to === 'unchanged') return true;
  const end = {
    status: decision.to,
    counts,
    ended: dependencies.now(),
    ...(decision.reason === undefined ? {} : { reason: decision.reason }),
  };
  // The log first: a job that has ended has all its lines.
  await dependencies.writeEnd(company, id, endLine({ ...job, ...end }, end.ended));
  return dependencies.endJob(company, id, job.status, end);
}

/** The counts of all planned parts. A plan that was never finished has none: nothing of it was worked on. */
async function sumUp(
  job: PublishJob,
  failed: boolean,
  dependencies: FinishJobDependencies,
): Promise<JobCounts> {
  const counted = new Set<string>();
  let counts = noCounts;
  for await (const record of dependencies.listParts(job.company, job.id)) {
    // What an earlier call closed is closed again: it may have died before the part's log was written.
    if (record.closed) continue;
    counted.add(nameOf(record));
    counts = addCounts(counts, record.counts);
  }
  for await (const lines of inGroups(dependencies.readManifests(job.company, job.id))) {
    const open = lines.filter((line) => !counted.has(nameOf(line)));
    const closed = await inParallel(open, partsAtATime, (line) => closePart(line, job, failed, dependencies));
    counts = closed.reduce((sum, record) => addCounts(sum, record.counts), counts);
  }
  return counts;
}

/** Tells from the records of its assets what a part came to whose worker wrote nothing. */
async function closePart(
  { key, ...place }: ManifestLine,
  job: PublishJob,
  failed: boolean,
  dependencies: FinishJobDependencies,
): Promise<PartRecord> {
  const entries = await dependencies.readPart(key);
  const assets = await dependencies.getAssets(
    job.company,
    entries.map(({ id }) => id),
    { consistent: true },
  );
  const at = dependencies.now();
  const [outcome, message] =
    job.status === 'stopping' || failed
      ? (['not-reached', 'The job ended before it came to this'] as const)
      : (['error', 'The work on it broke off; the next job takes it'] as const);
  const lines: LogLine[] = [];
  for (const entry of entries) {
    const asset = assets.get(entry.id);
    const published = entry.servers.filter(
      (server) => judge(entry, server, asset, job) === 'published-by-this-job',
    );
    if (asset && published.length > 0) await dependencies.confirmHistory(asset, published);
    for (const server of entry.servers) {
      lines.push(
        published.includes(server)
          ? entryLine(
              entry,
              server,
              'published',
              asset?.publications[server]?.at ?? at,
              `Version ${entry.version} is live`,
            )
          : entryLine(entry, server, outcome, at, message),
      );
    }
  }
  const { company, jobId, level, part } = place;
  const record = { level, part, counts: sumOfLines(lines), closed: true, at };
  const recorded = await dependencies.closePart(company, jobId, record);
  // A worker that was faster has written its own log.
  if (recorded.closed) await dependencies.writePartLog(place, lines);
  return recorded;
}

function readEvent(event: unknown): {
  company: string;
  jobId: string;
  execution: string;
  failure?: ExecutionFailure | undefined;
} {
  const broke = executionBroke.safeParse(event);
  if (broke.success) {
    const { name, status, input, error, cause } = broke.data.detail;
    return {
      ...executionInput.parse(JSON.parse(input)),
      execution: name,
      failure: { Error: error ?? status, Cause: cause ?? undefined },
    };
  }
  const { execution, state } = finishJobInput.parse(event);
  return { company: state.company, jobId: state.jobId, execution, failure: state.failure };
}

function nameOf({ level, part }: { readonly level: number; readonly part: number }): string {
  return `${level}/${part}`;
}

async function* inGroups<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length === partsAtATime) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
