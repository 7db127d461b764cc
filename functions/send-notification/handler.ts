import { createHash, randomBytes } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { ulid } from 'ulid';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { submissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { mailMemberStore } from '../../adapters/dynamodb/notifications/mail-member-store.ts';
import { notificationStore } from '../../adapters/dynamodb/notifications/notification-store.ts';
import { webhookSecretStore } from '../../adapters/dynamodb/notifications/webhook-secret-store.ts';
import { scheduleNotificationStore } from '../../adapters/dynamodb/schedules/schedule-notification-store.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import {
  documentClient,
  eventsClient,
  s3Client,
  sesClient,
  sfnClient,
  sqsClient,
} from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { sendMail } from '../../adapters/ses/send-mail.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { sendWebhook } from '../../adapters/webhook/send-webhook.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { signingSecrets } from '../../application/notifications/signing-secrets.ts';
import { environment } from './env.ts';
import { type SendNotificationDependencies, sendNotification } from './send-notification.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const now = () => new Date().toISOString();
const secrets = {
  ...webhookSecretStore(documents, env.SECRET_TABLE),
  newId: ulid,
  randomBytes,
  now,
};
const jobs = jobStore(documents, env.JOB_TABLE);
const bus = eventBus(eventsClient(), env.EVENT_BUS, (message, facts) => logger.warn(message, facts));
const allowLoopback = env.NOTIFY_LOOPBACK === 'on';

const dependencies: SendNotificationDependencies = {
  ...jobs,
  ...jobLogs(s3Client(), env.JOBS_BUCKET),
  ...notificationStore(documents, env.JOB_TABLE),
  ...scheduleNotificationStore(documents, env.JOB_TABLE),
  ...mailMemberStore(documents, env.JOB_TABLE),
  ...notificationQueue(sqsClient(), env.NOTIFICATION_QUEUE),
  signingSecrets: (company) => signingSecrets(company, secrets),
  send: (request) => sendWebhook(request, { allowLoopback }),
  getSettings: settingsStore(documents, env.JOB_TABLE).getSettings,
  submit: (job) =>
    submitPublishJob(job, {
      ...jobs,
      ...submissionStore(documents, env.JOB_TABLE),
      ...executions(sfnClient(), env.PUBLISH_STATE_MACHINE),
      emitStatus: bus.emitStatus,
    }),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  mail: env.MAIL_FROM === 'off' ? undefined : (to, mail) => sendMail(sesClient(), env.MAIL_FROM, to, mail),
  apiUrl: env.API_URL,
  now,
  clock: () => performance.now(),
  log: logger,
};

export const handler = (event: SQSEvent) => sendNotification(event, dependencies).finally(bus.flush);
