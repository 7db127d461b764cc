import { expect, it } from 'vitest';
import { submitPublishJob } from '../../../application/jobs/submit-publish-job.ts';
import { aPublishJob, jobIdOf } from '../../support/builders.ts';
import { publishCloud } from '../../support/publish-cloud.ts';

const first = aPublishJob({ id: jobIdOf(1) });
const second = aPublishJob({ id: jobIdOf(2) });
const submission = { key: 'k1', request: 'hash' };

it('returns the first job for a repeated key, and starts it under its own name', async () => {
  const { dependencies, jobs, started } = publishCloud();
  expect(await submitPublishJob(first, dependencies, submission)).toEqual({ job: first });
  expect(await submitPublishJob(second, dependencies, submission)).toEqual({ job: first });
  expect([...jobs.keys()]).toEqual([first.id]);
  expect(new Set(started)).toEqual(new Set([first.id]));
});

it('returns a job that has begun or ended as it is, and does not start it', async () => {
  const { dependencies, jobs, started } = publishCloud();
  await submitPublishJob(first, dependencies, submission);
  jobs.set(first.id, { ...first, status: 'succeeded' });
  const { job } = await submitPublishJob(second, dependencies, submission);
  expect(job).toMatchObject({ id: first.id, status: 'succeeded' });
  expect(started).toEqual([first.id]);
});

it('creates another job for another key, and for no key', async () => {
  const { dependencies, jobs } = publishCloud();
  await submitPublishJob(first, dependencies, submission);
  await submitPublishJob(second, dependencies, { ...submission, key: 'k2' });
  await submitPublishJob(aPublishJob({ id: jobIdOf(3) }), dependencies);
  expect(jobs.size).toBe(3);
});

it('refuses another request with the same key, and names the header', async () => {
  const { dependencies, jobs } = publishCloud();
  await submitPublishJob(first, dependencies, submission);
  await expect(
    submitPublishJob(second, dependencies, { ...submission, request: 'other' }),
  ).rejects.toMatchObject({
    code: 'request.key-reused',
    details: [{ field: 'Idempotency-Key' }],
  });
  expect(jobs.size).toBe(1);
});

it('emits the status of a job that is written, and not of another job that has its key', async () => {
  const { dependencies, emittedStatuses } = publishCloud();
  await submitPublishJob(first, dependencies, submission);
  await submitPublishJob(second, dependencies, submission);
  expect(emittedStatuses).toEqual([{ job: first, at: first.submitted }]);
});

it('emits the status again if the same job was written before, as its first call may have died', async () => {
  const { dependencies, emittedStatuses } = publishCloud();
  await submitPublishJob(first, dependencies);
  await submitPublishJob(first, dependencies);
  expect(emittedStatuses).toHaveLength(2);
});

it('emits the status of a job that could not be started', async () => {
  const cloud = publishCloud();
  cloud.fault = (call) => {
    if (call === 'startExecution') throw new Error('made by a test');
  };
  const { startError } = await submitPublishJob(first, cloud.dependencies);
  expect(startError).toMatchObject({ message: 'made by a test' });
  expect(cloud.emittedStatuses).toEqual([{ job: first, at: first.submitted }]);
});

it('asks the caller to try again if the key is taken but the job cannot be found', async () => {
  const { dependencies } = publishCloud();
  await expect(
    submitPublishJob(first, { ...dependencies, createPublishJob: async () => false }, submission),
  ).rejects.toMatchObject({ code: 'storage.busy' });
});
