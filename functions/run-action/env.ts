import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of run-action. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'MASTERS_BUCKET',
  'IMAGE_SERVING_BUCKET',
  'IMAGE_RENDERING_BUCKET',
  'VIDEO_BUCKET',
  'SERVER_DIRECTORY_BUCKET',
  'INVALIDATION_QUEUE',
  /** The queue that this function reads. */
  'ACTION_QUEUE',
);
