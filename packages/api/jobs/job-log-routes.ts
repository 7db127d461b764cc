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
      .meta({ description: 'The copy replaced an earlier one. Given if the job invalidates the CDN' }),
  })
  .meta({ id: 'LogEntry' });

const entryOutcomes = [...outcomes, 'begin', 'end'] as const;

const logFilterQuery = {
  outcome: commaSeparated(entryOutcomes, 'outcome').meta({
    description: 'Only entries with this outcome, or with several, separated by commas',
    example: 'error,not-reached',
  }),
  asset: assetId.optional().meta({ description: 'Only entries about the asset with this id' }),
  server: z
    .enum(servers, `must be one of ${servers.join(', ')}`)
    .optional()
    .meta({ description: 'Only entries about this server' }),
};

export const jobLogRoutes = {
  readJobLog: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}/log',
    operationId: 'readJobLog',
    summary: "Read a job's log, with filters",
    role: 'viewer',
    params: jobParams,
    query: z.strictObject({ ...page, limit: page.limit.unwrap().default(1_000), ...logFilterQuery }),
    response: {
      status: 200,
      description:
        'A page of entries: begin, work, end. With filters a page may be short or empty and still have a `next`, because one request reads a long log for 20 seconds at most',
      schema: pageOf(logEntry),
    },
    failures: ['job.not-found'],
  }),

  downloadJobLog: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}/log/download',
    operationId: 'downloadJobLog',
    summary: 'Download the log of a job that has ended as a file, with filters',
    role: 'viewer',
    params: jobParams,
    query: z.strictObject({
      format: z.enum(['jsonl', 'csv'], 'must be jsonl or csv').default('jsonl').meta({
        description: '`jsonl`: one line of JSON per entry. `csv`: a table by RFC 4180 with a header',
      }),
      link: z.enum(['auto', 'always'], 'must be auto or always').default('auto').meta({
        description:
          '`auto`: the address of the file only for more than 5,000 entries. `always`: also for fewer, for programs that cannot send a token with a download',
      }),
      ...logFilterQuery,
    }),
    response: {
      status: 200,
      description:
        'The file, as an attachment. For more than 5,000 entries, or with `link=always`: its address as JSON, valid for 10 minutes',
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
      description: 'A long log is being assembled. Try again after the seconds in the header `Retry-After`',
      schema: z
        .strictObject({
          progress: z.number().min(0).max(1).meta({ description: 'Finished part of the log, 0 to 1' }),
          lines: z.int().min(0).meta({ description: 'Finished lines' }),
        })
        .meta({ id: 'LogFileProgress' }),
    },
    failures: ['job.not-found', 'job.not-ended'],
  }),
};
