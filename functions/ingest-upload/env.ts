import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of ingest-upload. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'UPLOAD_BUCKET',
  'MASTERS_BUCKET',
  'IMAGE_SERVING_BUCKET',
  'IMAGE_RENDERING_BUCKET',
  'VIDEO_BUCKET',
  'SERVER_DIRECTORY_BUCKET',
  'EVENT_BUS',
  'INVALIDATION_QUEUE',
  'NOTIFICATION_QUEUE',
  'FETCH_QUEUE',
  'HEIC',
  /** The queue that this function reads. */
  'UPLOADED_QUEUE',
  /** The queue for large files, or `off` for the function that reads it. */
  'LARGE_FILES_QUEUE',
);
