import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What start-job needs from its environment. */
export const environment = defineEnvironment('JOB_TABLE', 'PUBLISH_STATE_MACHINE', 'EVENT_BUS');
