/** The true adapters that the functions of a publish job use, on the clients of a memory cloud. */
import { assetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { pendingStore } from '../../adapters/dynamodb/assets/pending-store.ts';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { progressStore } from '../../adapters/dynamodb/companies/progress-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { activeJobStore } from '../../adapters/dynamodb/jobs/active-job-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { partStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import { permitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import { queueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import { submissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { BatchedChanges } from '../../adapters/dynamodb/table/batched-changes.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { failedExecutionEvents } from '../../adapters/eventbridge/failed-execution-events.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { mapResults } from '../../adapters/s3/map-results.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { planFiles } from '../../adapters/s3/plan-files.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { storedPlans } from '../../adapters/s3/stored-plans.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { executionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { cloudNames } from './cloud-names.ts';
import type { MemoryClients } from './memory-clients.ts';

const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET, MASTERS_BUCKET, PUBLISH_STATE_MACHINE } = cloudNames;

/** @param clock milliseconds since 1970 */
export function publishAdapters(
  { documents, s3, sqs, sfn, eventBridge }: MemoryClients,
  clock: () => number,
) {
  const assets = assetStore(documents, ASSET_TABLE);
  const { foldersWithin } = folderStore(documents, ASSET_TABLE);
  const { derivedOf, membershipsOf } = relationStore(documents, ASSET_TABLE);
  const { emitEnd, emitPublished, emitStatus, flush } = eventBus(eventBridge, cloudNames.EVENT_BUS, () => {});
  return {
    ...assets,
    listAssets: assetListStore(documents, ASSET_TABLE, assets.getAssets, foldersWithin, clock).listAssets,
    ...pendingStore(documents, ASSET_TABLE),
    derivedOf,
    ...versionStore(documents, ASSET_TABLE),
    membershipsOf,
    readSetRecord: setFiles(s3, MASTERS_BUCKET).readSetRecord,
    ...jobStore(documents, JOB_TABLE),
    ...partStore(documents, JOB_TABLE),
    ...queueStore(documents, JOB_TABLE),
    ...permitStore(documents, JOB_TABLE),
    ...submissionStore(documents, JOB_TABLE),
    ...activeJobStore(documents, JOB_TABLE),
    ...progressStore(documents, JOB_TABLE, 'reconcile-jobs'),
    ...settingsStore(documents, JOB_TABLE),
    ...jobLogs(s3, JOBS_BUCKET),
    ...planFiles(s3, JOBS_BUCKET),
    ...storedPlans(s3, JOBS_BUCKET),
    ...mapResults(s3, JOBS_BUCKET),
    ...originCopies(s3, MASTERS_BUCKET, originBuckets(cloudNames)),
    ...invalidationQueue(sqs, cloudNames.INVALIDATION_QUEUE),
    ...notificationQueue(sqs, cloudNames.NOTIFICATION_QUEUE),
    ...fetchQueue(sqs, cloudNames.FETCH_QUEUE),
    requestAction: sendJson(sqs, cloudNames.ACTION_QUEUE),
    ...executions(sfn, PUBLISH_STATE_MACHINE),
    ...executionControl(sfn, PUBLISH_STATE_MACHINE),
    ...failedExecutionEvents(eventBridge, PUBLISH_STATE_MACHINE),
    emitEnd,
    emitPublished,
    emitStatus,
    flushEvents: flush,
  };
}

export type PublishAdapters = ReturnType<typeof publishAdapters>;

/** What the functions take beside adapters, time excepted. */
export interface PublishSettings {
  readonly copiesAtATime: number;
  readonly partEntries: number;
  readonly reserve: number;
  readonly maxRunningJobs: number;
  readonly log: {
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, facts: Record<string, unknown>): void;
  };
  runBatched: BatchedChanges['runBatched'];
  flushHistory(): Promise<void>;
  finishFiles(): Promise<void>;
  endIfComplete(): Promise<'now' | 'earlier' | undefined>;
  random(): number;
  repeatedly(milliseconds: number, work: () => Promise<void>): () => Promise<void>;
  warn(message: string, facts: Record<string, unknown>): void;
}

/** Nothing is batched, so that each change of a record is a call of its own. */
export const publishSettings: PublishSettings = {
  copiesAtATime: 25,
  partEntries: 100,
  reserve: 20_000,
  maxRunningJobs: 25,
  log: { warn: () => {}, error: () => {} },
  runBatched: (work) => work(),
  async flushHistory() {},
  async finishFiles() {},
  async endIfComplete() {
    return undefined;
  },
  random: () => 0.5,
  /** Never: nothing takes long here. */
  repeatedly: () => async () => {},
  warn: () => {},
};

/** Time as a function sees it. */
export interface PublishClock {
  now(): string;
  clock(): number;
  timeLeft(): number;
  wait(milliseconds: number): Promise<void>;
}

export type PublishDependencies = PublishAdapters & PublishSettings & PublishClock;
