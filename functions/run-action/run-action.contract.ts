import * as z from 'zod';

/** The message in the queue of run-action: the action job to continue. */
export const actionRequest = z.object({ company: z.string().min(1), jobId: z.string().length(26) });

/** Deliveries of a message. At the last one, an asset that still fails is an error of the job and does not stop it. */
export const actionReceives = 5;
