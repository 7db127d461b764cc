import { describe, expect, it } from 'vitest';
import { givePermits, restartJob, startWaitingJobs } from '../../../application/jobs/start-waiting-jobs.ts';
import { submitPublishJob } from '../../../application/jobs/submit-publish-job.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

async function worldWithJobs() {
  const cloud = publishCloud();
  for (const [number, servers] of [
    [1, ['image-serving']],
    [2, ['image-serving', 'video']],
    [3, ['video']],
    [4, ['server-directory']],
  ] as const) {
    await cloud.dependencies.createPublishJob(aPublishJob({ id: jobIdOf(number), servers }));
  }
  return cloud;
}

it('starts the jobs that may run, in order, and no job that waits for another', async () => {
  const cloud = await worldWithJobs();
  expect(await startWaitingJobs(company, cloud.dependencies)).toEqual([jobIdOf(1), jobIdOf(4)]);
  expect(cloud.started).toEqual([`${jobIdOf(1)}-2`, `${jobIdOf(4)}-2`]);
});

it('respects locks, but not those of jobs that have ended', async () => {
  const cloud = await worldWithJobs();
  cloud.jobs.set(jobIdOf(0), aPublishJob({ id: jobIdOf(0), status: 'running' }));
  cloud.locks.set('image-serving', jobIdOf(0)).set('server-directory', jobIdOf(9));
  expect(await startWaitingJobs(company, cloud.dependencies)).toEqual([jobIdOf(4)]);
});

it('starts a job that holds a permit, even if the response to its own count of the execution was lost', async () => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  const dependencies = {
    ...cloud.dependencies,
    countExecution: async (job: Parameters<typeof cloud.dependencies.countExecution>[0]) => {
      await cloud.dependencies.countExecution(job);
      return undefined;
    },
  };
  expect(await restartJob(company, jobIdOf(1), dependencies)).toBe(true);
  expect(cloud.started).toEqual([`${jobIdOf(1)}-2`]);
});

it('skips a job that was stopped meanwhile', async () => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  cloud.jobs.set(jobIdOf(1), aPublishJob({ status: 'stopped' }));
  expect(await startWaitingJobs(company, cloud.dependencies)).toEqual([]);
  expect(await restartJob(company, jobIdOf(1), cloud.dependencies)).toBe(false);
  expect(cloud.started).toEqual([]);
});

it('reads only the queue, the permits and the companies that wait if no job waits', async () => {
  const cloud = publishCloud();
  await startWaitingJobs(company, cloud.dependencies);
  expect(cloud.calls).toEqual(['readQueue', 'readPermits', 'readWaiting']);
});

it('keeps the queue position of a job that cannot be started', async () => {
  const cloud = publishCloud();
  cloud.fault = (call) => {
    if (call === 'startExecution') throw new Error('made by a test');
  };
  const { startError } = await submitPublishJob(aPublishJob(), cloud.dependencies);
  expect(startError).toMatchObject({ message: 'made by a test' });
  expect(cloud.jobs.get(jobIdOf(1))?.status).toBe('queued');
  expect([...cloud.queue.keys()]).toEqual([jobIdOf(1)]);
});

describe('permits', () => {
  /** A job with the given number for each company, on its own server. */
  async function waits(
    cloud: PublishCloud,
    ...jobs: readonly (readonly [string, number, 'video' | 'image-serving'])[]
  ) {
    for (const [of, number, server] of jobs) {
      await cloud.dependencies.createPublishJob(
        aPublishJob({ company: of, id: jobIdOf(number), servers: [server] }),
      );
      await startWaitingJobs(of, { ...cloud.dependencies, maxRunningJobs: 0 });
    }
  }

  it('are given to the companies in turn, however many jobs one of them has', async () => {
    const cloud = publishCloud();
    const dependencies = { ...cloud.dependencies, maxRunningJobs: 1 };
    await waits(
      cloud,
      ['acme', 1, 'video'],
      ['acme', 2, 'image-serving'],
      ['luma', 3, 'video'],
      ['zeta', 4, 'video'],
    );
    const order: string[] = [];
    for (let round = 1; round <= 4; round += 1) {
      const [started = ''] = await givePermits(dependencies);
      order.push(started);
      expect(await givePermits(dependencies)).toEqual([]);
      const [held] = await dependencies.readPermits();
      if (held) await dependencies.freePermit(held.company, held.jobId);
      // A permit that is freed before the job begins does not count as one: here each job is done at once.
      if (held) cloud.memory.company(held.company).queue.delete(held.jobId);
    }
    expect(order).toEqual([jobIdOf(1), jobIdOf(3), jobIdOf(4), jobIdOf(2)]);
    expect(await dependencies.readWaiting()).toEqual([]);
  });

  it('are never more than the limit, and none is given twice, if many calls give them at once', async () => {
    const cloud = publishCloud();
    const jobs = Array.from({ length: 12 }, (_, number) => [`c${number}`, number, 'video'] as const);
    await waits(cloud, ...jobs);
    const dependencies = { ...cloud.dependencies, maxRunningJobs: 5 };
    const started = await Promise.all(Array.from({ length: 8 }, () => givePermits(dependencies)));
    const held = await dependencies.readPermits();
    expect(held).toHaveLength(5);
    expect(new Set(started.flat())).toEqual(new Set(held.map(({ jobId }) => jobId)));
    expect(started.flat()).toHaveLength(5);
    expect(await dependencies.readWaiting()).toHaveLength(7);
  });

  it('are not given to a company whose jobs all wait for its servers', async () => {
    const cloud = publishCloud();
    await waits(cloud, [company, 1, 'video']);
    cloud.jobs.set(jobIdOf(0), aPublishJob({ id: jobIdOf(0), status: 'running' }));
    cloud.locks.set('video', jobIdOf(0));
    expect(await givePermits(cloud.dependencies)).toEqual([]);
    expect(await cloud.dependencies.readWaiting()).toEqual([]);
    expect(await cloud.dependencies.readPermits()).toEqual([]);
  });
});
