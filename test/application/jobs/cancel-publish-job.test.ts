import { describe, expect, it } from 'vitest';
import { cancelPublishJob } from '../../../application/jobs/cancel-publish-job.ts';
import { runUntilIdle } from '../../statemachines/run-until-idle.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const cancel = { by: 'bob', at: '2026-11-24T09:00:00.000Z' };

it('stops a queued job at once, with a last entry in its log', async () => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  const stopped = { status: 'stopped', stoppedBy: 'bob', ended: cancel.at };
  expect(await cancelPublishJob(company, id, cancel, cloud.dependencies)).toMatchObject(stopped);
  expect(cloud.jobs.get(id)).toMatchObject(stopped);
  expect(cloud.queue.size).toBe(0);
  expect(cloud.log(id)).toMatchObject([{ outcome: 'end', time: cancel.at }]);
});

it('sends the notification about a queued job that it stopped, and marks its end as processed', async () => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  await cancelPublishJob(company, id, cancel, cloud.dependencies);
  expect(cloud.notified).toEqual([{ message: { kind: 'ended', company, jobId: id }, delay: 0 }]);
  expect(cloud.emittedEnds).toMatchObject([{ id, status: 'stopped', ended: cancel.at }]);
  expect(cloud.unprocessed).toEqual([]);
});

it.each([
  ['stopQueuedJob', 'after'],
  ['writeEnd', 'before'],
  ['sendNotification', 'before'],
  ['startExecution', 'before'],
  ['emitEnd', 'before'],
  ['markEndProcessed', 'before'],
] as const)('leaves the steps after a crash (%s, %s) to reconcile-jobs', async (name, at) => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  await cloud.dependencies.createPublishJob(aPublishJob({ id: jobIdOf(2) }));
  cloud.fault = (call, when) => {
    if (call === name && when === at) throw new Error('made by a test');
  };
  await expect(cancelPublishJob(company, id, cancel, cloud.dependencies)).rejects.toThrow('made by a test');
  cloud.fault = () => {};
  await runUntilIdle(cloud);
  expect(cloud.log(id)).toMatchObject([{ outcome: 'end', time: cancel.at }]);
  expect(cloud.notified).toContainEqual({ message: { kind: 'ended', company, jobId: id }, delay: 0 });
  expect(cloud.emittedEnds).toContainEqual(expect.objectContaining({ id, status: 'stopped' }));
  expect(cloud.jobs.get(jobIdOf(2))?.status).toBe('succeeded');
});

it('asks a running job to stop, once', async () => {
  const cloud = publishCloud();
  cloud.jobs.set(id, aPublishJob({ status: 'running' }));
  expect(await cancelPublishJob(company, id, cancel, cloud.dependencies)).toMatchObject({
    status: 'stopping',
    stoppedBy: 'bob',
  });
  const again = await cancelPublishJob(company, id, { ...cancel, by: 'eve' }, cloud.dependencies);
  expect(again).toMatchObject({ status: 'stopping', stoppedBy: 'bob' });
  expect(cloud.log(id)).toEqual([]);
});

it('emits that a job is stopping, again with a second cancellation, and leaves the end of a queued job to emitEnd', async () => {
  const cloud = publishCloud();
  cloud.jobs.set(id, aPublishJob({ status: 'running' }));
  await cancelPublishJob(company, id, cancel, cloud.dependencies);
  await cancelPublishJob(company, id, cancel, cloud.dependencies);
  const stopping = { job: { id, status: 'stopping' }, at: cancel.at };
  expect(cloud.emittedStatuses).toMatchObject([stopping, stopping]);

  const queued = publishCloud();
  await queued.dependencies.createPublishJob(aPublishJob());
  await cancelPublishJob(company, id, cancel, queued.dependencies);
  expect(queued.emittedStatuses).toEqual([]);
  expect(queued.emittedEnds).toMatchObject([{ id, status: 'stopped' }]);
});

it('reads the job again if it changes meanwhile', async () => {
  const cloud = publishCloud();
  await cloud.dependencies.createPublishJob(aPublishJob());
  cloud.fault = (call, when) => {
    if (call === 'stopQueuedJob' && when === 'before') cloud.jobs.set(id, aPublishJob({ status: 'running' }));
  };
  expect((await cancelPublishJob(company, id, cancel, cloud.dependencies)).status).toBe('stopping');
});

it.each([
  ['has ended', aPublishJob({ status: 'succeeded' }), 'job.already-ended'],
  ['does not exist', undefined, 'job.not-found'],
])('refuses a job that %s', async (_, job, code) => {
  const cloud = publishCloud();
  if (job) cloud.jobs.set(id, job);
  await expect(cancelPublishJob(company, id, cancel, cloud.dependencies)).rejects.toMatchObject({ code });
});

describe('by force', () => {
  const forced = { ...cancel, force: true };
  const stopping = (stopRequested: string) =>
    aPublishJob({ status: 'stopping', execution: id, stoppedBy: 'eve', stopRequested });

  it('ends the execution of a job that has been stopping for five minutes', async () => {
    const cloud = publishCloud();
    await cloud.dependencies.startExecution(id, { company, jobId: id });
    cloud.jobs.set(id, stopping('2026-11-24T08:55:00.000Z'));
    expect(await cancelPublishJob(company, id, forced, cloud.dependencies)).toMatchObject({
      status: 'stopping',
      stoppedBy: 'eve',
    });
    expect(cloud.executions.get(id)?.status).toBe('ABORTED');
  });

  it('refuses force before five minutes are over, with the time from which it is allowed', async () => {
    const cloud = publishCloud();
    cloud.jobs.set(id, stopping('2026-11-24T08:58:00.000Z'));
    await expect(cancelPublishJob(company, id, forced, cloud.dependencies)).rejects.toMatchObject({
      code: 'job.too-early-for-force',
      facts: { from: '2026-11-24T09:03:00.000Z' },
    });
    expect(cloud.calls).not.toContain('stopExecution');
  });

  it('asks a running job to stop, and records the time', async () => {
    const cloud = publishCloud();
    cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id }));
    await cancelPublishJob(company, id, forced, cloud.dependencies);
    expect(cloud.jobs.get(id)).toMatchObject({ status: 'stopping', stopRequested: cancel.at });
    expect(cloud.calls).not.toContain('stopExecution');
  });
});
