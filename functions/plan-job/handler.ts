import type { Context } from 'aws-lambda';
import { assetListing } from '../../adapters/dynamodb/assets/asset-listing.ts';
import { assetRecords } from '../../adapters/dynamodb/assets/asset-records.ts';
import { pendingRecords } from '../../adapters/dynamodb/assets/pending-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/companies/settings-records.ts';
import { jobRecords } from '../../adapters/dynamodb/jobs/job-records.ts';
import { folderRecords } from '../../adapters/dynamodb/library/folder-records.ts';
import { relationRecords } from '../../adapters/dynamodb/sets/relation-records.ts';
import { documentClient, s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { environment } from './env.ts';
import { planJob } from './plan-job.ts';

const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET, MASTERS_BUCKET, PART_ENTRIES } = readEnvironment(environment);

const { getAssets } = assetRecords(documentClient(), ASSET_TABLE);

const dependencies = {
  ...jobRecords(documentClient(), JOB_TABLE),
  ...settingsRecords(documentClient(), JOB_TABLE),
  ...pendingRecords(documentClient(), ASSET_TABLE),
  getAssets,
  listAssets: assetListing(
    documentClient(),
    ASSET_TABLE,
    getAssets,
    folderRecords(documentClient(), ASSET_TABLE).foldersWithin,
    Date.now,
  ).listAssets,
  derivedOf: relationRecords(documentClient(), ASSET_TABLE).derivedOf,
  readSetRecord: setFiles(s3Client(), MASTERS_BUCKET).readSetRecord,
  ...jobFiles(s3Client(), JOBS_BUCKET),
  clock: () => Date.now(),
  partEntries: Number(PART_ENTRIES),
};

export const handler = logged((event: unknown, context: Context) =>
  planJob(event, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
