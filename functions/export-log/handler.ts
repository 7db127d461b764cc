import type { Context, SQSEvent } from 'aws-lambda';
import { partStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import { documentClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { logExports } from '../../adapters/s3/log-exports.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { environment } from './env.ts';
import { exportLog } from './export-log.ts';

const { JOB_TABLE, JOBS_BUCKET, EXPORT_QUEUE } = readEnvironment(environment);

const dependencies = {
  ...partStore(documentClient(), JOB_TABLE),
  ...jobLogs(s3Client(), JOBS_BUCKET),
  ...logExports(s3Client(), JOBS_BUCKET),
  requestExport: sendJson(sqsClient(), EXPORT_QUEUE),
  now: () => new Date().toISOString(),
};

export const handler = logged((event: unknown, context: Context) =>
  exportLog(event as SQSEvent, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
