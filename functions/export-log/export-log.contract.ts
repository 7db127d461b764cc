import * as z from 'zod';
import { logFormats } from '../../adapters/s3/log-exports.ts';
import { servers } from '../../domain/delivery/server.ts';
import { outcomes } from '../../domain/jobs/job.ts';

/** The message in the queue of export-log: the log to export. */
export const exportRequest = z.object({
  company: z.string().min(1),
  jobId: z.string().length(26),
  format: z.enum(logFormats),
  filter: z.object({
    outcomes: z.array(z.enum([...outcomes, 'begin', 'end'])).optional(),
    asset: z.string().optional(),
    server: z.enum(servers).optional(),
  }),
});
