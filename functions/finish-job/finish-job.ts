import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { JobStore, PartRecord } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { JobFiles, ManifestLine } from '../../adapters/s3/job-files.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import {
  type StartWaitingDependencies,
  startWaitingJobs,
} from '../../application/jobs/start-waiting-jobs.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import {
  addByServer,
  addCounts,
  emptyByServer,
  sumByServer,
  sumOfLogEntries,
} from '../../domain/jobs/counts.ts';
import { type ExecutionFailure, failureReason } from '../../domain/jobs/failure-reason.ts';
import {
  executionName,
  isServerToggle,
  isTerminal,
  type Job,
  type LogEntry,
  noCounts,
  type PublishJob,
} from '../../domain/jobs/job.ts';
import { endLogEntry } from '../../domain/jobs/job-log-entries.ts';
import { decideFinish } from '../../domain/jobs/lifecycle.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { doneEarlierLogEntry, isDone, planEntryLogEntry } from '../../domain/jobs/part-log-entries.ts';
import {
  executionFailed,
  executionInput,
  type FinishJobOutput,
  finishJobInput,
} from '../../statemachines/publish-job.contract.ts';
import { type InvalidateReplacedDependencies, invalidateReplaced } from './invalidate-replaced.ts';

export type FinishJobDependencies = Pick<
  JobStore,
  'getJob' | 'listParts' | 'closePart' | 'recordClosing' | 'endJob' | 'markEndProcessed' | 'freeLocks'
> &
  Pick<AssetStore, 'getAssets' | 'confirmHistory'> &
  Pick<JobFiles, 'readPlan' | 'readPart' | 'addPartLog' | 'writeEnd'> &
  InvalidateReplacedDependencies &
  Pick<NotificationQueue, 'sendNotification'> &
  Pick<EventBus, 'emitEnd'> &
  StartWaitingDependencies & {
    readonly now: () => string;
    /** Milliseconds until the function is ended. */
    readonly timeLeft: () => number;
  };

/** Parts that broke off, closed side by side: each is a GET, a batch read, a write and a PUT. */
const partsAtATime = 16;

/** Groups of parts between notes of how far it is: a call that dies repeats at most a thousand parts, some 10 seconds. */
const noteEvery = 64;

/** Milliseconds. A group takes a tenth of a second; this is for one that waits for a busy storage. */
const reserve = 60_000;

/**
 * A cancellation can come between reading the status and ending the job: once, as nothing else changes it; and workers that
 * did a part which another did, too, and came to more: hardly ever.
 */
const maxAttempts = 6;

/**
 * "Finish Job": adds up what the parts counted, closes those that broke off, ends the job, frees its locks, has
 * its end told and starts who waits. Also called for a job that has to wait (then it only starts others), and by EventBridge when an execution
 * has failed, was aborted or took too long; and by reconcile-jobs for a job that has ended, but of whose end nobody may
 * have been told, as whoever ended it died. Each step may be repeated, also by two at once; where it dies, the next call
 * goes on. Where its time does not do for all that broke off it answers `more`: the state machine then calls it again,
 * and for an execution that is dead reconcile-jobs does.
 *
 * Memory: the manifests' lines and a name for each part, 135 MB for the 100,000 parts of ten million assets
 * (docs/decisions/0009).
 */
export async function finishJob(
  event: unknown,
  dependencies: FinishJobDependencies,
): Promise<FinishJobOutput> {
  const { company, jobId, execution, failure } = readEvent(event);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const job = await dependencies.getJob(company, jobId);
    if (job?.kind !== 'publish' || !isOwn(job, execution)) return { company, jobId, outcome: 'ignored' };
    if (job.status === 'queued' && failure === undefined) {
      await startWaitingJobs(company, dependencies);
      return { company, jobId, outcome: 'waits', status: job.status };
    }
    const ended = isTerminal(job.status) || (await endJob(job, failure, dependencies));
    if (ended === 'more') {
      return { company, jobId, outcome: 'more', status: job.status, ...(failure ? { failure } : {}) };
    }
    if (ended) {
      const { status } = await completeEnd(job, dependencies);
      return { company, jobId, outcome: 'ended', status };
    }
  }
  throw new Error(`The status of the job ${jobId} keeps changing`);
}

/** What follows the end of a job. Done again when it is called again: send-notification knows what it has sent. */
async function completeEnd(job: PublishJob, dependencies: FinishJobDependencies): Promise<Job> {
  const { company, id } = job;
  await dependencies.freeLocks(company, id, job.servers);
  // Whoever cancelled it while it waited may have died before its log was written.
  if (job.status === 'stopped' && job.execution === undefined) {
    await dependencies.writeEnd(company, id, endLogEntry(job, job.ended ?? dependencies.now()));
  }
  await dependencies.sendNotification({ kind: 'ended', company, jobId: id });
  await startWaitingJobs(company, dependencies);
  const ended = (await dependencies.getJob(company, id)) ?? job;
  await dependencies.emitEnd(ended);
  await dependencies.markEndProcessed(company, id);
  return ended;
}

