import { beforeEach, describe, expect, it } from 'vitest';
import type { Server } from '../../../domain/delivery/server.ts';
import { emptyByServer, sumByServer, sumOfLogEntries } from '../../../domain/jobs/counts.ts';
import { type LogEntry, noCounts, type Outcome, type PublishJob } from '../../../domain/jobs/job.ts';
import { finishJob } from '../../../functions/finish-job/finish-job.ts';
import { finishPart } from '../../../functions/publish-part/finish-part.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const place = { company, jobId: id, level: 0, part: 0 };
const event = { execution: id, state: { company, jobId: id } };
const both: readonly Outcome[] = ['published', 'published'];

let cloud: PublishCloud;

beforeEach(() => {
  cloud = publishCloud();
  const servers: Server[] = ['image-serving'];
  const perServer = emptyByServer(servers);
  cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id, servers, perServer }));
  cloud.setPlan(id, [{ ...place, key: 'part' }]);
});

const linesOf = (outcomes: readonly Outcome[]) =>
  outcomes.map(
    (outcome, index): LogEntry => ({
      time: '2026-11-24T09:00:00.000Z',
      asset: `a${index}`,
      server: 'image-serving',
      outcome,
      message: 'made by a test',
    }),
  );

/** A worker finishes its part, with the job as it was at its begin. */
const settle = (...outcomes: Outcome[]) =>
  finishPart(place, linesOf(outcomes), aPublishJob(), (call) => call(), cloud.dependencies);

/** Expects that the log, the part record and, if it has ended, the job agree. */
function expectAlike(...outcomes: readonly Outcome[]): void {
  const lines = cloud.log(id).filter(({ asset }) => asset !== undefined);
  expect(lines.map(({ outcome }) => outcome)).toEqual(outcomes);
  const sums = { counts: sumOfLogEntries(lines), perServer: sumByServer(lines) };
  expect(cloud.parts.get(`${id}/0/0`)).toMatchObject({ ...sums, closed: false });
  const job = cloud.jobs.get(id);
  if (job?.status !== 'running') expect(job).toMatchObject(sums);
}

describe('two workers of one part', () => {
  it('write the same as one worker if they have the same result', async () => {
    await settle('published', 'error');
    cloud.calls.length = 0;
    await settle('published', 'error');
    expect(cloud.calls).toEqual(['addPartLog', 'putPart']);
    expectAlike('published', 'error');
  });

  it('record what both have done while their job runs', async () => {
    await settle('published', 'not-reached');
    expect(await settle('error', 'published')).toMatchObject({ total: 2, done: 2 });
    expectAlike(...both);
    await finishJob(event, cloud.dependencies);
    expectAlike(...both);
  });

  it('record it also if the later one writes its counts first', async () => {
    cloud.fault = (call, when) => {
      if (call !== 'putPart' || when !== 'before') return;
      cloud.fault = () => {};
      // The other worker comes between the log and the counts of this one.
      const lines = linesOf(both);
      cloud.setPartLog(id, 0, lines);
      const sums = { counts: sumOfLogEntries(lines), perServer: sumByServer(lines) };
      cloud.parts.set(`${id}/0/0`, { level: 0, part: 0, ...sums, closed: false, at: 'then' });
    };
    await settle('published', 'error');
    expectAlike(...both);
  });

  it('correct the counts of a job that has ended meanwhile', async () => {
    await settle('published', 'not-reached');
    await finishJob(event, cloud.dependencies);
    expect(cloud.jobs.get(id)).toMatchObject({ status: 'completed-with-errors' });
    await settle('error', 'published');
    expectAlike(...both);
  });

  it('make finish-job add up again if one of them comes while it does', async () => {
    await settle('published', 'not-reached');
    cloud.fault = (call, when) => {
      if (call !== 'writeEnd' || when !== 'before') return undefined;
      cloud.fault = () => {};
      return settle('error', 'published');
    };
    await finishJob(event, cloud.dependencies);
    expectAlike(...both);
    expect(cloud.jobs.get(id)).not.toHaveProperty('corrections');
  });

  it('add what they have done if both come after their part was closed', async () => {
    const counts = { ...noCounts, total: 2, notReached: 2 };
    const perServer = sumByServer(linesOf(['not-reached', 'not-reached']));
    cloud.parts.set(`${id}/0/0`, { level: 0, part: 0, counts, perServer, closed: true, at: 'then' });
    const job = cloud.jobs.get(id) as PublishJob;
    cloud.jobs.set(id, { ...job, status: 'failed', counts, perServer });
    await settle('published', 'not-reached');
    await settle('not-reached', 'published');
    expectAlike(...both);
  });
});

it('flushes the history before it counts the part', async () => {
  let flushedAfter: readonly string[] = [];
  const flushHistory = async () => {
    flushedAfter = [...cloud.calls];
  };
  const dependencies = { ...cloud.dependencies, flushHistory };
  await finishPart(place, linesOf(['published']), aPublishJob(), (call) => call(), dependencies);
  expect(flushedAfter).toEqual(['addPartLog']);
  expect(cloud.calls).toEqual(['addPartLog', 'putPart']);
});

it('does not count a part whose history cannot be written', async () => {
  const flushHistory = () => Promise.reject(new Error('made by a test'));
  const dependencies = { ...cloud.dependencies, flushHistory };
  await expect(
    finishPart(place, linesOf(['published']), aPublishJob(), (call) => call(), dependencies),
  ).rejects.toThrow('made by a test');
  expect(cloud.parts.size).toBe(0);
});

it('gives up if the counts of its job are not final in time, and completes when it runs again', async () => {
  const counts = { ...noCounts, total: 1, notReached: 1 };
  const perServer = sumByServer(linesOf(['not-reached']));
  cloud.parts.set(`${id}/0/0`, { level: 0, part: 0, counts, perServer, closed: true, at: 'then' });
  cloud.timeLeft = 6_500;
  await expect(settle('published')).rejects.toMatchObject({ code: 'storage.busy' });
  const job = cloud.jobs.get(id) as PublishJob;
  cloud.jobs.set(id, { ...job, status: 'failed', counts, perServer });
  await settle('published');
  expectAlike('published');
});
