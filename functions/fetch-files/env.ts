import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of fetch-files. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'UPLOAD_BUCKET',
  'JOBS_BUCKET',
  'SOURCE_BUCKETS',
  /** The queue that this function reads. */
  'FETCH_QUEUE',
  /** The queue of ingest-upload. */
  'UPLOADED_QUEUE',
  'NOTIFICATION_QUEUE',
  'NOTIFY_LOOPBACK',
);
