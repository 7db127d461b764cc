import { describe, expect, it } from 'vitest';
import type { ListedEnd, ListedJob } from '../../../../domain/jobs/job-order.ts';
import type { Schedule } from '../../../../domain/schedules/schedule.ts';
import { endedJob, now, olderSecretId, publishJob, schedule } from '../api-records.ts';
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
