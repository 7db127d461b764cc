import { createHash } from 'node:crypto';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { submissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { scheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
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
import { sourceLists } from '../../adapters/s3/source-lists.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { submitFetchingUpload } from '../../application/uploads/submit-fetching-upload.ts';
import type { PublishJob, UploadJob } from '../../domain/jobs/job.ts';
import type { UploadSource } from '../../domain/uploads/upload-source.ts';
import { environment } from './env.ts';
import { startJob } from './start-job.ts';

const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET, FETCH_QUEUE, PUBLISH_STATE_MACHINE, EVENT_BUS } =
  readEnvironment(environment);
const documents = documentClient();
const jobs = jobStore(documents, JOB_TABLE);
const bus = eventBus(eventsClient(), EVENT_BUS, (message, facts) => logger.warn(message, facts));

const dependencies = {
  ...scheduleStore(documents, JOB_TABLE),
  ...settingsStore(documents, JOB_TABLE),
  ...memberStore(documents, JOB_TABLE),
  getJob: jobs.getJob,
  submit: (job: PublishJob) =>
    submitPublishJob(job, {
      ...jobs,
      ...submissionStore(documents, JOB_TABLE),
      ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
      emitStatus: bus.emitStatus,
    }),
  submitUpload: (job: UploadJob, from: UploadSource) =>
    submitFetchingUpload(job, from, {
      ...uploadStore(documents, JOB_TABLE, ASSET_TABLE, jobs),
      ...sourceLists(s3Client(), JOBS_BUCKET),
      ...fetchQueue(sqsClient(), FETCH_QUEUE),
    }),
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  now: () => new Date().toISOString(),
  log: logger,
};

export const handler = logged((event: unknown) => startJob(event, dependencies).finally(bus.flush));
