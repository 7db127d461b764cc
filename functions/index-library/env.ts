import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of index-library. */
export const environment = defineEnvironment('JOBS_BUCKET');
