import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of begin-job. */
export const environment = defineEnvironment(
  'JOB_TABLE',
  'JOBS_BUCKET',
  'NOTIFICATION_QUEUE',
  'EVENT_BUS',
  'MAX_RUNNING_JOBS',
);
