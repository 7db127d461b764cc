import * as z from 'zod';
import { jobStatuses } from '../../../domain/jobs/job.ts';
import { counts } from '../jobs/job-response.ts';
import { defineRoute } from '../route.ts';
import { companyParams, count, noQuery, time } from '../values.ts';

/** What a start page shows of a company. */

const job = {
  id: z.string(),
  name: z.string(),
  kind: z.enum(['publish', 'upload', 'action']),
  status: z.enum(jobStatuses),
  user: z.string().meta({ description: 'Subject of the owner of the job' }),
};
const endedJob = z.strictObject({ ...job, counts, ended: time }).meta({ id: 'OverviewEndedJob' });

export const overviewRoutes = {
  readOverview: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/overview',
    operationId: 'readOverview',
    summary: 'Read what needs attention, what runs, what was published lately and what comes next',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'Each list has at most 10 items, and the number of all',
      schema: z
        .strictObject({
          failedJobs: z
            .strictObject({ count, items: z.array(endedJob) })
            .meta({ description: 'Jobs of the last 7 days that failed or had errors, newest first' }),
          pausedSchedules: z
            .strictObject({
              count,
              items: z.array(
                z.strictObject({
                  id: z.string(),
                  name: z.string(),
                  warning: z
                    .string()
                    .optional()
                    .meta({ description: 'Why the system paused it. Missing if a member did' }),
                }),
              ),
            })
            .meta({ description: 'Schedules that are paused, those with a warning first' }),
          expiringSecrets: z
            .strictObject({ count, items: z.array(z.strictObject({ id: z.string(), validUntil: time })) })
            .optional()
            .meta({ description: 'Secrets of notifications that end within a day. Only for admins' }),
          incompleteSets: z
            .strictObject({
              count,
              items: z.array(z.strictObject({ id: z.string(), title: z.string().optional() })),
            })
            .optional()
            .meta({
              description:
                'Published sets with a member that is not published, by id. Missing while the search index is being prepared',
            }),
          unfinishedJobs: z
            .strictObject({ count, items: z.array(z.strictObject(job).meta({ id: 'OverviewJob' })) })
            .meta({ description: 'Jobs that wait, run or stop, newest first' }),
          lastPublished: z
            .strictObject({ count, items: z.array(endedJob) })
            .meta({ description: 'Publish jobs of the last 7 days that published something, newest first' }),
          nextRuns: z
            .strictObject({
              count,
              items: z.array(z.strictObject({ id: z.string(), name: z.string(), at: time })),
            })
            .meta({ description: 'The next run of each active schedule, soonest first' }),
          partial: z.boolean().meta({
            description: 'The last 7 days had more than 500 jobs: the lists have those of the newest 500',
          }),
        })
        .meta({ id: 'Overview' }),
    },
    failures: [],
  }),
};
