import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { ActionStore } from '../../adapters/dynamodb/jobs/action-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { FolderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import type { MetadataSchemaStore } from '../../adapters/dynamodb/library/metadata-schema-store.ts';
import type { ActionLists } from '../../adapters/s3/action-lists.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { maxAssetTags } from '../../domain/delivery/invalidation.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import {
  type ActionList,
  actionBeginLogEntry,
  actionEndLogEntry,
  actionLogEntry,
  maxActionMs,
  partAssets,
  unreachedPartAssets,
} from '../../domain/jobs/action-job.ts';
import { addCounts, sumOfLogEntries } from '../../domain/jobs/counts.ts';
import { type ActionJob, isTerminal, type Job, type LogEntry } from '../../domain/jobs/job.ts';
import { decideFinish } from '../../domain/jobs/lifecycle.ts';
import { defaultSchema } from '../../domain/library/metadata-schema.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import {
  type Acted,
  type ActionContext,
  type ActOnAssetDependencies,
  actOnAsset,
  refusalMessage,
} from './act-on-asset.ts';
import { actionReceives, actionRequest } from './run-action.contract.ts';

export interface RunActionDependencies
  extends ActOnAssetDependencies,
    Pick<JobStore, 'getJob' | 'endJob' | 'markEndProcessed'>,
    ActionStore,
    Pick<ActionLists, 'readActionList'>,
    Pick<JobLogs, 'writeBegin' | 'addPartLog' | 'writeEnd'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<FolderStore, 'ensureFolder'>,
    Pick<MetadataSchemaStore, 'getMetadataSchema'>,
    Pick<InvalidationQueue, 'invalidateCompany'> {
  /** Puts a job back into the queue. @param delay seconds */
  readonly requestAction: (
    job: { readonly company: string; readonly jobId: string },
    delay?: number,
  ) => Promise<void>;
  /** Makes a received message visible again after some seconds. */
  readonly retryAfter: (receiptHandle: string, seconds: number) => Promise<void>;
  /** Whether the same call may succeed later. */
  readonly isTransient: (error: unknown) => boolean;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  /** Identifies this call. */
  readonly newClaim: () => string;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  readonly log: {
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, error: Error): void;
  };
}

/** Assets that are processed in parallel. */
const atATime = 25;

/** Milliseconds reserved for the part that has begun. */
const reserve = 60_000;

/**
 * Seconds before a message that failed is delivered again, for each time that it was received. The last delivery is ten minutes after the
 * first one: later than the end of every claim.
 */
const retrySeconds = 60;

/**
 * "Run Action": works through the list of an action job, 100 assets at a time, and logs the outcome of each. When its time is up, it
 * puts the job back into the queue, and another call continues. A cancellation takes effect after 100 assets; the others
 * are logged as not reached. A call that dies leaves at most one part of which the record does not know: it is processed again, which
 * changes nothing about what was done, and its log entries stay.
 *
 * Costs, beside those of the assets: for each 100 assets a BatchGet, a PUT, 3 write units; for each call two reads, two writes and
 * a GET.
 */
export async function runAction(
  event: SQSEvent,
  dependencies: RunActionDependencies,
): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    try {
      const { company, jobId } = actionRequest.parse(JSON.parse(record.body));
      await continueJob(company, jobId, receivesOf(record), dependencies);
    } catch (error) {
      batchItemFailures.push({ itemIdentifier: record.messageId });
      dependencies.log.error(`Message ${record.messageId} failed`, error as Error);
      await dependencies
        .retryAfter(record.receiptHandle, retrySeconds * receivesOf(record))
        .catch((failure: unknown) =>
          dependencies.log.warn('The message comes back after the visibility timeout only', { failure }),
        );
    }
  }
  return { batchItemFailures };
}

function receivesOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}

