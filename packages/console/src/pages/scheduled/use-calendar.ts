import type { OperationItem } from '@pressroom/client/create-client';
import { useQueries } from '@tanstack/react-query';
import { useClient } from '../../api/client-context.tsx';
import { queryKeyOf, useRead } from '../../api/use-read.ts';
import { useCompany } from '../../session/company.tsx';
import type { Schedule } from '../publish/job-draft.ts';

/** Weeks of the calendar: this one and the next. */
const weeks = 2;

/** Schedules whose coming runs are asked for, in one request each. */
const shownSchedules = 20;

/** Coming runs of a schedule that the API names in one response. */
const maxRuns = 50;

/** Jobs of this week that are looked at, the newest ones. */
const maxJobs = 200;

type JobStatus = OperationItem<'listJobs'>['status'];

/** A run of a schedule: what became of it, or that it will be. */
export type CalendarRun = { readonly at: number; readonly name: string } & (
  | { readonly fate: 'ran'; readonly jobId: string; readonly status: JobStatus | undefined }
  | { readonly fate: 'skipped'; readonly because: string }
  | { readonly fate: 'coming' }
);

/** A day on the clocks of the person who looks. */
export interface CalendarDay {
  /** Its first moment. */
  readonly start: Date;
  readonly when: 'past' | 'today' | 'coming';
  /** In the order of their times. */
  readonly runs: readonly CalendarRun[];
  /** Names of schedules whose runs of this day are so many that the API has not named them all. */
  readonly more: readonly string[];
}

/** The days of this week, from Monday, and of the next one, with the runs of all schedules. */
export function useCalendar(schedules: readonly Schedule[]): readonly CalendarDay[] {
  const client = useClient();
  const { company } = useCompany();
  const days = daysFrom(mondayOf(new Date()));
  const first = days[0]?.toISOString() ?? '';
  const jobs = useRead('jobs', 'listJobs', { query: { from: first, limit: maxJobs } });
  const active = schedules.filter((one) => one.active && one.nextRun).slice(0, shownSchedules);
  const previews = useQueries({
    queries: active.map(({ rule, timeZone }) => {
      const request = { body: { rule, timeZone, runs: maxRuns } };
      return {
        queryKey: queryKeyOf(company, 'schedules', 'previewSchedule', request),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          client.call('previewSchedule', { ...request, signal }),
      };
    }),
  });
  const coming = active.map(({ name }, index) => ({
    name,
    times: (previews[index]?.data?.nextRuns ?? []).map(({ at }) => Date.parse(at)),
  }));
  const runs = [...pastRuns(schedules, jobs.data?.items ?? []), ...coming.flatMap(comingRuns)].sort(
    (one, other) => one.at - other.at,
  );
  const today = startOfDay(new Date()).getTime();
  return days.map((start) => {
    const from = start.getTime();
    const to = dayAfter(start).getTime();
    return {
      start,
      when: from === today ? 'today' : from < today ? 'past' : 'coming',
      runs: runs.filter(({ at }) => at >= from && at < to),
      more: coming
        .filter(({ times }) => times.length === maxRuns && (times.at(-1) ?? 0) < to && to > today)
        .map(({ name }) => name),
    };
  });
}

function comingRuns({ name, times }: { readonly name: string; readonly times: readonly number[] }) {
  return times.map((at): CalendarRun => ({ at, name, fate: 'coming' }));
}

/** The runs that started a job, and those that were skipped. */
function pastRuns(
  schedules: readonly Schedule[],
  jobs: readonly OperationItem<'listJobs'>[],
): readonly CalendarRun[] {
  const byJob = new Map<string, CalendarRun>();
  // The last run of each is known even where it is not among the newest jobs.
  for (const { name, lastRun } of schedules) {
    if (!lastRun) continue;
    const { jobId, due, status } = lastRun;
    byJob.set(jobId, { at: Date.parse(due), name, fate: 'ran', jobId, status });
  }
  for (const job of jobs) {
    // No schedule starts an action on many assets.
    if (job.kind === 'action' || !job.schedule) continue;
    const { id, schedule, status } = job;
    byJob.set(id, { at: Date.parse(schedule.due), name: schedule.name, fate: 'ran', jobId: id, status });
  }
  const skipped = schedules.flatMap(({ name, skipped: last, earlierSkipped = [] }) =>
    (last ? [last, ...earlierSkipped] : []).map(
      ({ due, because }): CalendarRun => ({ at: Date.parse(due), name, fate: 'skipped', because }),
    ),
  );
  return [...byJob.values(), ...skipped];
}

function startOfDay(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

/** Not 24 hours later: days on which clocks change have 23 or 25. */
function dayAfter(date: Date, days = 1): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

function mondayOf(date: Date): Date {
  return dayAfter(date, -((date.getDay() + 6) % 7));
}

function daysFrom(monday: Date): readonly Date[] {
  return Array.from({ length: weeks * 7 }, (_, index) => dayAfter(monday, index));
}
