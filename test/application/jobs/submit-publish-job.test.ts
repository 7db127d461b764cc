import { expect, it } from 'vitest';
import { submitPublishJob } from '../../../application/jobs/submit-publish-job.ts';
import { createWorld } from '../../functions/publish-world.ts';
import { aPublishJob, jobIdOf } from '../../support/builders.ts';

const first = aPublishJob({ id: jobIdOf(1) });
const second = aPublishJob({ id: jobIdOf(2) });
const submission = { key: 'k1', request: 'hash' };

it('a job that is asked for again with its key is the first one, started under its own name', async () => {
  const { dependencies, jobs, started } = createWorld();
  expect(await submitPublishJob(first, dependencies, submission)).toEqual({ job: first });
  expect(await submitPublishJob(second, dependencies, submission)).toEqual({ job: first });
  expect([...jobs.keys()]).toEqual([first.id]);
  expect(new Set(started)).toEqual(new Set([first.id]));
});

it('a job that has begun or ended by then is answered as it is, and not started', async () => {
  const { dependencies, jobs, started } = createWorld();
  await submitPublishJob(first, dependencies, submission);
  jobs.set(first.id, { ...first, status: 'succeeded' });
  const { job } = await submitPublishJob(second, dependencies, submission);
  expect(job).toMatchObject({ id: first.id, status: 'succeeded' });
  expect(started).toEqual([first.id]);
});

it('another key makes another job, and so does none', async () => {
  const { dependencies, jobs } = createWorld();
  await submitPublishJob(first, dependencies, submission);
  await submitPublishJob(second, dependencies, { ...submission, key: 'k2' });
  await submitPublishJob(aPublishJob({ id: jobIdOf(3) }), dependencies);
  expect(jobs.size).toBe(3);
});

it('another request with the same key is refused, and names the header', async () => {
  const { dependencies, jobs } = createWorld();
  await submitPublishJob(first, dependencies, submission);
  await expect(
    submitPublishJob(second, dependencies, { ...submission, request: 'other' }),
  ).rejects.toMatchObject({
    code: 'request.key-reused',
    details: [{ field: 'Idempotency-Key' }],
  });
  expect(jobs.size).toBe(1);
});

it('a job that cannot be found by a key that was taken is to be asked for again', async () => {
  const { dependencies } = createWorld();
  await expect(
    submitPublishJob(first, { ...dependencies, createPublishJob: async () => false }, submission),
  ).rejects.toMatchObject({ code: 'storage.busy' });
});
