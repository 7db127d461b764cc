/** The messages of apply-dates to itself. */
import * as z from 'zod';

/** What is due of a company at a moment. */
export const dueMoment = z.object({ company: z.string().min(1), due: z.iso.datetime() });

export type DueMoment = z.output<typeof dueMoment>;
