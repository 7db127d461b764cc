import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of find-refused-parts. */
export const environment = defineEnvironment('JOB_TABLE', 'JOBS_BUCKET');
