/** The messages of rebuild-index. */
import * as z from 'zod';

export const indexRequest = z.object({
  company: z.string().min(1),
  /** From the asset table. Otherwise only a new snapshot is made if enough has changed. */
  rebuild: z.boolean().default(false),
});

export type IndexRequest = z.output<typeof indexRequest>;
