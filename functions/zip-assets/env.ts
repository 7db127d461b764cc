import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of zip-assets. */
export const environment = defineEnvironment('JOBS_BUCKET', 'MASTERS_BUCKET', 'ZIP_QUEUE');
