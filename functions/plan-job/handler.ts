import type { Context } from 'aws-lambda';
import { jobRecords } from '../../adapters/dynamodb/job-records.ts';
import { pendingRecords } from '../../adapters/dynamodb/pending-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import { documentClient, s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { environment } from './env.ts';
import { planJob } from './plan-job.ts';

const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET } = readEnvironment(environment);

const dependencies = {
  ...jobRecords(documentClient(), JOB_TABLE),
  ...settingsRecords(documentClient(), JOB_TABLE),
  ...pendingRecords(documentClient(), ASSET_TABLE),
  ...jobFiles(s3Client(), JOBS_BUCKET),
  clock: () => Date.now(),
};

export const handler = logged((event: unknown, context: Context) =>
  planJob(event, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
