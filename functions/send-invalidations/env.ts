import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of send-invalidations. */
export const environment = defineEnvironment('DISTRIBUTION_ID', 'JOB_TABLE');
