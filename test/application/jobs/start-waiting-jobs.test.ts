import { expect, it } from 'vitest';
import { startWaitingJobs } from '../../../application/jobs/start-waiting-jobs.ts';
import { submitPublishJob } from '../../../application/jobs/submit-publish-job.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { publishCloud } from '../../support/publish-cloud.ts';

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

it('starts a job even if the response to its own count of the execution was lost', async () => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  const dependencies = {
    ...cloud.dependencies,
    countExecution: async (job: Parameters<typeof cloud.dependencies.countExecution>[0]) => {
      await cloud.dependencies.countExecution(job);
      return undefined;
    },
  };
  await startWaitingJobs(company, dependencies);
  expect(cloud.started).toEqual([`${jobIdOf(1)}-2`]);
});

it('skips a job that was stopped meanwhile', async () => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  cloud.jobs.set(jobIdOf(1), aPublishJob({ status: 'stopped' }));
  expect(await startWaitingJobs(company, cloud.dependencies)).toEqual([]);
  expect(cloud.started).toEqual([]);
});

it('reads only the queue if no job waits', async () => {
  const cloud = publishCloud();
  await startWaitingJobs(company, cloud.dependencies);
  expect(cloud.calls).toEqual(['readQueue']);
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
