import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { jobStatuses, publishKinds } from '../../../domain/jobs/job.ts';
import { maxSchedules, scheduleKinds } from '../../../domain/schedules/schedule.ts';
import { weekdays } from '../../../domain/schedules/schedule-rule.ts';
import { jobResponse } from '../jobs/job-response.ts';
import { optionalFolderScope, publishOptions, publishOptionsResponse } from '../jobs/publish-options.ts';
import { defineRoute } from '../route.ts';
import { uploadOptions, uploadOptionsResponse } from '../uploads/upload-options.ts';
import { scheduledSource, scheduledSourceResponse } from '../uploads/upload-source.ts';
import { company, companyParams, name, noBody, noQuery, page, pageOf, time } from '../values.ts';

/** Schedules start publish jobs and uploads at their times. domain/schedules checks the rules. */

const clockTime = z
  .string('must be a text')
  .max(20, 'must be a time like 14:10')
  .meta({ description: 'On the 24-hour clock', example: '14:10' });
const weekday = z.enum(weekdays, `must be one of ${weekdays.join(', ')}`);
const week = z
  .union([z.int(), z.literal('last')], 'must be a whole number from 1 to 5, or last')
  .meta({ example: 3 });

const rule = z
  .discriminatedUnion(
    'repeat',
    [
      z.strictObject({
        repeat: z.literal('once'),
        at: z.string('must be a text').max(40, 'must be a date and time like 2027-03-15T14:10').meta({
          description: 'To the minute, in the time zone of the schedule',
          example: '2027-03-15T14:10',
        }),
      }),
      z.strictObject({
        repeat: z.literal('daily'),
        time: clockTime,
        weekdaysOnly: z.boolean('must be true or false').optional().meta({ description: 'Monday to Friday' }),
      }),
      z.strictObject({
        repeat: z.literal('weekly'),
        time: clockTime,
        weekdays: z.array(weekday).max(7, 'must name at most 7 weekdays'),
      }),
      z.strictObject({
        repeat: z.literal('monthly'),
        time: clockTime,
        on: z
          .union(
            [
              z.strictObject({
                day: z.union([z.int(), z.literal('last')], 'must be a whole number from 1 to 31, or last'),
              }),
              z.strictObject({ week, weekday }),
            ],
            'must be a day ({"day": 15} or {"day": "last"}) or a weekday ({"week": 3, "weekday": "Fri"})',
          )
          .meta({ description: 'Months without that day are skipped', example: { day: 15 } }),
      }),
      z.strictObject({
        repeat: z.literal('custom'),
        text: z.string('must be a text').max(10_000, 'must have at most 1000 characters').meta({
          description: 'seconds minutes hours day-of-month month day-of-week [year]; see docs/schedules.md',
          example: '0 10 14 ? * Mon,Wed',
        }),
      }),
    ],
    'must have a repeat: once, daily, weekly, monthly or custom',
  )
  .meta({ id: 'ScheduleRule', example: { repeat: 'weekly', time: '14:10', weekdays: ['Mon', 'Wed'] } });

const timeZone = z.string('must be a text').max(50, 'must have at most 50 characters').meta({
  description: "IANA name with its area, or UTC; the company's unless given",
  example: 'America/New_York',
});

const job = z
  .strictObject({ ...publishOptions, scope: optionalFolderScope })
  .meta({ id: 'ScheduledJob', description: 'Options of its jobs' });
/** The options of publish jobs of which a request names none. */
export const defaultScheduledJob = job.parse({});

const upload = z.strictObject({ from: scheduledSource, ...uploadOptions }).meta({
  id: 'ScheduledUpload',
  description: 'Options of its uploads, in place of `job`',
  example: { from: { bucket: 'acme-photos', prefix: 'web/' }, folder: '/shop/' },
});
const uploadShown = z
  .strictObject({ from: scheduledSourceResponse, ...uploadOptionsResponse })
  .meta({ id: 'ScheduledUploadShown' });
const jobShown = z
  .strictObject({
    publish: z.enum(publishKinds),
    servers: z
      .array(z.enum(servers))
      .optional()
      .meta({ description: 'Default: all servers of the company when the job starts' }),
    scope: z.strictObject({ folder: z.string(), below: z.boolean() }).optional(),
    ...publishOptionsResponse,
  })
  .meta({ id: 'ScheduledJobShown' });

