import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of plan-job. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'MASTERS_BUCKET',
  'PART_ENTRIES',
);
