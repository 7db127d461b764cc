import * as z from 'zod';
import type { JobStatus } from '../../../domain/jobs/job.ts';
import { jobStatuses } from '../../../domain/jobs/job.ts';
import { jobOrders, jobSorts } from '../../../domain/jobs/job-order.ts';
import { allowedStatuses } from '../../../domain/jobs/plan-job-list.ts';
import { dryRun, dryRunResponse } from '../assets/dry-run.ts';
import { defineRoute } from '../route.ts';
import {
  commaSeparated,
  companyParams,
  jobParams,
  name,
  noBody,
  noQuery,
  page,
  pageOf,
  partial,
  planId,
} from '../values.ts';
import { jobResponse } from './job-response.ts';
import { jobScope, publishOptions } from './publish-options.ts';

/** A day is one on the clocks of the company. */
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a date or a time in ISO 8601')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a date or a time in ISO 8601')
  .optional();

export const jobRoutes = {
  submitJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs',
    operationId: 'submitJob',
    summary: 'Submit a publish job',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        name: name.default('Publish'),
        ...publishOptions,
        publish: publishOptions.publish.unwrap().optional(),
        force: publishOptions.force.unwrap().optional(),
        scope: jobScope,
        partial,
        dryRun,
        plan: planId.optional().meta({
          description:
            'Id of a stored plan: the job does exactly what it says. Not together with `publish`, `servers`, `force`, `scope`, `partial` and `dryRun`',
        }),
        skipChanged: z.boolean('must be true or false').default(false).meta({
          description:
            'Only with `plan`: also run the plan if assets have changed since. The job skips and logs those',
        }),
      })
      .superRefine((body, context) => {
        if (body.plan === undefined) {
          if (body.skipChanged)
            context.addIssue({ code: 'custom', path: ['skipChanged'], message: 'needs plan' });
          return;
        }
        for (const option of ['publish', 'servers', 'force', 'scope'] as const) {
          if (body[option] !== undefined)
            context.addIssue({ code: 'custom', path: [option], message: 'is fixed by the plan' });
        }
        for (const option of ['partial', 'dryRun'] as const) {
          if (body[option])
            context.addIssue({
              code: 'custom',
              path: [option],
              message: 'cannot be given together with plan',
            });
        }
      })
      .prefault({})
      .meta({
        id: 'NewJob',
        example: {
          name: 'Autumn collection',
          publish: 'full',
          servers: ['image-serving'],
          scope: { folder: '/autumn/', below: true },
        },
      }),
    idempotencyKey: true,
    response: {
      status: 201,
      description: 'The job, queued. For a repeated key: the job of the first request',
      schema: jobResponse,
    },
    dryRun: { status: 200, description: 'What the job would do', schema: dryRunResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'plan.not-found',
      'plan.not-ready',
      'plan.outdated',
      'request.key-reused',
      'scope.changed',
      'scope.too-large',
      'search.not-ready',
      'storage.busy',
    ],
  }),

  retryJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs/{jobId}/retry',
    operationId: 'retryJob',
    summary: 'Submit a job for the assets that failed or were not reached in another job',
    role: 'user',
    rights: 'Users retry only their own jobs; admins retry all. The new job has no HTTP notification.',
    params: jobParams,
    query: noQuery,
    body: noBody,
    idempotencyKey: true,
    response: { status: 201, description: 'The new job, queued', schema: jobResponse },
    failures: ['job.not-found', 'job.not-retryable', 'request.key-reused', 'storage.busy'],
  }),

  undoJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs/{jobId}/undo',
    operationId: 'undoJob',
    summary: 'Submit a job that puts back what was live before another job, and withdraws what was new',
    role: 'user',
    rights: 'Users undo only their own jobs; admins undo all.',
    params: jobParams,
    query: noQuery,
    body: z.strictObject({ dryRun }).prefault({}),
    idempotencyKey: true,
    response: { status: 201, description: 'The new job, queued', schema: jobResponse },
    dryRun: { status: 200, description: 'What the job would do', schema: dryRunResponse },
    failures: ['job.not-found', 'job.not-undoable', 'request.key-reused', 'storage.busy'],
    audit: { kind: 'undos', subject: { in: 'params', name: 'jobId' } },
  }),

  listJobs: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs',
    operationId: 'listJobs',
    summary:
      'List publish, upload and action jobs: newest first, or by any column; all filters that are given must hold',
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
          .enum(['publish', 'upload', 'action', 'all'], 'must be publish, upload, action or all')
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

  readJob: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}',
    operationId: 'readJob',
    summary: 'Read a job with its live counts',
    role: 'viewer',
    params: jobParams,
    query: noQuery,
    response: { status: 200, description: 'The job', schema: jobResponse },
    failures: ['job.not-found'],
  }),

  cancelJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs/{jobId}/cancel',
    operationId: 'cancelJob',
    summary:
      'Stop a job at its next safe point, or end by force a job that has been stopping for five minutes',
    role: 'user',
    params: jobParams,
    query: noQuery,
    body: z
      .strictObject({
        force: z.boolean('must be true or false').default(false).meta({
          description:
            'End a publish job that does not reach a safe point. Allowed five minutes after the stop request; before that, the response is 409 with the time `from`. Published assets stay live and are counted',
        }),
      })
      .prefault({}),
    response: { status: 202, description: 'The job, stopped or stopping', schema: jobResponse },
    failures: ['job.not-found', 'job.already-ended', 'job.too-early-for-force'],
  }),
};