async function continueJob(
  company: string,
  jobId: string,
  receives: number,
  dependencies: RunActionDependencies,
): Promise<void> {
  const found = await dependencies.getJob(company, jobId);
  if (found?.kind !== 'action') return;
  if (isTerminal(found.status)) return processEnd(found, dependencies);
  const by = dependencies.newClaim();
  const now = Date.parse(dependencies.now());
  const claim = { by, until: now + dependencies.timeLeft() };
  if (!(await dependencies.claimAction(company, jobId, claim, now))) {
    // A copy of the message that another call is working on; or that call died, and its claim ends before the last delivery.
    if (receives === 1) return;
    throw new Error(`Another call works on job ${jobId}`);
  }
  try {
    const isLeft = await work(
      company,
      jobId,
      { by, isLastAttempt: receives >= actionReceives },
      dependencies,
    );
    await dependencies.releaseAction(company, jobId, by);
    if (isLeft) await dependencies.requestAction({ company, jobId });
  } catch (error) {
    await dependencies.releaseAction(company, jobId, by);
    const after = await dependencies.getJob(company, jobId);
    const hasProgress = after?.kind === 'action' && after.position > found.position;
    if (!hasProgress || !dependencies.isTransient(error)) throw error;
    dependencies.log.warn('An action job continues after an error that may pass', { company, jobId, error });
    await dependencies.requestAction({ company, jobId }, retrySeconds);
  }
}

/** @returns whether something of the job is left */
async function work(
  company: string,
  jobId: string,
  { by, isLastAttempt }: { readonly by: string; readonly isLastAttempt: boolean },
  dependencies: RunActionDependencies,
): Promise<boolean> {
  // Read after the claim: the call before may have gone on until then.
  let job = await actionJobOf(company, jobId, dependencies);
  if (job.position === 0) await dependencies.writeBegin(company, jobId, actionBeginLogEntry(job));
  const list = await dependencies.readActionList(company, jobId);
  const prepared = await prepare(job, list, dependencies);
  const failure =
    prepared.failure ??
    (Date.parse(dependencies.now()) - Date.parse(job.submitted) > maxActionMs
      ? 'The job did not end within 24 hours'
      : undefined);
  const ids = list?.ids ?? [];

  for (let parts = 0; job.position < ids.length; parts += 1) {
    const isStopped = job.status === 'stopping' || failure !== undefined;
    // At least one part, so that the job always ends.
    if (!isStopped && parts > 0 && dependencies.timeLeft() < reserve) {
      await invalidateCompany(job, dependencies);
      return true;
    }
    const part = job.position / partAssets;
    const some = ids.slice(job.position, job.position + (isStopped ? unreachedPartAssets : partAssets));
    const { entries, toInvalidate } = isStopped
      ? { entries: unreached(some, failure, dependencies.now()), toInvalidate: [] }
      : await processPart(some, prepared, isLastAttempt, dependencies);
    const invalidated = job.toInvalidate + toInvalidate.length;
    if (toInvalidate.length > 0 && invalidated <= maxAssetTags)
      await dependencies.invalidateAssets(company, toInvalidate);
    const merged = await dependencies.addPartLog({ company, jobId, level: 0, part }, entries);
    const counts = sumOfLogEntries(merged);
    const at = dependencies.now();
    const record = { level: 0, part, counts, perServer: {}, closed: false, at };
    await dependencies.putActionPart(company, jobId, record);
    const progress = {
      position: job.position + some.length,
      progressAt: at,
      toInvalidate: invalidated,
      counts: { ...addCounts(job.counts, counts), total: job.counts.total },
    };
    const status = await dependencies.recordAction(company, jobId, by, progress);
    if (status === undefined) return false;
    job = { ...job, ...progress, status };
  }
  await invalidateCompany(job, dependencies);
  // Without its list, no asset has an entry.
  const { total, done, skipped, errors } = job.counts;
  const counts = list ? job.counts : { ...job.counts, notReached: total - done - skipped - errors };
  await end({ ...job, counts }, failure, dependencies);
  return false;
}

interface Prepared extends ActionContext {
  readonly action: ActionList['action'];
  /** Why the job cannot do its work. */
  readonly failure?: string;
}

