import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of start-job. */
export const environment = defineEnvironment('JOB_TABLE', 'PUBLISH_STATE_MACHINE', 'EVENT_BUS');
