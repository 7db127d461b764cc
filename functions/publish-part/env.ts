import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of publish-part. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'MASTERS_BUCKET',
  'IMAGE_SERVING_BUCKET',
  'IMAGE_RENDERING_BUCKET',
  'VIDEO_BUCKET',
  'SERVER_DIRECTORY_BUCKET',
  'EVENT_BUS',
  'INVALIDATION_QUEUE',
  'COPIES_AT_A_TIME',
  'BATCHED_UPDATES',
  'RESERVE_SECONDS',
);
