import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of export-log. */
export const environment = defineEnvironment('JOB_TABLE', 'JOBS_BUCKET', 'EXPORT_QUEUE');