const scheduleName = name.meta({
  description: 'Also the name of its jobs, to which the time of their start is added',
  example: 'Autumn collection',
});

const run = z.strictObject({
  at: time,
  local: z.string().meta({
    description: 'Local time in the zone of the schedule, with the offset',
    example: '2027-03-15T14:10-04:00',
  }),
});

const scheduleId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of a schedule id')
  .meta({ description: 'Id of the schedule', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });
export const scheduleParams = z.strictObject({ company, id: scheduleId });

const skippedRun = z.strictObject({ due: time, because: z.string() });

export const scheduleResponse = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    rule,
    timeZone,
    description: z.string().meta({
      description: 'The rule in plain English',
      example: 'Every Monday and Wednesday at 14:10, New York time',
    }),
    active: z.boolean().meta({ description: 'False while it is paused, and when no run is due any more' }),
    pending: z.literal(true).optional().meta({
      description:
        'EventBridge Scheduler does not have the latest change yet, so no job starts by it. It is repaired within a day',
    }),
    kind: z.enum(scheduleKinds).meta({ description: 'Whether it starts publish jobs or uploads' }),
    job: jobShown.optional().meta({ description: 'Options of its publish jobs' }),
    upload: uploadShown.optional().meta({ description: 'Options of its uploads' }),
    nextRun: run.optional().meta({ description: 'Missing if no run is due any more' }),
    lastRun: z
      .strictObject({
        jobId: z.string(),
        due: time,
        status: z
          .enum(jobStatuses)
          .optional()
          .meta({ description: 'Status of the job, as long as the job is stored' }),
      })
      .optional(),
    skipped: skippedRun.optional().meta({ description: 'The last run that was due and was skipped' }),
    earlierSkipped: z
      .array(skippedRun)
      .optional()
      .meta({ description: 'The skipped runs before it, newest first, at most 9' }),
    completed: time.optional().meta({ description: 'Time of its last run, if no run is due any more' }),
    warning: z.string().optional().meta({ description: 'Why Pressroom paused it' }),
    submittedBy: z.string().meta({ description: 'Subject of the owner' }),
    created: time,
    modified: time,
    modifiedBy: z.string(),
    version: z.int().min(1).meta({ description: 'Changes with every edit, but not with a run' }),
  })
  .meta({ id: 'Schedule' });

const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true')
  .optional();

