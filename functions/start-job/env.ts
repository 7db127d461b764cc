import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of start-job. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'FETCH_QUEUE',
  'PUBLISH_STATE_MACHINE',
  'EVENT_BUS',
);
