import type { overviewRoutes } from '@pressroom/api/companies/overview-routes';
import { isPublished } from '../../../domain/assets/asset.ts';
import { isAtLeast } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import { jobUser, type ListedEnd, type ListedJob } from '../../../domain/jobs/job-order.ts';
import { validSecrets } from '../../../domain/notifications/company-secrets.ts';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

const maxListed = 10;
const recentDays = 7;

/** Milliseconds that a start page waits for the search index. */
const maxIndexMs = 3_000;

/** Five reads side by side: see docs/changes.md for their cost. */
async function readOverview(
  { company, user }: Pick<RequestOf<'readOverview'>, 'company' | 'user'>,
  dependencies: Dependencies,
): PromisedResponse<'readOverview'> {
  const { jobs, schedules, notifications, now } = dependencies;
  const at = now();
  const since = new Date(Date.parse(at) - recentDays * 86_400_000).toISOString();
  const [recent, active, all, secrets, incompleteSets] = await Promise.all([
    jobs.listRecentJobs(company, since),
    jobs.listActiveJobs(company),
    allOf(schedules.listSchedules(company)),
    isAtLeast(user.role, 'admin') ? notifications.readSecrets(company) : undefined,
    incompleteSetsOf(company, dependencies),
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
    ...(incompleteSets && { incompleteSets }),
    unfinishedJobs: listed(active.toReversed(), toJob),
    lastPublished: listed(published, toEndedJob),
    nextRuns: listed(runsOf(all, at), (run) => run),
    partial: recent.more,
  };
}

/**
 * The search index knows them: it costs publishing nothing, and records that arrive twice or late do not change it. Hits are
 * checked against their records.
 * @returns undefined if the index is not ready in time, or cannot be read
 */
async function incompleteSetsOf(
  company: string,
  { library, assets, log }: Pick<Dependencies, 'library' | 'assets' | 'log'>,
): Promise<{ count: number; items: { id: string; title?: string }[] } | undefined> {
  try {
    const { hits, total } = await library.search(
      company,
      { filters: { incomplete: true }, sort: 'name', order: 'asc', limit: maxListed },
      maxIndexMs,
    );
    const records = await assets.getAssets(
      company,
      hits.map(({ id }) => id),
    );
    const sets = hits.flatMap(({ id }) => {
      const set = records.get(id);
      return set && !set.trashed && isPublished(set) ? [set] : [];
    });
    return {
      count: total - (hits.length - sets.length),
      items: sets.map((set) => pick(set, ['id', 'title'])),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== 'search.not-ready') log.warn('The overview has no incomplete sets', error);
    return undefined;
  }
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
