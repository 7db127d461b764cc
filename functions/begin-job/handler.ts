import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { permitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import { queueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { documentClient, eventsClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { beginJob } from './begin-job.ts';
import { environment } from './env.ts';

const { JOB_TABLE, JOBS_BUCKET, NOTIFICATION_QUEUE, EVENT_BUS, MAX_RUNNING_JOBS } =
  readEnvironment(environment);

const bus = eventBus(eventsClient(), EVENT_BUS, (message, facts) => logger.warn(message, facts));

const dependencies = {
  ...jobStore(documentClient(), JOB_TABLE),
  ...queueStore(documentClient(), JOB_TABLE),
  ...permitStore(documentClient(), JOB_TABLE),
  ...settingsStore(documentClient(), JOB_TABLE),
  ...jobLogs(s3Client(), JOBS_BUCKET),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  emitStatus: bus.emitStatus,
  maxRunningJobs: Number(MAX_RUNNING_JOBS),
  now: () => new Date().toISOString(),
};

export const handler = logged((event: unknown) => beginJob(event, dependencies).finally(bus.flush));
