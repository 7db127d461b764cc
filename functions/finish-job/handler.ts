import type { Context } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { partStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import { permitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import { queueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
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
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { planFiles } from '../../adapters/s3/plan-files.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { environment } from './env.ts';
import { finishJob } from './finish-job.ts';

const {
  ASSET_TABLE,
  JOB_TABLE,
  JOBS_BUCKET,
  PUBLISH_STATE_MACHINE,
  INVALIDATION_QUEUE,
  NOTIFICATION_QUEUE,
  EVENT_BUS,
  MAX_RUNNING_JOBS,
} = readEnvironment(environment);

const warn = (message: string, facts: Record<string, unknown>) => logger.warn(message, facts);

const dependencies = {
  ...assetStore(documentClient(), ASSET_TABLE),
  ...jobStore(documentClient(), JOB_TABLE),
  ...partStore(documentClient(), JOB_TABLE),
  ...queueStore(documentClient(), JOB_TABLE),
  ...permitStore(documentClient(), JOB_TABLE),
  ...jobLogs(s3Client(), JOBS_BUCKET),
  ...planFiles(s3Client(), JOBS_BUCKET),
  ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
  ...invalidationQueue(sqsClient(), INVALIDATION_QUEUE),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  emitEnd: eventBus(eventsClient(), EVENT_BUS, warn).emitEnd,
  maxRunningJobs: Number(MAX_RUNNING_JOBS),
  now: () => new Date().toISOString(),
  warn,
};

export const handler = logged((event: unknown, context: Context) =>
  finishJob(event, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