async function prepare(
  job: ActionJob,
  list: ActionList | undefined,
  dependencies: RunActionDependencies,
): Promise<Prepared> {
  const { company } = job;
  const [settings, schema] = await Promise.all([
    dependencies.getSettings(company),
    job.action === 'metadata' ? dependencies.getMetadataSchema(company) : defaultSchema,
  ]);
  const context = { job, settings, schema, listed: new Set(list?.ids), at: dependencies.now() };
  if (!list) {
    const failure = 'The list of its assets is not kept any more: submit it again';
    return { ...context, action: { name: 'unpublish' }, failure };
  }
  const { action } = list;
  try {
    if (action.name === 'move') await dependencies.ensureFolder(company, action.folder);
    return { ...context, action };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'storage.busy') throw error;
    return { ...context, action, failure: refusalMessage(error) };
  }
}

/** @throws any error that may pass, unless it is the last attempt */
async function processPart(
  ids: readonly string[],
  { action, ...context }: Prepared,
  isLastAttempt: boolean,
  dependencies: RunActionDependencies,
): Promise<{ entries: LogEntry[]; toInvalidate: string[] }> {
  const records = await dependencies.getAssets(context.job.company, ids, { consistent: true });
  const at = dependencies.now();
  const results = await inParallel(ids, atATime, async (id) => {
    const asset = records.get(id);
    const { outcome, message, toInvalidate } = await actOnAsset(
      action,
      asset,
      { ...context, at },
      dependencies,
    ).catch((error: unknown) => failed(id, error));
    const entry = actionLogEntry(
      { id, ...(asset && { type: asset.type }) },
      outcome,
      message,
      dependencies.now(),
    );
    return { entry, toInvalidate };
  });
  return {
    entries: results.map(({ entry }) => entry),
    toInvalidate: [...new Set(results.flatMap((result) => result.toInvalidate))].sort(),
  };

  function failed(id: string, error: unknown): Acted {
    if (error instanceof Failure && error.code !== 'storage.busy') return problem(refusalMessage(error));
    const refusal = storageRefusal(error);
    if (refusal === undefined && !isLastAttempt && dependencies.isTransient(error)) throw error;
    dependencies.log.error(`${id} could not be processed`, error as Error);
    return problem(refusal ?? 'something failed on our side; run the job again');
  }
}

function problem(message: string): Acted {
  return { outcome: 'error', message, toInvalidate: [] };
}

function unreached(ids: readonly string[], failure: string | undefined, time: string): LogEntry[] {
  const why = failure === undefined ? 'The job was stopped before it' : 'The job failed before it';
  return ids.map((id) => actionLogEntry({ id }, 'not-reached', why, time));
}

/**
 * A tag for each asset would cost $0.005: with more than 500 of them, one for the company does it. Each call sends it for what it has
 * changed, so that nothing waits for the end of the job.
 */
async function invalidateCompany(job: ActionJob, dependencies: RunActionDependencies): Promise<void> {
  if (job.toInvalidate > maxAssetTags) await dependencies.invalidateCompany(job.company);
}

async function end(
  { company, id, ...rest }: ActionJob,
  failure: string | undefined,
  dependencies: RunActionDependencies,
): Promise<void> {
  let job: ActionJob = { company, id, ...rest };
  // A cancellation may come between the last part and this write.
  while (!isTerminal(job.status)) {
    const decision = decideFinish(job, { counts: job.counts, failure });
    if (decision.to === 'unchanged') return;
    const { to: status, reason } = decision;
    const ended = dependencies.now();
    const change = { status, counts: job.counts, ended, ...(reason !== undefined && { reason }) };
    await dependencies.endJob(company, id, job.status, change);
    job = { ...(await actionJobOf(company, id, dependencies)), counts: job.counts };
  }
  await processEnd(job, dependencies);
}

/** What is done after the end of a job. Repeating it changes nothing. */
async function processEnd(job: ActionJob, dependencies: RunActionDependencies): Promise<void> {
  const { company, id, ended, submitted } = job;
  await dependencies.writeEnd(company, id, actionEndLogEntry(job, ended ?? submitted));
  await dependencies.markEndProcessed(company, id);
}

async function actionJobOf(
  company: string,
  jobId: string,
  { getJob }: Pick<JobStore, 'getJob'>,
): Promise<ActionJob> {
  const job: Job | undefined = await getJob(company, jobId);
  if (job?.kind !== 'action') throw new Error(`There is no action job ${jobId}`);
  return job;
}
