import { assetRecords } from '../../adapters/dynamodb/asset-records.ts';
import { jobRecords } from '../../adapters/dynamodb/job-records.ts';
import { documentClient, s3Client, sfnClient, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { environment } from './env.ts';
import { finishJob } from './finish-job.ts';

const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET, PUBLISH_STATE_MACHINE, NOTIFICATION_QUEUE } =
  readEnvironment(environment);

const dependencies = {
  ...assetRecords(documentClient(), ASSET_TABLE),
  ...jobRecords(documentClient(), JOB_TABLE),
  ...jobFiles(s3Client(), JOBS_BUCKET),
  ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  now: () => new Date().toISOString(),
};

export const handler = logged((event: unknown) => finishJob(event, dependencies));
