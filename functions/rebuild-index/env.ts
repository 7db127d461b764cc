import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of rebuild-index. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'MASTERS_BUCKET',
  'JOBS_BUCKET',
  'INDEX_QUEUE',
);
