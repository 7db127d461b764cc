import * as z from 'zod';

/** The message in the queue of zip-assets: the ZIP file to write. */
export const zipRequest = z.object({ company: z.string().min(1), id: z.string().length(26) });
