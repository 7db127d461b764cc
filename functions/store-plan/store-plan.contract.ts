import * as z from 'zod';

/** The message in the queue of store-plan: the plan to continue. */
export const planRequest = z.object({ company: z.string().min(1), planId: z.string().length(26) });
