/** The messages of reconcile-schedules to itself: a piece of work, and where it goes on. */
import * as z from 'zod';

const after = z.string().min(1).optional();

export const schedulesToReconcile = z.union([
  /** The schedules of a company, after an id. */
  z.object({ company: z.string().min(1), after }),
  /** All companies with schedules, after one of them. */
  z.object({ all: z.literal('companies'), after }),
  /** All slots in EventBridge Scheduler, after a page. */
  z.object({ all: z.literal('slots'), after }),
]);

export type SchedulesToReconcile = z.output<typeof schedulesToReconcile>;
