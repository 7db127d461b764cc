import type { SlotTarget } from './slots.ts';

/** The target of all slots, from the environment of a function that writes slots. */
export function slotTarget(env: {
  readonly SCHEDULE_GROUP: string;
  readonly SCHEDULE_ROLE: string;
  readonly SCHEDULE_DEAD_LETTERS: string;
  readonly START_JOB: string;
}): SlotTarget {
  return {
    group: env.SCHEDULE_GROUP,
    roleArn: env.SCHEDULE_ROLE,
    targetArn: env.START_JOB,
    deadLetterArn: env.SCHEDULE_DEAD_LETTERS,
  };
}
