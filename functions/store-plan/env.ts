import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of store-plan. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'JOBS_BUCKET',
  'MASTERS_BUCKET',
  'PLAN_QUEUE',
  'PART_ENTRIES',
);
