import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of send-notification. */
export const environment = defineEnvironment(
  'JOB_TABLE',
  'SECRET_TABLE',
  'JOBS_BUCKET',
  'NOTIFICATION_QUEUE',
  'PUBLISH_STATE_MACHINE',
  'EVENT_BUS',
  'API_URL',
  'MAIL_FROM',
  'NOTIFY_LOOPBACK',
);
