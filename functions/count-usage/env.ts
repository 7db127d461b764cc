import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of count-usage. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'MASTERS_BUCKET',
  'IMAGE_SERVING_BUCKET',
  'IMAGE_RENDERING_BUCKET',
  'VIDEO_BUCKET',
  'SERVER_DIRECTORY_BUCKET',
  'ACCESS_LOG_BUCKET',
  'USAGE_QUEUE',
);
