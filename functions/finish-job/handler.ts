import type { Context } from 'aws-lambda';
import { assetRecords } from '../../adapters/dynamodb/assets/asset-records.ts';
import { jobRecords } from '../../adapters/dynamodb/jobs/job-records.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import {
  documentClient,
  eventsClient,
  s3Client,
  sfnClient,
  sqsClient,
} from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { flushInBatches } from '../../application/library/flush-in-batches.ts';
import { environment } from './env.ts';
import { finishJob } from './finish-job.ts';

const {
  ASSET_TABLE,
  JOB_TABLE,
  JOBS_BUCKET,
  PUBLISH_STATE_MACHINE,
  WITHDRAWN_QUEUE,
  NOTIFICATION_QUEUE,
  EVENT_BUS,
} = readEnvironment(environment);

const send = sendJson(sqsClient(), WITHDRAWN_QUEUE);
const warn = (message: string, facts: Record<string, unknown>) => logger.warn(message, facts);

const dependencies = {
  ...assetRecords(documentClient(), ASSET_TABLE),
  ...jobRecords(documentClient(), JOB_TABLE),
  ...jobFiles(s3Client(), JOBS_BUCKET),
  ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
  flushAssets: (company: string, ids: readonly string[]) => flushInBatches(company, ids, send),
  flushCompany: (company: string) => send({ company, all: true }),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  announceEnd: eventBus(eventsClient(), EVENT_BUS, warn).announceEnd,
  now: () => new Date().toISOString(),
  warn,
};

export const handler = logged((event: unknown, context: Context) =>
  finishJob(event, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
