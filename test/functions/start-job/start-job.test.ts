import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { startJob } from '../../../functions/start-job/start-job.ts';
import { aSchedule, company, scheduleId } from '../../support/builders.ts';
import { createScheduleWorld, type ScheduleWorld } from '../schedule-world.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const due = '2026-11-24T19:10:00.000Z';
const event = { company, scheduleId, revision: 1, due: '2026-11-24T19:10:00Z' };

function worldAt(time: string, more: Partial<Schedule> = {}): ScheduleWorld {
  const world = createScheduleWorld(aSchedule(more));
  world.time = time;
  return world;
}

const start = (world: ScheduleWorld, more: object = {}) =>
  startJob({ ...event, ...more }, { ...world.dependencies, sha256 });
const now = (world: ScheduleWorld) => world.schedules.get(scheduleId);

describe('start-job', () => {
  it("starts the schedule's job as its owner's, to all servers of the company, and records the run", async () => {
    const world = worldAt('2026-11-24T19:10:31.000Z');
    const { jobId } = (await start(world)) as { jobId: string };
    expect(world.jobs.get(jobId)).toEqual({
      kind: 'publish',
      company,
      id: jobId,
      givenName: 'Autumn',
      name: 'Autumn 2026-11-24 19:10:31',
      status: 'queued',
      counts: expect.objectContaining({ total: 0 }),
      submitted: '2026-11-24T19:10:31.000Z',
      submittedBy: 'user',
      publish: 'new',
      servers: defaultSettings.servers,
      schedule: { id: scheduleId, name: 'Autumn', due },
      executionNumber: 1,
    });
    expect(jobId).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(now(world)).toEqual(aSchedule({ lastRun: { jobId, due } }));
  });

  it('creates one job from two starts for the same time, one after the other or at once', async () => {
    const world = worldAt(due);
    const first = await start(world);
    expect(await start(world)).toEqual(first);
    expect(await Promise.all([start(world), start(world)])).toEqual([first, first]);
    const other = worldAt(due);
    expect(await Promise.all([start(other), start(other)])).toEqual([first, first]);
    expect([world.jobs.size, other.jobs.size]).toEqual([1, 1]);
  });

  it.each(['getSchedule', 'recordRun', 'submit'])(
    'comes to the same where it died at %s before',
    async (at) => {
      const world = worldAt(due, { rule: { repeat: 'once', at: '2026-11-24T14:10' } });
      world.fault = (call) => {
        if (call === at) throw new Error('made by a test');
      };
      await expect(start(world)).rejects.toThrow('made by a test');
      world.fault = () => {};
      const { jobId } = (await start(world)) as { jobId: string };
      expect([...world.jobs.keys()]).toEqual([jobId]);
      expect(now(world)).toMatchObject({ active: false, completed: due, lastRun: { jobId, due } });
    },
  );

  it.each<[string, Partial<Schedule> | undefined, object]>([
    ['is paused', { active: false }, {}],
    ['is deleted', undefined, {}],
    ['was changed since', { revision: 2, version: 2 }, {}],
    ['belongs to another company', {}, { company: 'other' }],
    ['skipped this run', { skipped: { due, because: 'Its job was running' } }, {}],
  ])('does nothing for a schedule that %s', async (_, more, other) => {
    const world = worldAt(due, more);
    if (!more) world.schedules.clear();
    expect(await start(world, other)).toMatchObject({ outcome: 'nothing' });
    expect(world.jobs.size).toBe(0);
    expect(now(world)).toEqual(more && aSchedule(more));
  });

  it('skips a run whose previous job is unfinished, records that, and starts the next run', async () => {
    const world = worldAt(due);
    const { jobId } = (await start(world)) as { jobId: string };
    const next = '2026-11-25T19:10:00.000Z';
    world.time = next;
    expect(await start(world, { due: next })).toMatchObject({ outcome: 'skipped' });
    expect(now(world)?.skipped).toEqual({ due: next, because: `Its job ${jobId} was still queued` });

    const job = world.jobs.get(jobId);
    if (job) world.jobs.set(jobId, { ...job, status: 'failed' });
    // A repeated event: the run stays skipped.
    expect(await start(world, { due: next })).toMatchObject({ outcome: 'nothing' });
    world.time = '2026-11-26T19:10:00.000Z';
    expect(await start(world, { due: world.time })).toMatchObject({ outcome: 'started' });
    expect(world.jobs.size).toBe(2);
  });

  it('does not start a run that comes more than an hour late', async () => {
    const world = worldAt('2026-11-24T20:10:01.000Z');
    expect(await start(world)).toMatchObject({ outcome: 'skipped' });
    expect(now(world)?.skipped?.because).toBe('It was more than 60 minutes late');
  });

  const asAnother = { job: { publish: 'new', runAs: 'other' }, submittedBy: 'admin' } as const;
  it.each<[string, Partial<Schedule>, (world: ScheduleWorld) => void]>([
    ['user is not a member', {}, (world) => world.roles.delete('user')],
    ['user is a viewer', {}, (world) => world.roles.set('user', 'viewer')],
    ['Its jobs run as other, and other is not a member', asAnother, () => {}],
    [
      'Its jobs run as other, and other is a viewer',
      asAnother,
      (world) => world.roles.set('other', 'viewer'),
    ],
    [
      'Only admins may let jobs run as another member, and admin is not an admin',
      asAnother,
      (world) => world.roles.set('other', 'user').set('admin', 'user'),
    ],
  ])('pauses a schedule: %s', async (because, more, change) => {
    const world = worldAt(due, more);
    change(world);
    expect(await start(world)).toMatchObject({ outcome: 'paused' });
    expect(world.jobs.size).toBe(0);
    expect(now(world)).toMatchObject({ active: false, version: 2, revision: 2, sync: 'pending' });
    expect(now(world)?.warning).toContain(because);
  });

  it('runs as another member that an admin named', async () => {
    const world = worldAt(due, asAnother);
    world.roles.set('other', 'user');
    const { jobId } = (await start(world)) as { jobId: string };
    expect(world.jobs.get(jobId)).toMatchObject({ submittedBy: 'admin', runAs: 'other' });
  });

  it('skips a run to a server that the company no longer has', async () => {
    const world = worldAt(due, { job: { publish: 'new', servers: ['server-directory'] } });
    expect(await start(world)).toMatchObject({ outcome: 'skipped' });
    expect(now(world)?.skipped?.because).toContain('server-directory is not enabled for this company');
  });

  it.each<[string, Schedule['rule']]>([
    ['once', { repeat: 'once', at: '2026-11-24T14:10' }],
    ['in years that are over then', { repeat: 'custom', text: '0 10 14 24 Nov ? 2026' }],
  ])('sets a schedule to rest that runs %s', async (_, rule) => {
    const world = worldAt(due, { rule });
    await start(world);
    expect(now(world)).toMatchObject({ active: false, completed: due, version: 2, revision: 1 });
  });

  it('decides again if the schedule was changed meanwhile', async () => {
    const world = worldAt(due);
    world.fault = (call) => {
      if (call !== 'recordRun') return;
      world.fault = () => {};
      world.schedules.set(scheduleId, aSchedule({ version: 2, revision: 2, active: false }));
    };
    expect(await start(world)).toMatchObject({ outcome: 'nothing' });
    expect(world.jobs.size).toBe(0);
  });

  it('refuses an event that EventBridge Scheduler does not send', async () => {
    await expect(start(worldAt(due), { due: 'soon' })).rejects.toThrow(/due/);
  });
});
