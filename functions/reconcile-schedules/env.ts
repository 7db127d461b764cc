import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What reconcile-schedules needs from its environment. */
export const environment = defineEnvironment(
  'JOB_TABLE',
  'SCHEDULE_GROUP',
  'SCHEDULE_ROLE',
  'SCHEDULE_DEAD_LETTERS',
  'START_JOB',
);
