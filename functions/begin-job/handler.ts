import { jobRecords } from '../../adapters/dynamodb/job-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import { documentClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { beginJob } from './begin-job.ts';
import { environment } from './env.ts';

const { JOB_TABLE, JOBS_BUCKET, NOTIFICATION_QUEUE } = readEnvironment(environment);

const dependencies = {
  ...jobRecords(documentClient(), JOB_TABLE),
  ...settingsRecords(documentClient(), JOB_TABLE),
  ...jobFiles(s3Client(), JOBS_BUCKET),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  now: () => new Date().toISOString(),
};

export const handler = logged((event: unknown) => beginJob(event, dependencies));
