import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of apply-dates. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'IMAGE_SERVING_BUCKET',
  'IMAGE_RENDERING_BUCKET',
  'VIDEO_BUCKET',
  'SERVER_DIRECTORY_BUCKET',
  'PUBLISH_STATE_MACHINE',
  'EVENT_BUS',
  'INVALIDATION_QUEUE',
  'DATES_QUEUE',
);
