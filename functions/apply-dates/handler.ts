import { createHash } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { liveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { submissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
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
import { queueMessages } from '../../adapters/runtime/queue-messages.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { planFiles } from '../../adapters/s3/plan-files.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { dueMoment } from './apply-dates.contract.ts';
import { applyDates } from './apply-dates.ts';
import { environment } from './env.ts';
import { findDue } from './find-due.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const bus = eventBus(eventsClient(), env.EVENT_BUS, (message, facts) => logger.warn(message, facts));
const jobs = jobStore(documents, env.JOB_TABLE);

const dependencies = {
  ...assetStore(documents, env.ASSET_TABLE),
  ...liveDateStore(documents, env.ASSET_TABLE),
  getSettings: settingsStore(documents, env.JOB_TABLE).getSettings,
  // It only deletes objects, so it needs no masters.
  deleteFromOrigin: originCopies(s3Client(), '', originBuckets(env)).deleteFromOrigin,
  ...invalidationQueue(sqsClient(), env.INVALIDATION_QUEUE),
  writeScope: planFiles(s3Client(), env.JOBS_BUCKET).writeScope,
  submit: (job: PublishJob) =>
    submitPublishJob(job, {
      ...jobs,
      ...submissionStore(documents, env.JOB_TABLE),
      ...executions(sfnClient(), env.PUBLISH_STATE_MACHINE),
      emitStatus: bus.emitStatus,
    }),
  request: sendJson(sqsClient(), env.DATES_QUEUE),
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  now: () => new Date().toISOString(),
  clock: Date.now,
  log: logger,
};

/** The clock calls it without a message, the queue with messages, operators with such a message as the event. */
export const handler = logged(async (event: unknown, context: Context) => {
  const timeLeft = () => context.getRemainingTimeInMillis();
  const messages = queueMessages(event);
  const asked = dueMoment.safeParse(event);
  if (!messages && !asked.success) return { messages: await findDue(dependencies) };
  try {
    for (const message of messages ?? [event])
      await applyDates(dueMoment.parse(message), { ...dependencies, timeLeft });
  } finally {
    await bus.flush();
  }
  // What a queue's function returns is about messages that failed.
  return undefined;
});
