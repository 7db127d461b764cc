import { assetRecords } from '../../adapters/dynamodb/asset-records.ts';
import { jobRecords } from '../../adapters/dynamodb/job-records.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import {
  documentClient,
  eventBridgeClient,
  s3Client,
  sfnClient,
  sqsClient,
} from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { environment } from './env.ts';
import { finishJob } from './finish-job.ts';

const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET, PUBLISH_STATE_MACHINE, NOTIFICATION_QUEUE, EVENT_BUS } =
  readEnvironment(environment);

const dependencies = {
  ...assetRecords(documentClient(), ASSET_TABLE),
  ...jobRecords(documentClient(), JOB_TABLE),
  ...jobFiles(s3Client(), JOBS_BUCKET),
  ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  now: () => new Date().toISOString(),
};

const bus = eventBus(eventBridgeClient(), EVENT_BUS, (message, facts) => logger.warn(message, facts));

export const handler = logged(async (event: unknown) => {
  const output = await finishJob(event, dependencies);
  if (output.outcome === 'ended') {
    const job = await dependencies.getJob(output.company, output.jobId);
    if (job) bus.announceStatus(job, job.ended ?? dependencies.now());
    await bus.flush();
  }
  return output;
});
