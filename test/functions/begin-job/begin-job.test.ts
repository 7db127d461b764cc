import { describe, expect, it } from 'vitest';
import type { PublishJob } from '../../../domain/jobs/job.ts';
import { beginJob } from '../../../functions/begin-job/begin-job.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { createWorld } from '../publish-world.ts';

const id = jobIdOf(1);
const event = { company, jobId: id, execution: id };

async function worldWithJob(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  await world.dependencies.createPublishJob(aPublishJob());
  return world;
}

describe('begin-job', () => {
  it('takes the locks, names the job by its start in the time zone of the company, and begins its log', async () => {
    const world = await worldWithJob({ settings: { timeZone: 'Europe/Berlin' } });
    expect(await beginJob(event, world.dependencies)).toEqual({ company, jobId: id, decision: 'run' });
    expect(world.jobs.get(id)).toMatchObject({
      status: 'running',
      name: 'Autumn 2026-11-24 09:30:00',
      started: '2026-11-24T08:30:00.000Z',
      execution: id,
    });
    expect([...world.locks]).toEqual([
      ['image-serving', id],
      ['image-rendering', id],
      ['video', id],
    ]);
    expect(world.queue.size).toBe(0);
    expect(world.log(id)).toMatchObject([{ outcome: 'begin', time: '2026-11-24T08:30:00.000Z' }]);
  });

  it('emits the job as it runs, again if it is called again, and nothing for a job that waits', async () => {
    const world = await worldWithJob();
    await beginJob(event, world.dependencies);
    await beginJob(event, world.dependencies);
    const job = world.jobs.get(id);
    const { perServer, ...running } = job as PublishJob;
    expect(world.emittedStatuses).toMatchObject([
      { job: running, at: job?.started },
      { job, at: job?.started },
    ]);
    const waiting = createWorld();
    waiting.locks.set('video', jobIdOf(0));
    waiting.jobs.set(jobIdOf(0), aPublishJob({ id: jobIdOf(0), status: 'running' }));
    await waiting.dependencies.createPublishJob(aPublishJob());
    expect(await beginJob(event, waiting.dependencies)).toMatchObject({ decision: 'wait' });
    expect(waiting.emittedStatuses).toEqual([]);
  });

  it('sends the mail notification about the begin if the job asks for it', async () => {
    for (const [email, expected] of [
      ['completion', []],
      ['all', [{ message: { kind: 'begun', company, jobId: id }, delay: 0 }]],
    ] as const) {
      const world = createWorld();
      await world.dependencies.createPublishJob(aPublishJob({ email }));
      await beginJob(event, world.dependencies);
      expect(world.notified).toEqual(expected);
    }
  });

  it('continues after a crash, and writes the same', async () => {
    const world = await worldWithJob();
    world.fault = (call) => {
      if (call === 'writeBegin') throw new Error('made by a test');
    };
    await expect(beginJob(event, world.dependencies)).rejects.toThrow('made by a test');
    world.fault = () => {};
    const before = world.jobs.get(id);
    expect(await beginJob(event, world.dependencies)).toMatchObject({ decision: 'run' });
    expect(world.jobs.get(id)).toEqual(before);
    expect(world.log(id)).toHaveLength(1);
  });

  it('decides again if another job takes a lock in the last moment', async () => {
    const world = await worldWithJob();
    await world.dependencies.createPublishJob(aPublishJob({ id: jobIdOf(0), status: 'running' }));
    world.queue.delete(jobIdOf(0));
    world.fault = (call, when) => {
      if (call === 'takeLocksAndRun' && when === 'before') world.locks.set('video', jobIdOf(0));
    };
    expect(await beginJob(event, world.dependencies)).toMatchObject({ decision: 'wait' });
    expect(world.jobs.get(id)?.status).toBe('queued');
    expect([...world.locks.values()]).toEqual([jobIdOf(0)]);
  });

  it.each([
    ['has ended', 'failed'],
    ['is gone', undefined],
  ] as const)('takes over a lock whose job %s', async (_, status) => {
    const world = await worldWithJob();
    if (status) world.jobs.set(jobIdOf(0), aPublishJob({ id: jobIdOf(0), status }));
    world.locks.set('video', jobIdOf(0));
    expect(await beginJob(event, world.dependencies)).toMatchObject({ decision: 'run' });
    expect(new Set(world.locks.values())).toEqual(new Set([id]));
  });

  it('ignores a job for which a later execution was started', async () => {
    const world = await worldWithJob();
    world.jobs.set(id, aPublishJob({ executionNumber: 2 }));
    expect(await beginJob(event, world.dependencies)).toMatchObject({ decision: 'ignore' });
    const later = { ...event, execution: `${id}-2` };
    expect(await beginJob(later, world.dependencies)).toMatchObject({ decision: 'run' });
  });

  it('refuses a job that does not exist', async () => {
    const world = createWorld();
    await expect(beginJob(event, world.dependencies)).rejects.toMatchObject({ name: 'job.not-found' });
  });
});
