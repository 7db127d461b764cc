import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What plan-job needs from its environment. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'MASTERS_BUCKET',
  'PART_ENTRIES',
);
