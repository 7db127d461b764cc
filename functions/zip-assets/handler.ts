import type { Context, SQSEvent } from 'aws-lambda';
import { s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { readMasterRange } from '../../adapters/s3/master-range.ts';
import { zipDownloads } from '../../adapters/s3/zip-downloads.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { environment } from './env.ts';
import { zipAssets } from './zip-assets.ts';

const { JOBS_BUCKET, MASTERS_BUCKET, ZIP_QUEUE } = readEnvironment(environment);

const dependencies = {
  ...zipDownloads(s3Client(), JOBS_BUCKET),
  readRange: readMasterRange.bind(undefined, s3Client(), MASTERS_BUCKET),
  requestZip: sendJson(sqsClient(), ZIP_QUEUE),
  now: () => new Date().toISOString(),
};

export const handler = logged((event: unknown, context: Context) =>
  zipAssets(event as SQSEvent, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
