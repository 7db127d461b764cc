import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What clean-up-library needs from its environment. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'MASTERS_BUCKET',
  'IMAGE_SERVING_BUCKET',
  'IMAGE_RENDERING_BUCKET',
  'VIDEO_BUCKET',
  'SERVER_DIRECTORY_BUCKET',
  'INVALIDATION_QUEUE',
  'EVENT_BUS',
);
