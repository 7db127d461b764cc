/** The message about a company whose jobs are to be reconciled. */
import * as z from 'zod';

export const companyToReconcile = z.object({ company: z.string().min(1) });
