import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import type { Schedule, ScheduledUpload } from '../../../domain/schedules/schedule.ts';
import { startJob } from '../../../functions/start-job/start-job.ts';
import { aSchedule, company, scheduleId } from '../../support/builders.ts';
import { type ScheduleCloud, scheduleCloud } from '../../support/schedule-cloud.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const due = '2026-11-24T19:10:00.000Z';
const event = { company, scheduleId, revision: 1, due: '2026-11-24T19:10:00Z' };

function cloudAt(time: string, more: Partial<Schedule> = {}): ScheduleCloud {
  const cloud = scheduleCloud(aSchedule(more));
  cloud.time = time;
  return cloud;
}

const start = (cloud: ScheduleCloud, more: object = {}) =>
  startJob({ ...event, ...more }, { ...cloud.dependencies, sha256 });
const now = (cloud: ScheduleCloud) => cloud.schedules.get(scheduleId);

describe('start-job', () => {
  it("starts the schedule's job as its owner's, to all servers of the company, and records the run", async () => {
    const cloud = cloudAt('2026-11-24T19:10:31.000Z');
    const { jobId } = (await start(cloud)) as { jobId: string };
    expect(cloud.jobs.get(jobId)).toEqual({
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
    expect(now(cloud)).toEqual(aSchedule({ lastRun: { jobId, due } }));
  });

  it('creates one job from two starts for the same time, one after the other or at once', async () => {
    const cloud = cloudAt(due);
    const first = await start(cloud);
    expect(await start(cloud)).toEqual(first);
    expect(await Promise.all([start(cloud), start(cloud)])).toEqual([first, first]);
    const other = cloudAt(due);
    expect(await Promise.all([start(other), start(other)])).toEqual([first, first]);
    expect([cloud.jobs.size, other.jobs.size]).toEqual([1, 1]);
  });

  it.each(['getSchedule', 'recordRun', 'submit'])(
    'comes to the same where it died at %s before',
    async (at) => {
      const cloud = cloudAt(due, { rule: { repeat: 'once', at: '2026-11-24T14:10' } });
      cloud.fault = (call) => {
        if (call === at) throw new Error('made by a test');
      };
      await expect(start(cloud)).rejects.toThrow('made by a test');
      cloud.fault = () => {};
      const { jobId } = (await start(cloud)) as { jobId: string };
      expect([...cloud.jobs.keys()]).toEqual([jobId]);
      expect(now(cloud)).toMatchObject({ active: false, completed: due, lastRun: { jobId, due } });
    },
  );

  it.each<[string, Partial<Schedule> | undefined, object]>([
    ['is paused', { active: false }, {}],
    ['is deleted', undefined, {}],
    ['was changed since', { revision: 2, version: 2 }, {}],
    ['belongs to another company', {}, { company: 'other' }],
    ['skipped this run', { skipped: { due, because: 'Its job was running' } }, {}],
  ])('does nothing for a schedule that %s', async (_, more, other) => {
    const cloud = cloudAt(due, more);
    if (!more) cloud.schedules.clear();
    expect(await start(cloud, other)).toMatchObject({ outcome: 'nothing' });
    expect(cloud.jobs.size).toBe(0);
    expect(now(cloud)).toEqual(more && aSchedule(more));
  });

  it('skips a run whose previous job is unfinished, records that, and starts the next run', async () => {
    const cloud = cloudAt(due);
    const { jobId } = (await start(cloud)) as { jobId: string };
    const next = '2026-11-25T19:10:00.000Z';
    cloud.time = next;
    expect(await start(cloud, { due: next })).toMatchObject({ outcome: 'skipped' });
    expect(now(cloud)?.skipped).toEqual({ due: next, because: `Its job ${jobId} was still queued` });

    const job = cloud.jobs.get(jobId);
    if (job) cloud.jobs.set(jobId, { ...job, status: 'failed' });
    // A repeated event: the run stays skipped.
    expect(await start(cloud, { due: next })).toMatchObject({ outcome: 'nothing' });
    cloud.time = '2026-11-26T19:10:00.000Z';
    expect(await start(cloud, { due: cloud.time })).toMatchObject({ outcome: 'started' });
    expect(cloud.jobs.size).toBe(2);
  });

  it('does not start a run that comes more than an hour late', async () => {
    const cloud = cloudAt('2026-11-24T20:10:01.000Z');
    expect(await start(cloud)).toMatchObject({ outcome: 'skipped' });
    expect(now(cloud)?.skipped?.because).toBe('It was more than 60 minutes late');
  });

  const asAnother = { job: { publish: 'new', runAs: 'other' }, submittedBy: 'admin' } as const;
  it.each<[string, Partial<Schedule>, (cloud: ScheduleCloud) => void]>([
    ['user is not a member', {}, (cloud) => cloud.roles.delete('user')],
    ['user is a viewer', {}, (cloud) => cloud.roles.set('user', 'viewer')],
    ['Its jobs run as other, and other is not a member', asAnother, () => {}],
    [
      'Its jobs run as other, and other is a viewer',
      asAnother,
      (cloud) => cloud.roles.set('other', 'viewer'),
    ],
    [
      'Only admins may let jobs run as another member, and admin is not an admin',
      asAnother,
      (cloud) => cloud.roles.set('other', 'user').set('admin', 'user'),
    ],
  ])('pauses a schedule: %s', async (because, more, change) => {
    const cloud = cloudAt(due, more);
    change(cloud);
    expect(await start(cloud)).toMatchObject({ outcome: 'paused' });
    expect(cloud.jobs.size).toBe(0);
    expect(now(cloud)).toMatchObject({ active: false, version: 2, revision: 2, sync: 'pending' });
    expect(now(cloud)?.warning).toContain(because);
  });

  it('runs as another member that an admin named', async () => {
    const cloud = cloudAt(due, asAnother);
    cloud.roles.set('other', 'user');
    const { jobId } = (await start(cloud)) as { jobId: string };
    expect(cloud.jobs.get(jobId)).toMatchObject({ submittedBy: 'admin', runAs: 'other' });
  });

  it('skips a run to a server that the company no longer has', async () => {
    const cloud = cloudAt(due, { job: { publish: 'new', servers: ['server-directory'] } });
    expect(await start(cloud)).toMatchObject({ outcome: 'skipped' });
    expect(now(cloud)?.skipped?.because).toContain('server-directory is not enabled for this company');
  });

  it.each<[string, Schedule['rule']]>([
    ['once', { repeat: 'once', at: '2026-11-24T14:10' }],
    ['in years that are over then', { repeat: 'custom', text: '0 10 14 24 Nov ? 2026' }],
  ])('sets a schedule to rest that runs %s', async (_, rule) => {
    const cloud = cloudAt(due, { rule });
    await start(cloud);
    expect(now(cloud)).toMatchObject({ active: false, completed: due, version: 2, revision: 1 });
  });

  it('decides again if the schedule was changed meanwhile', async () => {
    const cloud = cloudAt(due);
    cloud.fault = (call) => {
      if (call !== 'recordRun') return;
      cloud.fault = () => {};
      cloud.schedules.set(scheduleId, aSchedule({ version: 2, revision: 2, active: false }));
    };
    expect(await start(cloud)).toMatchObject({ outcome: 'nothing' });
    expect(cloud.jobs.size).toBe(0);
  });

  it('refuses an event that EventBridge Scheduler does not send', async () => {
    await expect(start(cloudAt(due), { due: 'soon' })).rejects.toThrow(/due/);
  });
});

describe('a schedule of uploads', () => {
  const upload: ScheduledUpload = {
    folder: '/shop/',
    publishAfterUploading: true,
    followWith: { publish: 'new', onlyIfFiles: true },
    from: { kind: 's3', bucket: 'source', prefix: 'web/', below: true, changedOnly: true },
  };

  it('starts an upload that fetches its files, as its owner', async () => {
    const cloud = cloudAt('2026-11-24T19:10:31.000Z', { job: upload });
    const { jobId } = (await start(cloud)) as { jobId: string };
    expect(cloud.jobs.get(jobId)).toEqual({
      kind: 'upload',
      company,
      id: jobId,
      givenName: 'Autumn',
      name: 'Autumn 2026-11-24 19:10:31',
      status: 'running',
      counts: expect.objectContaining({ total: 0 }),
      submitted: '2026-11-24T19:10:31.000Z',
      started: '2026-11-24T19:10:31.000Z',
      submittedBy: 'user',
      schedule: { id: scheduleId, name: 'Autumn', due },
      ...upload,
    });
    expect(now(cloud)?.lastRun).toEqual({ jobId, due });
  });

  it('starts one upload, however often its start comes and wherever it dies', async () => {
    const once = { rule: { repeat: 'once', at: '2026-11-24T14:10' }, job: upload } as const;
    for (const at of ['', 'getSchedule', 'recordRun', 'submitUpload']) {
      for (const when of ['before', 'after'] as const) {
        const cloud = cloudAt(due, once);
        cloud.fault = (call, time) => {
          if (call === at && time === when) throw new Error('died');
        };
        await start(cloud).catch(() => {});
        cloud.fault = () => {};
        const [first, second] = await Promise.all([start(cloud), start(cloud)]);
        expect(first).toEqual(second);
        expect(cloud.jobs.size).toBe(1);
        expect(now(cloud)).toMatchObject({ active: false, completed: due });
      }
    }
  });

  it('skips a run while its upload is unfinished, and is paused if its owner is a viewer', async () => {
    const cloud = cloudAt(due, { job: upload });
    await start(cloud);
    const next = '2026-11-25T19:10:00Z';
    cloud.time = '2026-11-25T19:10:00.000Z';
    expect(await start(cloud, { due: next })).toMatchObject({
      outcome: 'skipped',
      because: expect.stringContaining('still running'),
    });
    cloud.roles.set('user', 'viewer');
    expect(await start(cloud, { due: '2026-11-26T19:10:00Z' })).toMatchObject({ outcome: 'paused' });
  });
});
