import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of reconcile-schedules. */
export const environment = defineEnvironment(
  'JOB_TABLE',
  'SCHEDULE_GROUP',
  'SCHEDULE_ROLE',
  'SCHEDULE_DEAD_LETTERS',
  'START_JOB',
  'RECONCILE_QUEUE',
);
