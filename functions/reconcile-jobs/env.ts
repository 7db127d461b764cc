import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of reconcile-jobs. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'PUBLISH_STATE_MACHINE',
  'NOTIFICATION_QUEUE',
  'FETCH_QUEUE',
  'ACTION_QUEUE',
  'COMPANY_QUEUE',
  'MAX_RUNNING_JOBS',
);