export const scheduleRoutes = {
  createSchedule: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/schedules',
    operationId: 'createSchedule',
    summary: `Make a schedule of publish jobs or uploads; a company has at most ${maxSchedules}`,
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        name: scheduleName.optional().meta({ description: 'Default: Publish, or Upload' }),
        rule,
        timeZone: timeZone.optional(),
        active: z
          .boolean('must be true or false')
          .default(true)
          .meta({ description: 'False: the schedule starts paused' }),
        job: job.optional(),
        upload: upload.optional(),
      })
      .refine((schedule) => schedule.job === undefined || schedule.upload === undefined, {
        error: 'must not be given with job: a schedule starts either publish jobs or uploads',
        path: ['upload'],
      })
      .meta({
        id: 'NewSchedule',
        example: {
          name: 'Autumn collection',
          rule: { repeat: 'weekly', time: '14:10', weekdays: ['Mon', 'Wed'] },
          timeZone: 'America/New_York',
          job: { publish: 'full', servers: ['image-serving'] },
        },
      }),
    response: { status: 201, description: 'The schedule', schema: scheduleResponse },
    failures: ['schedule.not-set'],
  }),

  listSchedules: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/schedules',
    operationId: 'listSchedules',
    summary: 'List schedules, oldest first, with their next and last run',
    role: 'viewer',
    params: companyParams,
    query: z.strictObject({
      ...page,
      active: flag.meta({ description: 'Only active schedules, or only the others' }),
      kind: z
        .enum(scheduleKinds, `must be one of ${scheduleKinds.join(', ')}`)
        .optional()
        .meta({ description: 'Only schedules of publish jobs, or only those of uploads' }),
      owner: z
        .enum(['mine', 'all'], 'must be mine or all')
        .default('all')
        .meta({ description: '`mine`: only schedules of the caller' }),
      name: z
        .string()
        .max(200, 'must have at most 200 characters')
        .optional()
        .meta({ description: 'Only schedules with this text in their name, in any case' }),
    }),
    response: { status: 200, description: 'A page of schedules', schema: pageOf(scheduleResponse) },
    failures: [],
  }),

  previewSchedule: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/schedules:preview',
    operationId: 'previewSchedule',
    summary: 'Preview the runs of a rule. Nothing is saved',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        rule,
        timeZone: timeZone.optional(),
        runs: z
          .int('must be a whole number')
          .min(1, 'must be at least 1')
          .max(50, 'must be at most 50')
          .default(5)
          .meta({ description: 'How many of the next runs are wanted' }),
      })
      .meta({
        id: 'SchedulePreviewRequest',
        example: { rule: { repeat: 'custom', text: '0 10 14 ? * mon,wed' }, timeZone: 'America/New_York' },
      }),
    response: {
      status: 200,
      description: 'The rule as it would be stored, its description, and its next runs',
      schema: z
        .strictObject({
          rule,
          timeZone,
          description: z.string(),
          nextRuns: z.array(run),
          clockChanges: z
            .array(
              z.strictObject({
                local: z.string().meta({ example: '2027-03-14T02:30' }),
                effect: z.enum(['left-out', 'first-pass', 'both-passes']),
              }),
            )
            .meta({
              description:
                'Times of the rule within a year that clocks skip or show twice, at most 10. `left-out`: there is no run. `first-pass`: the run takes place the first time. `both-passes`: it takes place both times, as the rule runs every hour',
            }),
        })
        .meta({ id: 'SchedulePreview' }),
    },
    failures: [],
  }),

  readSchedule: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/schedules/{id}',
    operationId: 'readSchedule',
    summary: 'Read a schedule',
    role: 'viewer',
    params: scheduleParams,
    query: noQuery,
    response: { status: 200, description: 'The schedule', schema: scheduleResponse },
    failures: ['schedule.not-found'],
  }),

  editSchedule: defineRoute({
    method: 'PATCH',
    path: '/v1/companies/{company}/schedules/{id}',
    operationId: 'editSchedule',
    summary: 'Change, pause or resume a schedule. Values that are not named stay as they are',
    role: 'user',
    params: scheduleParams,
    query: noQuery,
    body: z
      .strictObject({
        name: scheduleName.optional(),
        rule: rule.optional(),
        timeZone: timeZone.optional(),
        active: z.boolean('must be true or false').optional().meta({
          description:
            'false pauses the schedule; a running job continues. true resumes it; missed runs are not made up',
        }),
        job: job.optional().meta({ description: 'Replaces all options of its publish jobs' }),
        upload: upload.optional().meta({ description: 'Replaces all options of its uploads' }),
      })
      .refine(
        (edit) => Object.values(edit).some((value) => value !== undefined),
        'must name at least one thing to change',
      )
      .meta({ id: 'ScheduleEdit', example: { active: false } }),
    ifMatch: true,
    response: { status: 200, description: 'The schedule as it is now', schema: scheduleResponse },
    failures: ['schedule.not-found', 'schedule.changed-meanwhile', 'schedule.stale', 'schedule.not-set'],
  }),

  deleteSchedule: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/schedules/{id}',
    operationId: 'deleteSchedule',
    summary: 'Delete a schedule; its jobs stay',
    role: 'user',
    params: scheduleParams,
    query: noQuery,
    ifMatch: true,
    response: { status: 200, description: 'The schedule as it was', schema: scheduleResponse },
    failures: ['schedule.not-found', 'schedule.changed-meanwhile', 'schedule.stale'],
  }),

  runSchedule: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/schedules/{id}/run',
    operationId: 'runSchedule',
    summary: 'Start the job of a schedule now, even if it is paused',
    role: 'user',
    params: scheduleParams,
    query: noQuery,
    body: noBody,
    response: { status: 201, description: 'The job, queued', schema: jobResponse },
    failures: ['schedule.not-found', 'schedule.changed-meanwhile', 'schedule.job-unfinished'],
  }),
};
