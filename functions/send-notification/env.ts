import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What send-notification needs from its environment. */
export const environment = defineEnvironment(
  'JOB_TABLE',
  'SECRET_TABLE',
  'JOBS_BUCKET',
  'NOTIFICATION_QUEUE',
  'API_URL',
  'MAIL_FROM',
  'NOTIFY_LOOPBACK',
);
