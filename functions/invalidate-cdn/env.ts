import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of invalidate-cdn. */
export const environment = defineEnvironment('ASSET_TABLE', 'JOB_TABLE', 'DISTRIBUTION_ID');
