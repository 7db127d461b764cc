import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { batchedHistory } from '../../adapters/dynamodb/assets/batched-history.ts';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { partStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import { batchedChanges, unbatchedChanges } from '../../adapters/dynamodb/table/batched-changes.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import {
  eventsClient,
  fastFailDocumentClient,
  fastFailS3Client,
  s3Client,
  sqsClient,
} from '../../adapters/runtime/aws-clients.ts';
import { emitMetrics } from '../../adapters/runtime/emit-metrics.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { planFiles } from '../../adapters/s3/plan-files.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { environment } from './env.ts';
import { publishPart } from './publish-part.ts';
import { repeatedly } from './repeatedly.ts';

const names = readEnvironment(environment);

const warn = (message: string, facts: Record<string, unknown>) => logger.warn(message, facts);
const bus = eventBus(eventsClient(), names.EVENT_BUS, warn);
const history = batchedHistory(fastFailDocumentClient(), names.ASSET_TABLE);
const { runBatched, change } =
  names.BATCHED_UPDATES === 'off'
    ? unbatchedChanges
    : batchedChanges(fastFailDocumentClient(), names.ASSET_TABLE, (message) => {
        logger.error('DynamoDB refuses a batched statement; changes are made one by one', { message });
        emitMetrics(process.env.AWS_LAMBDA_FUNCTION_NAME ?? '', { RefusedStatements: 1 }, Date.now());
      });

const dependencies = {
  ...assetStore(fastFailDocumentClient(), names.ASSET_TABLE, { putHistoryItems: history.put, change }),
  getVersion: versionStore(fastFailDocumentClient(), names.ASSET_TABLE).getVersion,
  runBatched,
  flushHistory: history.flush,
  emitPublished: bus.emitPublished,
  ...jobStore(fastFailDocumentClient(), names.JOB_TABLE),
  ...partStore(fastFailDocumentClient(), names.JOB_TABLE),
  ...settingsStore(fastFailDocumentClient(), names.JOB_TABLE),
  ...jobLogs(fastFailS3Client(), names.JOBS_BUCKET),
  ...planFiles(fastFailS3Client(), names.JOBS_BUCKET),
  ...originCopies(fastFailS3Client(), names.MASTERS_BUCKET, originBuckets(names), {
    rangeClient: s3Client(),
  }),
  ...invalidationQueue(sqsClient(), names.INVALIDATION_QUEUE),
  readSetRecord: setFiles(fastFailS3Client(), names.MASTERS_BUCKET).readSetRecord,
  copiesAtATime: Number(names.COPIES_AT_A_TIME),
  reserve: Number(names.RESERVE_SECONDS) * 1_000,
  random: Math.random,
  clock: Date.now,
  repeatedly,
  now: () => new Date().toISOString(),
  wait: (milliseconds: number) => wait(milliseconds),
  warn,
};

export const handler = logged((event: unknown, context: Context) =>
  publishPart(event, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }).finally(
    bus.flush,
  ),
);
