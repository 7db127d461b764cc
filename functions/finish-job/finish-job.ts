import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PartRecord, PartStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import type { PermitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { ManifestLine, PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import {
  type StartWaitingDependencies,
  startWaitingJobs,
} from '../../application/jobs/start-waiting-jobs.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
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
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import {
  executionFailed,
  executionInput,
  type FinishJobOutput,
  finishJobInput,
} from '../../statemachines/publish-job.contract.ts';
import { type InvalidateReplacedDependencies, invalidateReplaced } from './invalidate-replaced.ts';

export type FinishJobDependencies = Pick<
  JobStore,
  'getJob' | 'recordClosing' | 'endJob' | 'markEndProcessed'
> &
  Pick<PartStore, 'listParts' | 'closePart'> &
  Pick<QueueStore, 'freeLocks'> &
  Pick<PermitStore, 'freePermit'> &
  Pick<AssetStore, 'getAssets' | 'confirmHistory'> &
  Pick<PlanFiles, 'readPlan' | 'readPart'> &
  Pick<JobLogs, 'addPartLog' | 'writeEnd'> &
  InvalidateReplacedDependencies &
  Pick<NotificationQueue, 'sendNotification'> &
  Pick<EventBus, 'emitEnd'> &
  StartWaitingDependencies & {
    /** Milliseconds until the function is ended. */
    readonly timeLeft: () => number;
  };

/** Interrupted parts that are closed in parallel; each is a GET, a batch read, a write and a PUT. */
const partsAtATime = 16;

/** Groups of parts between progress records: a call that dies repeats at most 1,024 parts, about 10 seconds. */
const recordEvery = 64;

/** Milliseconds. A group takes 100 ms; the reserve is for a group that waits for a busy storage. */
const reserve = 60_000;

/**
 * Attempts to end a job. A cancellation can come between reading the status and ending the job, at most once. Two workers of
 * one part may also correct its counts, which is very rare.
 */
const maxAttempts = 6;

/**
 * "Finish Job": adds up the counts of the parts, closes interrupted parts, ends the job, frees its locks and its permit, sends the
 * notification and starts waiting jobs. Every step is repeatable, also in parallel calls; the next call continues after a
 * crash. Callers:
 *   - the state machine, at the end of the execution or for a job that has to wait (then it only starts other jobs);
 *   - EventBridge, when an execution has failed, was aborted or timed out;
 *   - reconcile-jobs, through the same event, for an execution that is dead, or for a job that has ended without a
 *     notification because the call that ended it died.
 * If time runs short it returns `more`, and the state machine calls again; for a dead execution reconcile-jobs does.
 *
 * Memory: the lines of the manifests and a name for each part, 135 MB for 100,000 parts of ten million assets
 * (docs/decisions/0009).
 * @throws Failure `storage.busy` if the status of the job keeps changing
 */
export async function finishJob(
  event: unknown,
  dependencies: FinishJobDependencies,
): Promise<FinishJobOutput> {
  const { company, jobId, execution, failure } = readEvent(event);
  return untilUnchanged<FinishJobOutput>(
    async () => {
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
      if (!ended) return changedMeanwhile;
      const { status } = await completeEnd(job, dependencies);
      return { company, jobId, outcome: 'ended', status };
    },
    () => new Failure('storage.busy', `The status of job ${jobId} keeps changing`),
    maxAttempts,
  );
}

/** The steps after the end of a job. A repeated call repeats them; send-notification sends each notification once. */
async function completeEnd(job: PublishJob, dependencies: FinishJobDependencies): Promise<Job> {
  const { company, id } = job;
  await dependencies.freeLocks(company, id, job.servers);
  await dependencies.freePermit(company, id);
  // The call that cancelled the queued job may have died before it wrote the log.
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

/** Whether this execution may end the job: the one that runs it or, for a queued job, the last one that was started. */
function isOwn(job: PublishJob, execution: string): boolean {
  return (job.execution ?? executionName(job.id, job.executionNumber)) === execution;
}

/** @returns false if the job's status changed meanwhile; `more` if time ran short */
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
  // The log first: a job that has ended has a complete log.
  const endEntry = endLogEntry({ ...job, ...end }, end.ended);
  await dependencies.writeEnd(
    company,
    id,
    invalidated === undefined ? endEntry : { ...endEntry, message: `${endEntry.message} ${invalidated}` },
  );
  return dependencies.endJob(company, id, job.status, end);
}

/** The result of parts. */
type Sum = Pick<PartRecord, 'counts' | 'perServer'>;

const nothing: Sum = { counts: noCounts, perServer: {} };

function plus(sum: Sum, { counts, perServer }: Sum): Sum {
  return { counts: addCounts(sum.counts, counts), perServer: addByServer(sum.perServer, perServer) };
}

/** Closes interrupted parts and adds up all planned parts. A plan that was never finished has none. */
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
  // From the last part to the first: the first open parts may still have workers, which then get the most time.
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
    if (!isShort && groups % recordEvery !== 0) continue;
    await dependencies.recordClosing(company, id, { partsSeen: lines, at: dependencies.now() });
    if (isShort) return 'more';
  }
  return sum;
}

/** Closes a part whose worker recorded no counts: derives its log and counts from the records of its assets. */
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
      ? 'The job ended before it reached this asset'
      : `The worker stopped unexpectedly; ${whatHelps(job)}`;
  const isLive = (entry: PlanEntry, server: Server) => isDone(entry, server, assets.get(entry.id), job);
  const logEntries: LogEntry[] = [];
  for (const entry of entries) {
    const asset = assets.get(entry.id);
    const live = entry.servers.filter((server) => isLive(entry, server));
    if (asset && live.length > 0) await dependencies.confirmHistory(asset, live);
    for (const server of entry.servers) {
      logEntries.push(
        live.includes(server)
          ? doneEarlierLogEntry(entry, server, job, asset?.publications[server]?.at ?? at)
          : planEntryLogEntry(entry, server, outcome, at, message),
      );
    }
  }
  // The log first, so that a closed part has its log. Entries of a worker that died before it counted are kept.
  const logged = await dependencies.addPartLog(partId, logEntries, { keepExisting: true });
  const { company, jobId, level, part } = partId;
  const sums = { counts: sumOfLogEntries(logged), perServer: sumByServer(logged) };
  return dependencies.closePart(company, jobId, { level, part, ...sums, closed: true, at });
}

function whatHelps(job: PublishJob): string {
  if (isServerToggle(job)) return 'toggle the server again';
  return job.publish === 'undo' ? 'undo the job again' : 'the next job publishes it';
}

function readEvent(event: unknown): {
  company: string;
  jobId: string;
  execution: string;
  failure?: ExecutionFailure | undefined;
} {
  const failed = executionFailed.safeParse(event);
  if (failed.success) {
    const { name, status, input, error, cause } = failed.data.detail;
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
