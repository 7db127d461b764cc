import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of finish-job. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'PUBLISH_STATE_MACHINE',
  'INVALIDATION_QUEUE',
  'EVENT_BUS',
  'NOTIFICATION_QUEUE',
  'MAX_RUNNING_JOBS',
);
