import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of invalidate-cdn. */
export const environment = defineEnvironment(
  'ASSET_TABLE',
  'JOB_TABLE',
  'MASTERS_BUCKET',
  'JOBS_BUCKET',
  'DELIVERY_DOMAIN',
  'DISTRIBUTION_ID',
  'USER_POOL_CLIENT',
  'TOKEN_ISSUER',
);
