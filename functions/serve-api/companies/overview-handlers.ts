import type { overviewRoutes } from '@pressroom/api/companies/overview-routes';
import { isAtLeast } from '../../../domain/companies/role.ts';
import { jobUser, type ListedEnd, type ListedJob } from '../../../domain/jobs/job-order.ts';
import { validSecrets } from '../../../domain/notifications/company-secrets.ts';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

const maxListed = 10;
const recentDays = 7;

/** Four reads side by side: see docs/changes.md for their cost. */
async function readOverview(
  { company, user }: Pick<RequestOf<'readOverview'>, 'company' | 'user'>,
  { jobs, schedules, notifications, now }: Dependencies,
): PromisedResponse<'readOverview'> {
  const at = now();
  const since = new Date(Date.parse(at) - recentDays * 86_400_000).toISOString();
  const [recent, active, all, secrets] = await Promise.all([
    jobs.listRecentJobs(company, since),
    jobs.listActiveJobs(company),
    allOf(schedules.listSchedules(company)),
    isAtLeast(user.role, 'admin') ? notifications.readSecrets(company) : undefined,
  ]);
  const failed = recent.items.filter(
    ({ status }) => status === 'failed' || status === 'completed-with-errors',
  );
  const published = recent.items.filter(({ kind, counts }) => kind === 'publish' && counts.done > 0);
  return {
    failedJobs: listed(failed, toEndedJob),
    pausedSchedules: listed(pausedOf(all), (schedule) => pick(schedule, ['id', 'name', 'warning'])),
    ...(secrets && {
      expiringSecrets: listed(
        validSecrets(secrets, at).flatMap(({ id, validUntil }) =>
          validUntil === undefined ? [] : [{ id, validUntil }],
        ),
        (secret) => secret,
      ),
    }),
    unfinishedJobs: listed(active.toReversed(), toJob),
    lastPublished: listed(published, toEndedJob),
    nextRuns: listed(runsOf(all, at), (run) => run),
    partial: recent.more,
  };
}

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function listed<Item, Shown>(
  all: readonly Item[],
  show: (item: Item) => Shown,
): { count: number; items: Shown[] } {
  return { count: all.length, items: all.slice(0, maxListed).map(show) };
}

function toJob(job: ListedJob) {
  return { ...pick(job, ['id', 'name', 'kind', 'status']), user: jobUser(job) };
}

function toEndedJob(job: ListedJob & ListedEnd) {
  return {
    ...toJob(job),
    counts: pick(job.counts, ['total', 'done', 'skipped', 'warnings', 'errors', 'notReached', 'bytes']),
    ended: job.ended,
  };
}

function pausedOf(schedules: readonly Schedule[]): Schedule[] {
  const paused = schedules.filter(({ active, completed }) => !active && completed === undefined);
  return paused.sort((a, b) => Number(b.warning !== undefined) - Number(a.warning !== undefined));
}

function runsOf(schedules: readonly Schedule[], now: string): { id: string; name: string; at: string }[] {
  return schedules
    .flatMap(({ id, name, active, rule, timeZone }) => {
      const [run] = active ? nextRuns(rule, timeZone, now, 1) : [];
      return run ? [{ id, name, at: run.at }] : [];
    })
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

export const overviewHandlers = { readOverview } satisfies HandlersOf<typeof overviewRoutes>;
