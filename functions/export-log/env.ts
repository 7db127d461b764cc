import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What export-log needs from its environment. */
export const environment = defineEnvironment('JOB_TABLE', 'JOBS_BUCKET', 'EXPORT_QUEUE');
