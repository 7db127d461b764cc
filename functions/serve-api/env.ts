import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What serve-api needs from its environment. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'UPLOAD_BUCKET',
  'MASTERS_BUCKET',
  'JOBS_BUCKET',
  'IMAGE_SERVING_BUCKET',
  'IMAGE_RENDERING_BUCKET',
  'VIDEO_BUCKET',
  'SERVER_DIRECTORY_BUCKET',
  'PUBLISH_STATE_MACHINE',
  'INVALIDATION_QUEUE',
  'EXPORT_QUEUE',
  'DELIVERY_DOMAIN',
  'EVENT_BUS',
  'SCHEDULE_GROUP',
  'SCHEDULE_ROLE',
  'SCHEDULE_DEAD_LETTERS',
  'START_JOB',
  'SECRET_TABLE',
  'NOTIFICATION_QUEUE',
  'API_URL',
  'MAIL_FROM',
  'NOTIFY_LOOPBACK',
  'USER_POOL',
);
