import type { scheduleResponse as schema } from '@pressroom/api/schedules/schedule-routes';
import type * as z from 'zod';
import type { Job } from '../../../domain/jobs/job.ts';
import { describeRule } from '../../../domain/schedules/describe-rule.ts';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import {
  kindOfSchedule,
  type Schedule,
  type ScheduledJob,
  scheduleTag,
} from '../../../domain/schedules/schedule.ts';
import { toPublishOptionsResponse } from '../jobs/publish-options.ts';
import { pick } from '../pick.ts';
import { toUploadOptionsResponse } from '../uploads/upload-options.ts';
import { toScheduledSourceResponse } from '../uploads/upload-source.ts';

/**
 * A schedule as the API shows it.
 * @param lastJob the job of its last run, where it is kept
 * @param now ISO 8601
 */
export function toScheduleResponse(
  schedule: Schedule,
  lastJob: Pick<Job, 'status'> | undefined,
  now: string,
): z.input<typeof schema> {
  const { rule, timeZone, active, job, lastRun, skipped, earlierSkipped, completed, warning } = schedule;
  const [nextRun] = active ? nextRuns(rule, timeZone, now, 1) : [];
  return {
    id: schedule.id,
    name: schedule.name,
    rule: shownRule(rule),
    timeZone,
    description: describeRule(rule, timeZone),
    active,
    ...(schedule.sync === 'pending' ? { pending: true as const } : {}),
    kind: kindOfSchedule(schedule),
    ...toJobOptionsResponse(job),
    ...(nextRun === undefined ? {} : { nextRun }),
    ...(lastRun === undefined
      ? {}
      : {
          lastRun: {
            ...pick(lastRun, ['jobId', 'due']),
            ...(lastJob === undefined ? {} : { status: lastJob.status }),
          },
        }),
    ...(skipped === undefined ? {} : { skipped: pick(skipped, ['due', 'because']) }),
    ...(earlierSkipped === undefined
      ? {}
      : { earlierSkipped: earlierSkipped.map((run) => pick(run, ['due', 'because'])) }),
    ...(completed === undefined ? {} : { completed }),
    ...(warning === undefined ? {} : { warning }),
    submittedBy: schedule.submittedBy,
    created: schedule.created,
    modified: schedule.modified,
    modifiedBy: schedule.modifiedBy,
    version: schedule.version,
  };
}

function toJobOptionsResponse(job: ScheduledJob) {
  if (job.from)
    return { upload: { from: toScheduledSourceResponse(job.from), ...toUploadOptionsResponse(job) } };
  const { publish, servers, scope } = job;
  return {
    job: {
      publish,
      ...(servers === undefined ? {} : { servers: [...servers] }),
      ...(scope?.kind === 'folder' ? { scope: pick(scope, ['folder', 'below']) } : {}),
      ...toPublishOptionsResponse(job),
    },
  };
}

/** A rule as answers show it: it is one that requests may send. */
export function shownRule(rule: Schedule['rule']): z.input<typeof schema>['rule'] {
  switch (rule.repeat) {
    case 'once':
      return pick(rule, ['repeat', 'at']);
    case 'daily':
      return pick(rule, ['repeat', 'time', 'weekdaysOnly']);
    case 'weekly':
      return { ...pick(rule, ['repeat', 'time']), weekdays: [...rule.weekdays] };
    case 'monthly': {
      const on = 'day' in rule.on ? pick(rule.on, ['day']) : pick(rule.on, ['week', 'weekday']);
      return { ...pick(rule, ['repeat', 'time']), on };
    }
    case 'custom':
      return pick(rule, ['repeat', 'text']);
  }
}

/** The `ETag` that a change of this schedule may name as `If-Match`. */
export const scheduleEtag = (schedule: { readonly version: number }) => ({ etag: scheduleTag(schedule) });
