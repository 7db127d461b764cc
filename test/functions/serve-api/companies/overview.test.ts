import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../../domain/assets/asset.ts';
import { Failure } from '../../../../domain/failure.ts';
import type { ListedEnd, ListedJob } from '../../../../domain/jobs/job-order.ts';
import type { Schedule } from '../../../../domain/schedules/schedule.ts';
import { endedJob, now, olderSecretId, publishJob, schedule, set } from '../api-records.ts';
import { ask, askAgain, cloud, reset } from '../ask.ts';

const ended = (id: string, change: Partial<ListedJob & ListedEnd> = {}): ListedJob & ListedEnd => ({
  id,
  kind: 'publish',
  name: id,
  status: 'succeeded',
  submittedBy: 'ann',
  counts: { total: 2, done: 2, skipped: 0, warnings: 0, errors: 0, notReached: 0, bytes: 9 },
  ended: now,
  ...change,
});

const read = async (who: string, replacements: Parameters<typeof ask>[2] = {}) => {
  const { status, body } = await ask(who, { path: '/overview' }, replacements);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const recent =
  (...items: (ListedJob & ListedEnd)[]) =>
  async () => ({ items, more: false });
const schedules = (...items: Partial<Schedule>[]) => ({
  async *listSchedules() {
    yield* items.map((item): Schedule => ({ ...schedule, ...item }));
  },
});

describe('GET /overview', () => {
  it('shows the records of the company', async () => {
    const body = await read('admin');
    expect(body).toMatchObject({
      failedJobs: { count: 1, items: [{ id: endedJob.id, status: endedJob.status }] },
      unfinishedJobs: { items: expect.arrayContaining([expect.objectContaining({ id: publishJob.id })]) },
      expiringSecrets: { count: 1, items: [{ id: olderSecretId }] },
      partial: false,
    });
  });

  it.each(['viewer', 'user'])('shows a %s no secrets', async (who) => {
    expect(await read(who)).not.toHaveProperty('expiringSecrets');
  });

  it('lists jobs that failed or had errors, and publish jobs that published something', async () => {
    const body = await read('viewer', {
      listRecentJobs: recent(
        ended('good'),
        ended('bad', { status: 'completed-with-errors', runAs: 'bea' }),
        ended('worse', { status: 'failed', counts: { ...ended('').counts, done: 0 } }),
        ended('stopped', { status: 'stopped', counts: { ...ended('').counts, done: 0 } }),
        ended('upload', { kind: 'upload' }),
      ),
    });
    const ids = (list: unknown) => (list as { items: { id: string }[] }).items.map(({ id }) => id);
    expect(ids(body.failedJobs)).toEqual(['bad', 'worse']);
    expect(ids(body.lastPublished)).toEqual(['good', 'bad']);
    expect(body.failedJobs).toMatchObject({ items: [{ user: 'bea' }, { user: 'ann' }] });
  });

  it('lists 10 of each, and counts all', async () => {
    const many = Array.from({ length: 14 }, (_, index) => ended(`job ${index}`, { status: 'failed' }));
    const { failedJobs } = await read('viewer', { listRecentJobs: recent(...many) });
    expect(failedJobs).toMatchObject({ count: 14, items: many.slice(0, 10).map(({ id }) => ({ id })) });
  });

  it('lists paused schedules, those of the system first, and not those that are over', async () => {
    const { pausedSchedules } = await read(
      'viewer',
      schedules(
        { id: 'active', active: true },
        { id: 'paused', active: false },
        { id: 'warned', active: false, warning: 'Its owner left' },
        { id: 'over', active: false, completed: now },
      ),
    );
    expect(pausedSchedules).toEqual({
      count: 2,
      items: [
        { id: 'warned', name: schedule.name, warning: 'Its owner left' },
        { id: 'paused', name: schedule.name },
      ],
    });
  });

  it('lists the next run of each active schedule, soonest first', async () => {
    const daily = (time: string) => ({
      rule: { repeat: 'daily', time } as const,
      timeZone: 'UTC',
      active: true,
    });
    const { nextRuns } = await read(
      'viewer',
      schedules(
        { id: 'late', ...daily('23:00') },
        { id: 'soon', ...daily('09:00') },
        { id: 'paused', ...daily('10:00'), active: false },
      ),
    );
    expect(nextRuns).toMatchObject({
      count: 2,
      items: [
        { id: 'soon', at: '2026-11-24T09:00:00.000Z' },
        { id: 'late', at: '2026-11-24T23:00:00.000Z' },
      ],
    });
  });

  describe('of incomplete sets', () => {
    const live = { 'image-serving': { version: 1, at: now, by: 'ann', key: 'luma/image/views' } };
    const found = (total: number, ...ids: string[]) => ({
      search: async () => ({
        hits: ids.map((id) => ({ id, unused: true, incomplete: true, stillLive: false })),
        total,
        facets: {},
      }),
    });
    const sets = (...changes: Partial<Asset>[]) => ({
      getAssets: async () => new Map(changes.map((change) => [change.id ?? '', { ...set, ...change }])),
    });

    it('lists the first, as far as they are still published, and counts all', async () => {
      const trashed = { at: now, by: 'ann' };
      const { incompleteSets } = await read('viewer', {
        ...found(14, 'a', 'b', 'held', 'binned', 'gone'),
        ...sets(
          { id: 'a', publications: live, title: 'Shoes' },
          { id: 'b', publications: live },
          { id: 'held' },
          { id: 'binned', publications: live, trashed },
        ),
      });
      expect(incompleteSets).toEqual({ count: 11, items: [{ id: 'a', title: 'Shoes' }, { id: 'b' }] });
    });

    it('searches for 10 sets, and waits 3 seconds for the index', async () => {
      const asked: unknown[] = [];
      await read('viewer', {
        search: async (...parameters) => {
          asked.push(parameters);
          return { hits: [], total: 0, facets: {} };
        },
      });
      const query = { filters: { incomplete: true }, sort: 'name', order: 'asc', limit: 10 };
      expect(asked).toEqual([['luma', query, 3_000]]);
    });

    it.each([
      ['is not ready', 'search.not-ready', 0],
      ['cannot be read', 'storage.busy', 1],
    ] as const)('leaves them out while the index %s', async (_, code, logged) => {
      const warnings: string[] = [];
      const body = await read('viewer', {
        search: async () => {
          throw new Failure(code, 'Try again');
        },
        log: { warn: (message) => warnings.push(message), error: () => {} },
      });
      expect(body).not.toHaveProperty('incompleteSets');
      expect(body).toHaveProperty('failedJobs');
      expect(warnings).toHaveLength(logged);
    });
  });

  it('says that there were more jobs than it read', async () => {
    expect(await read('viewer', { listRecentJobs: async () => ({ items: [], more: true }) })).toMatchObject({
      partial: true,
    });
  });

  it('leaves out jobs that are older than 7 days', async () => {
    await reset();
    const old = { ...endedJob, id: '01KX0000000000000000000000' };
    cloud.company('luma').jobs.set(old.id, old);
    const { body } = await askAgain('viewer', { path: '/overview' });
    expect(JSON.stringify(body)).not.toContain(old.id);
    expect(body).toMatchObject({ failedJobs: { count: 1 } });
  });

  it('takes no parameters', async () => {
    expect((await ask('viewer', { path: '/overview', query: 'limit=5' })).status).toBe(400);
  });
});
