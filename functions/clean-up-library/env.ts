import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of clean-up-library. */
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
  'COMPANY_QUEUE',
);