/**
 * Whether this execution may speak for the job: the one that runs it, or, for a job that waits, the last one that was
 * started for it.
 */
function isOwn(job: PublishJob, execution: string): boolean {
  return (job.execution ?? executionName(job.id, job.executionNumber)) === execution;
}

/** @returns false if the job's status changed meanwhile; `more` where time ran short */
async function endJob(
  job: PublishJob,
  failure: ExecutionFailure | undefined,
  dependencies: FinishJobDependencies,
): Promise<boolean | 'more'> {
  const { company, id } = job;
  const sum = job.status === 'queued' ? nothing : await sumUp(job, failure !== undefined, dependencies);
  if (sum === 'more') return sum;
  const { counts, perServer } = sum;
  const decision = decideFinish(job, { counts, failure: failure && failureReason(failure) });
  if (decision.to === 'unchanged') return true;
  const end = {
    status: decision.to,
    counts,
    corrections: job.corrections,
    perServer: addByServer(emptyByServer(job.servers), perServer),
    ended: dependencies.now(),
    ...(decision.reason === undefined ? {} : { reason: decision.reason }),
  };
  const invalidated = await invalidateReplaced(job, counts, dependencies);
  // The log first: a job that has ended has all its lines.
  const line = endLogEntry({ ...job, ...end }, end.ended);
  await dependencies.writeEnd(
    company,
    id,
    invalidated === undefined ? line : { ...line, message: `${line.message} ${invalidated}` },
  );
  return dependencies.endJob(company, id, job.status, end);
}

/** What parts came to. */
type Sum = Pick<PartRecord, 'counts' | 'perServer'>;

const nothing: Sum = { counts: noCounts, perServer: {} };

function plus(sum: Sum, { counts, perServer }: Sum): Sum {
  return { counts: addCounts(sum.counts, counts), perServer: addByServer(sum.perServer, perServer) };
}

/**
 * The counts of all planned parts, once those that broke off are closed. A plan that was never finished has none: nothing
 * of it was worked on.
 */
async function sumUp(
  job: PublishJob,
  failed: boolean,
  dependencies: FinishJobDependencies,
): Promise<Sum | 'more'> {
  const { company, id } = job;
  const done = new Set<string>();
  let sum = nothing;
  for await (const record of dependencies.listParts(company, id)) {
    sum = plus(sum, record);
    done.add(nameOf(record));
  }
  const manifest: ManifestLine[] = [];
  for await (const line of dependencies.readPlan(company, id)) manifest.push(line);
  // From the last one on: the first that are open may have workers still, who then have the most time to come in.
  manifest.reverse();
  let lines = job.closing?.partsSeen ?? 0;
  for (let groups = 1; lines < manifest.length; groups += 1) {
    const group = manifest.slice(lines, lines + partsAtATime);
    const open = group.filter((line) => !done.has(nameOf(line)));
    const records = await inParallel(open, partsAtATime, (line) => {
      return closePart(line, job, failed, dependencies).then((record) => {
        sum = plus(sum, record);
      });
    });
    lines += group.length;
    if (records.length === 0 || lines >= manifest.length) continue;
    const isShort = dependencies.timeLeft() < reserve;
    if (!isShort && groups % noteEvery !== 0) continue;
    await dependencies.recordClosing(company, id, { partsSeen: lines, at: dependencies.now() });
    if (isShort) return 'more';
  }
  return sum;
}

/** Tells from the records of its assets what a part came to whose worker wrote nothing. */
async function closePart(
  { key, ...partId }: ManifestLine,
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
  const outcome = job.status === 'stopping' || failed ? 'not-reached' : 'error';
  const message =
    outcome === 'not-reached'
      ? 'The job ended before it came to this'
      : `The work on it broke off; ${isServerToggle(job) ? 'turn the server once more' : 'the next job takes it'}`;
  const isLive = (entry: PlanEntry, server: Server) => isDone(entry, server, assets.get(entry.id), job);
  const lines: LogEntry[] = [];
  for (const entry of entries) {
    const asset = assets.get(entry.id);
    const live = entry.servers.filter((server) => isLive(entry, server));
    if (asset && live.length > 0) await dependencies.confirmHistory(asset, live);
    for (const server of entry.servers) {
      lines.push(
        live.includes(server)
          ? doneEarlierLogEntry(entry, server, job, asset?.publications[server]?.at ?? at)
          : planEntryLogEntry(entry, server, outcome, at, message),
      );
    }
  }
  // The log first: a part that is closed has its lines. What a worker has logged that could not count it is kept.
  const logged = await dependencies.addPartLog(partId, lines, { keepExisting: true });
  const { company, jobId, level, part } = partId;
  const sums = { counts: sumOfLogEntries(logged), perServer: sumByServer(logged) };
  return dependencies.closePart(company, jobId, { level, part, ...sums, closed: true, at });
}

function readEvent(event: unknown): {
  company: string;
  jobId: string;
  execution: string;
  failure?: ExecutionFailure | undefined;
} {
  const broke = executionFailed.safeParse(event);
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
