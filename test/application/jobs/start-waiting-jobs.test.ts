import { expect, it } from 'vitest';
import { startWaitingJobs } from '../../../application/jobs/start-waiting-jobs.ts';
import { submitPublishJob } from '../../../application/jobs/submit-publish-job.ts';
import { createWorld } from '../../functions/publish-world.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';

async function worldWithJobs() {
  const world = createWorld();
  for (const [number, servers] of [
    [1, ['image-serving']],
    [2, ['image-serving', 'video']],
    [3, ['video']],
    [4, ['server-directory']],
  ] as const) {
    await world.dependencies.createPublishJob(aPublishJob({ id: jobIdOf(number), servers }));
  }
  return world;
}

it('starts the jobs that may run, in order, and no job that waits for another', async () => {
  const world = await worldWithJobs();
  expect(await startWaitingJobs(company, world.dependencies)).toEqual([jobIdOf(1), jobIdOf(4)]);
  expect(world.started).toEqual([`${jobIdOf(1)}-2`, `${jobIdOf(4)}-2`]);
});

it('respects locks, but not those of jobs that have ended', async () => {
  const world = await worldWithJobs();
  world.jobs.set(jobIdOf(0), aPublishJob({ id: jobIdOf(0), status: 'running' }));
  world.locks.set('image-serving', jobIdOf(0)).set('server-directory', jobIdOf(9));
  expect(await startWaitingJobs(company, world.dependencies)).toEqual([jobIdOf(4)]);
});

it('starts a job even if the response to its own count of the execution was lost', async () => {
  const world = createWorld();
  await world.dependencies.createPublishJob(aPublishJob());
  const dependencies = {
    ...world.dependencies,
    countExecution: async (job: Parameters<typeof world.dependencies.countExecution>[0]) => {
      await world.dependencies.countExecution(job);
      return undefined;
    },
  };
  await startWaitingJobs(company, dependencies);
  expect(world.started).toEqual([`${jobIdOf(1)}-2`]);
});

it('skips a job that was stopped meanwhile', async () => {
  const world = createWorld();
  await world.dependencies.createPublishJob(aPublishJob());
  world.jobs.set(jobIdOf(1), aPublishJob({ status: 'stopped' }));
  expect(await startWaitingJobs(company, world.dependencies)).toEqual([]);
  expect(world.started).toEqual([]);
});

it('reads only the queue if no job waits', async () => {
  const world = createWorld();
  await startWaitingJobs(company, world.dependencies);
  expect(world.calls).toEqual(['readQueue']);
});

it('keeps the queue position of a job that cannot be started', async () => {
  const world = createWorld();
  world.fault = (call) => {
    if (call === 'startExecution') throw new Error('made by a test');
  };
  const { startError } = await submitPublishJob(aPublishJob(), world.dependencies);
  expect(startError).toMatchObject({ message: 'made by a test' });
  expect(world.jobs.get(jobIdOf(1))?.status).toBe('queued');
  expect([...world.queue.keys()]).toEqual([jobIdOf(1)]);
});
