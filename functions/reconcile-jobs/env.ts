import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What reconcile-jobs needs from its environment. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'PUBLISH_STATE_MACHINE',
  'NOTIFICATION_QUEUE',
);
