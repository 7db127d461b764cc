import type { scheduleResponse as schema } from '@pressroom/api/schedules/schedule-routes';
import type * as z from 'zod';
import type { Job } from '../../../domain/jobs/job.ts';
import { describeRule } from '../../../domain/schedules/describe-rule.ts';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { scheduleTag } from '../../../domain/schedules/schedule.ts';
import { toPublishOptionsResponse } from '../jobs/publish-options.ts';
import { pick } from '../pick.ts';

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
  const { rule, timeZone, active, job, lastRun, skipped, completed, warning } = schedule;
  const [nextRun] = active ? nextRuns(rule, timeZone, now, 1) : [];
  return {
    id: schedule.id,
    name: schedule.name,
    rule: shownRule(rule),
    timeZone,
    description: describeRule(rule, timeZone),
    active,
    ...(schedule.sync === 'pending' ? { pending: true as const } : {}),
    job: {
      publish: job.publish,
      ...(job.servers === undefined ? {} : { servers: [...job.servers] }),
      ...(job.scope?.kind === 'folder' ? { scope: pick(job.scope, ['folder', 'below']) } : {}),
      ...toPublishOptionsResponse(job),
    },
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
    ...(completed === undefined ? {} : { completed }),
    ...(warning === undefined ? {} : { warning }),
    submittedBy: schedule.submittedBy,
    created: schedule.created,
    modified: schedule.modified,
    modifiedBy: schedule.modifiedBy,
    version: schedule.version,
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
