/** The messages in the queue of count-usage. */
import * as z from 'zod';

const announced = z.object({ assets: z.number(), bytes: z.number() });

export const usageWork = z.union([
  /** EventBridge's "Object Created" of S3: a log file of CloudFront. Its key is not URL-encoded. */
  z.object({
    detail: z.object({
      bucket: z.object({ name: z.string() }),
      object: z.object({ key: z.string() }),
    }),
  }),
  /** What a company has stored is to be counted, or counted on from a place. */
  z.object({
    company: z.string().min(1),
    progress: z
      .object({
        started: z.iso.datetime(),
        announcedBefore: announced,
        assets: z.number(),
        masterBytes: z.number(),
        publishedBytes: z.number(),
        /** 0 for the masters, then the origins in their order. */
        bucket: z.int().nonnegative(),
        from: z.object({ key: z.string(), versionId: z.string().optional() }).optional(),
      })
      .optional(),
  }),
]);

export type UsageWork = z.output<typeof usageWork>;
