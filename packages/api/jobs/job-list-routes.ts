import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { type JobStatus, jobStatuses, outcomes } from '../../../domain/jobs/job.ts';
import { jobOrders, jobSorts } from '../../../domain/jobs/job-order.ts';
import { allowedStatuses } from '../../../domain/jobs/plan-job-list.ts';
import { defineRoute } from '../route.ts';
import { assetId, companyParams, jobParams, jobResponse, logEntry, page, pageOf, time } from '../values.ts';

/** Lists of jobs and their logs. docs/jobs.md describes filters, orders and limits. */

/** Several values with commas between. */
const commaSeparated = <const Value extends string>(values: readonly Value[], name: string) =>
  z
    .string()
    .transform((text) => [...new Set(text.split(','))].sort())
    .refine(
      (given): given is Value[] => given.every((one) => values.some((known) => known === one)),
      `must be one ${name} or several of ${values.join(', ')}, with commas between`,
    )
    .optional();

/** A day is one on the clocks of the company. */
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a date or a time in ISO 8601')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a date or a time in ISO 8601')
  .optional();

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

export const jobListRoutes = {
  listJobs: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs',
    operationId: 'listJobs',
    summary:
      'List publish and upload jobs: newest first, or by any column; all filters that are given must hold',
    role: 'viewer',
    params: companyParams,
    query: z
      .strictObject({
        ...page,
        state: z
          .enum(['active', 'ended'], 'must be active or ended')
          .optional()
          .meta({ description: '`active`: queued, running or stopping. `ended`: all others' }),
        kind: z
          .enum(['publish', 'upload', 'all'], 'must be publish, upload or all')
          .default('all')
          .meta({ description: 'Job Type' }),
        by: z
          .enum(['mine', 'all'], 'must be mine or all')
          .default('all')
          .meta({ description: '`mine`: what the caller submitted, or what runs as the caller' }),
        user: z
          .string()
          .min(1, 'must not be empty')
          .max(255, 'must have at most 255 characters')
          .optional()
          .meta({ description: 'Subject of the member whose jobs are wanted' }),
        status: commaSeparated<JobStatus>(jobStatuses, 'status').meta({
          description: 'One status, or several with commas between',
          example: 'failed,completed-with-errors',
        }),
        from: moment.meta({
          description:
            "Submitted then or later: a time, or a day by the company's clocks from its beginning. Unless given, lists that are not by `started` have the ended jobs of the last 30 days before `to`, or before now",
          example: '2026-11-01',
        }),
        to: moment.meta({
          description: "Submitted then or before: a time, or a day by the company's clocks to its end",
          example: '2026-11-30',
        }),
        sort: z
          .enum(jobSorts, `must be one of ${jobSorts.join(', ')}`)
          .default('started')
          .meta({
            description:
              'Column. `started`: by submission, without limit. By any other column at most 10,000 jobs of the range from `from` to `to` are sorted. Equal ones come in the order of submission. By `total`, `warnings`, `errors` and `duration` jobs that have not ended stand before all others. `destination` is the folder of an upload',
          }),
        order: z
          .enum(jobOrders, 'must be asc or desc')
          .optional()
          .meta({ description: '`desc` by `started`, else `asc`, unless given' }),
      })
      .refine(({ by, user }) => by === 'all' || user === undefined, {
        path: ['user'],
        message: 'cannot be given together with by=mine',
      })
      .refine(({ state, status: statuses }) => allowedStatuses({ state, statuses })?.length !== 0, {
        path: ['status'],
        message: 'names no status that jobs of this state have',
      }),
    response: {
      status: 200,
      description:
        'A page of jobs. With filters it may be short, even empty, and still have a `next`: a request reads the list for 5 seconds at most',
      schema: pageOf(jobResponse),
    },
    failures: ['job.range-too-wide'],
  }),

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
