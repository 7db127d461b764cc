import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { liveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { actionStore } from '../../adapters/dynamodb/jobs/action-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { libraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import { metadataSchemaStore } from '../../adapters/dynamodb/library/metadata-schema-store.ts';
import { metadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import { trashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { documentClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { isTransient } from '../../adapters/runtime/transient-error.ts';
import { actionLists } from '../../adapters/s3/action-lists.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { libraryObjects } from '../../adapters/s3/library-objects.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { retryAfter } from '../../adapters/sqs/retry-after.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { environment } from './env.ts';
import { runAction } from './run-action.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();

const dependencies = {
  ...assetStore(documents, env.ASSET_TABLE),
  ...versionStore(documents, env.ASSET_TABLE),
  ...liveDateStore(documents, env.ASSET_TABLE),
  ...relationStore(documents, env.ASSET_TABLE),
  ...metadataStore(documents, env.ASSET_TABLE),
  ...libraryStore(documents, env.ASSET_TABLE),
  ...trashStore(documents, env.ASSET_TABLE),
  ...folderStore(documents, env.ASSET_TABLE),
  ...metadataSchemaStore(documents, env.JOB_TABLE),
  ...settingsStore(documents, env.JOB_TABLE),
  ...jobStore(documents, env.JOB_TABLE),
  ...actionStore(documents, env.JOB_TABLE),
  ...actionLists(s3, env.JOBS_BUCKET),
  ...jobLogs(s3, env.JOBS_BUCKET),
  ...libraryObjects(s3, env.MASTERS_BUCKET, originBuckets(env)),
  ...originCopies(s3, env.MASTERS_BUCKET, originBuckets(env)),
  ...invalidationQueue(sqsClient(), env.INVALIDATION_QUEUE),
  // Nothing that it does publishes.
  emitPublished: () => {},
  requestAction: sendJson(sqsClient(), env.ACTION_QUEUE),
  retryAfter: retryAfter(sqsClient(), env.ACTION_QUEUE),
  isTransient,
  newClaim: randomUUID,
  now: () => new Date().toISOString(),
  warn: (message: string, facts: Record<string, unknown>) => logger.warn(message, facts),
  log: logger,
};

export const handler = logged((event: unknown, context: Context) =>
  runAction(event as SQSEvent, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
