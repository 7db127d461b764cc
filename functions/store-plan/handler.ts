import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent } from 'aws-lambda';
import { assetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { pendingStore } from '../../adapters/dynamodb/assets/pending-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { documentClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { planFiles } from '../../adapters/s3/plan-files.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { storedPlans } from '../../adapters/s3/stored-plans.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { environment } from './env.ts';
import { storePlan } from './store-plan.ts';

const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET, MASTERS_BUCKET, PLAN_QUEUE, PART_ENTRIES } =
  readEnvironment(environment);

const { getAssets } = assetStore(documentClient(), ASSET_TABLE);

const dependencies = {
  ...settingsStore(documentClient(), JOB_TABLE),
  ...pendingStore(documentClient(), ASSET_TABLE),
  getAssets,
  listAssets: assetListStore(
    documentClient(),
    ASSET_TABLE,
    getAssets,
    folderStore(documentClient(), ASSET_TABLE).foldersWithin,
    Date.now,
  ).listAssets,
  derivedOf: relationStore(documentClient(), ASSET_TABLE).derivedOf,
  readSetRecord: setFiles(s3Client(), MASTERS_BUCKET).readSetRecord,
  ...jobLogs(s3Client(), JOBS_BUCKET),
  ...planFiles(s3Client(), JOBS_BUCKET),
  ...storedPlans(s3Client(), JOBS_BUCKET),
  requestPlan: sendJson(sqsClient(), PLAN_QUEUE),
  partEntries: Number(PART_ENTRIES),
  newPlanner: randomUUID,
  now: () => new Date().toISOString(),
};

export const handler = logged((event: unknown, context: Context) =>
  storePlan(event as SQSEvent, {
    ...dependencies,
    clock: Date.now,
    timeLeft: () => context.getRemainingTimeInMillis(),
  }),
);
