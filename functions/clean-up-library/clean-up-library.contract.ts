/** The messages of clean-up-library to itself: a piece of work, and where it goes on. */
import * as z from 'zod';

const place = z.object({
  date: z.iso.date(),
  shard: z.int().nonnegative(),
  after: z.string().min(1).optional(),
});

export const cleanUpWork = z.union([
  /** Deletes what is due of a company, from a place of the purge index on. `run` is the time of the clock's call. */
  z.object({ company: z.string().min(1), run: z.iso.datetime(), from: place }),
  /** Finds the companies with something that is due, from a place of the purge index on. */
  z.object({ all: z.literal('companies'), run: z.iso.datetime(), from: place }),
]);

export type CleanUpWork = z.output<typeof cleanUpWork>;
