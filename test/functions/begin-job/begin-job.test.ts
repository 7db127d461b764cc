import { describe, expect, it } from 'vitest';
import { startWaitingJobs } from '../../../application/jobs/start-waiting-jobs.ts';
import type { PublishJob } from '../../../domain/jobs/job.ts';
import { beginJob } from '../../../functions/begin-job/begin-job.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const event = { company, jobId: id, execution: id };

async function worldWithJob(options: Parameters<typeof publishCloud>[0] = {}) {
  const cloud = publishCloud(options);
  await cloud.dependencies.createPublishJob(aPublishJob());
  return cloud;
}

describe('begin-job', () => {
  it('takes the locks, names the job by its start in the time zone of the company, and begins its log', async () => {
    const cloud = await worldWithJob({ settings: { timeZone: 'Europe/Berlin' } });
    expect(await beginJob(event, cloud.dependencies)).toEqual({ company, jobId: id, decision: 'run' });
    expect(cloud.jobs.get(id)).toMatchObject({
      status: 'running',
      name: 'Autumn 2026-11-24 09:30:00',
      started: '2026-11-24T08:30:00.000Z',
      execution: id,
    });
    expect([...cloud.locks]).toEqual([
      ['image-rendering', id],
      ['image-serving', id],
      ['video', id],
    ]);
    expect(cloud.queue.size).toBe(0);
    expect(cloud.log(id)).toMatchObject([{ outcome: 'begin', time: '2026-11-24T08:30:00.000Z' }]);
  });

  it('emits the job as it runs, again if it is called again, and nothing for a job that waits', async () => {
    const cloud = await worldWithJob();
    await beginJob(event, cloud.dependencies);
    await beginJob(event, cloud.dependencies);
    const job = cloud.jobs.get(id);
    const { perServer, ...running } = job as PublishJob;
    expect(cloud.emittedStatuses).toMatchObject([
      { job: running, at: job?.started },
      { job, at: job?.started },
    ]);
    const waiting = publishCloud();
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
      const cloud = publishCloud();
      await cloud.dependencies.createPublishJob(aPublishJob({ email }));
      await beginJob(event, cloud.dependencies);
      expect(cloud.notified).toEqual(expected);
    }
  });

  it('continues after a crash, and writes the same', async () => {
    const cloud = await worldWithJob();
    cloud.fault = (call) => {
      if (call === 'writeBegin') throw new Error('made by a test');
    };
    await expect(beginJob(event, cloud.dependencies)).rejects.toThrow('made by a test');
    cloud.fault = () => {};
    const before = cloud.jobs.get(id);
    expect(await beginJob(event, cloud.dependencies)).toMatchObject({ decision: 'run' });
    expect(cloud.jobs.get(id)).toEqual(before);
    expect(cloud.log(id)).toHaveLength(1);
  });

  it('decides again if another job takes a lock in the last moment', async () => {
    const cloud = await worldWithJob();
    await cloud.dependencies.createPublishJob(aPublishJob({ id: jobIdOf(0), status: 'running' }));
    cloud.queue.delete(jobIdOf(0));
    cloud.fault = (call, when) => {
      if (call === 'takeLocksAndRun' && when === 'before') cloud.locks.set('video', jobIdOf(0));
    };
    expect(await beginJob(event, cloud.dependencies)).toMatchObject({ decision: 'wait' });
    expect(cloud.jobs.get(id)?.status).toBe('queued');
    expect([...cloud.locks.values()]).toEqual([jobIdOf(0)]);
  });

  it.each([
    ['has ended', 'failed'],
    ['is gone', undefined],
  ] as const)('takes over a lock whose job %s', async (_, status) => {
    const cloud = await worldWithJob();
    if (status) cloud.jobs.set(jobIdOf(0), aPublishJob({ id: jobIdOf(0), status }));
    cloud.locks.set('video', jobIdOf(0));
    expect(await beginJob(event, cloud.dependencies)).toMatchObject({ decision: 'run' });
    expect(new Set(cloud.locks.values())).toEqual(new Set([id]));
  });

  it('ignores a job for which a later execution was started', async () => {
    const cloud = await worldWithJob();
    cloud.jobs.set(id, aPublishJob({ executionNumber: 2 }));
    expect(await beginJob(event, cloud.dependencies)).toMatchObject({ decision: 'ignore' });
    const later = { ...event, execution: `${id}-2` };
    expect(await beginJob(later, cloud.dependencies)).toMatchObject({ decision: 'run' });
  });

  it('refuses a job that does not exist', async () => {
    const cloud = publishCloud();
    await expect(beginJob(event, cloud.dependencies)).rejects.toMatchObject({ name: 'job.not-found' });
  });

  it('waits while the installation runs as many jobs as it may', async () => {
    const cloud = await worldWithJob();
    const none = { ...cloud.dependencies, maxRunningJobs: 0 };
    expect(await beginJob(event, none)).toMatchObject({ decision: 'wait' });
    expect(cloud.jobs.get(id)?.status).toBe('queued');
    expect(cloud.locks.size).toBe(0);
  });

  it('does not take the last permit before a company that waits for one', async () => {
    const cloud = await worldWithJob();
    await cloud.dependencies.addWaiting('zeta', '2026-11-24T08:29:00.000Z');
    const last = { ...cloud.dependencies, maxRunningJobs: 1 };
    expect(await beginJob(event, last)).toMatchObject({ decision: 'wait' });
    expect(await beginJob(event, { ...last, maxRunningJobs: 2 })).toMatchObject({ decision: 'run' });
    expect(await cloud.dependencies.readPermits()).toMatchObject([{ company, jobId: id }]);
  });

  it('gives its permit back if it has to wait for a server', async () => {
    const cloud = await worldWithJob();
    await startWaitingJobs(company, cloud.dependencies);
    expect(await cloud.dependencies.readPermits()).toHaveLength(1);
    cloud.jobs.set(jobIdOf(0), aPublishJob({ id: jobIdOf(0), status: 'running' }));
    cloud.locks.set('video', jobIdOf(0));
    const second = { ...event, execution: `${id}-2` };
    expect(await beginJob(second, cloud.dependencies)).toMatchObject({ decision: 'wait' });
    expect(await cloud.dependencies.readPermits()).toEqual([]);
  });

  it('decides again if another job takes the permit in the last moment', async () => {
    const cloud = await worldWithJob();
    const other = aPublishJob({ company: 'zeta' });
    await cloud.dependencies.createPublishJob(other);
    cloud.fault = (call, when) => {
      if (call !== 'takeLocksAndRun' || when !== 'before') return undefined;
      cloud.fault = () => {};
      const run = { execution: other.id, name: '', started: other.submitted, permit: 0 };
      return cloud.dependencies.takeLocksAndRun(other, run, {});
    };
    const one = { ...cloud.dependencies, maxRunningJobs: 1 };
    expect(await beginJob(event, one)).toMatchObject({ decision: 'wait' });
    expect(await cloud.dependencies.readPermits()).toMatchObject([{ company: 'zeta' }]);
  });
});
