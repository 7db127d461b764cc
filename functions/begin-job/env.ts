import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What begin-job needs from its environment. */
export const environment = defineEnvironment('JOB_TABLE', 'JOBS_BUCKET', 'NOTIFICATION_QUEUE', 'EVENT_BUS');
