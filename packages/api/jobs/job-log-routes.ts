import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { outcomes } from '../../../domain/jobs/job.ts';
import { defineRoute } from '../route.ts';
import { assetId, commaSeparated, count, jobParams, page, pageOf, time } from '../values.ts';

const logEntry = z
  .strictObject({
    time,
    asset: z.string().optional(),
    type: z.string().optional(),
    server: z.enum(servers).optional(),
    outcome: z.enum([...outcomes, 'begin', 'end', 'notice']),
    message: z.string(),
    bytes: count.optional(),
    replaced: z
      .literal(true)
      .optional()
      .meta({ description: 'It took the place of what visitors had: told where the job flushes the CDN' }),
  })
  .meta({ id: 'LogEntry' });

const entryOutcomes = [...outcomes, 'begin', 'end'] as const;

const logFilterQuery = {
  outcome: commaSeparated(entryOutcomes, 'outcome').meta({
    description: 'Only lines of this outcome, or of several with commas between',
    example: 'error,not-reached',
  }),
  asset: assetId.optional().meta({ description: 'Only lines about this asset: its whole id' }),
  server: z
    .enum(servers, `must be one of ${servers.join(', ')}`)
    .optional()
    .meta({ description: 'Only lines about this server' }),
};

export const jobLogRoutes = {
  readJobLog: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}/log',
    operationId: 'readJobLog',
    summary: "Read a job's log, or the lines of it that are wanted",
    role: 'viewer',
    params: jobParams,
    query: z.strictObject({ ...page, limit: page.limit.unwrap().default(1_000), ...logFilterQuery }),
    response: {
      status: 200,
      description:
        'A page of lines: begin, work, end. With filters it may be short, even empty, and still have a `next`: a long log is looked through for 20 seconds at a time',
      schema: pageOf(logEntry),
    },
    failures: ['job.not-found'],
  }),

  downloadJobLog: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}/log/download',
    operationId: 'downloadJobLog',
    summary: 'Download the log of a job that has ended, or the lines of it that are wanted, as a file',
    role: 'viewer',
    params: jobParams,
    query: z.strictObject({
      format: z
        .enum(['jsonl', 'csv'], 'must be jsonl or csv')
        .default('jsonl')
        .meta({ description: 'A line of JSON for each line, or a table by RFC 4180 with a header' }),
      ...logFilterQuery,
    }),
    response: {
      status: 200,
      description:
        'The file, as an attachment. Of a log of more than 5,000 such lines: where it lies, as JSON; the address is good for 10 minutes',
      schema: z
        .strictObject({
          url: z.url(),
          expires: time,
          bytes: z.int().min(0),
        })
        .meta({ id: 'LogFile' }),
      files: ['application/x-ndjson', 'text/csv'],
    },
    alternative: {
      status: 202,
      description:
        'A long log is being put together; ask again after the seconds that the header `Retry-After` names',
      schema: z
        .strictObject({
          progress: z.number().min(0).max(1).meta({ description: 'Part of the log that is there' }),
          lines: z.int().min(0).meta({ description: 'Lines that are there' }),
        })
        .meta({ id: 'LogFileProgress' }),
    },
    failures: ['job.not-found', 'job.not-ended'],
  }),
};
