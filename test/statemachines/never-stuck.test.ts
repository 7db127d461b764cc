/**
 * Each step of a publish job × each way in which it can fail: the job comes to its end by itself, its counts are exact,
 * its locks are free, and the job behind it is published.
 */
import { describe, expect, it, vi } from 'vitest';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { addsUp, sumByServer, sumOfLogEntries } from '../../domain/jobs/counts.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { finishJob } from '../../functions/finish-job/finish-job.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../support/builders.ts';
import { type PublishCloud, publishCloud } from '../support/publish-cloud.ts';
import { brokeEvent, type FunctionName, runPublishJob } from './run-publish-job.ts';
import { runUntilIdle } from './run-until-idle.ts';

const steps = ['beginJob', 'planJob', 'publishPart', 'findRefusedParts', 'finishJob'] as const;
const named = (name: string) => Object.assign(new Error('made by a test'), { name });

interface Way {
  readonly says: string;
  readonly before?: string;
  readonly after?: string;
  readonly once?: true;
  readonly abort?: true;
}

const ways: readonly Way[] = [
  { says: 'throws once', before: 'TypeError', once: true },
  { says: 'throws for good', before: 'TypeError' },
  { says: 'runs out of time for good', before: 'States.Timeout' },
  { says: 'is refused once', before: 'Lambda.TooManyRequestsException', once: true },
  { says: 'is refused for good', before: 'Lambda.TooManyRequestsException' },
  { says: 'dies once when its work is done', after: 'Lambda.Unknown', once: true },
  { says: 'dies always when its work is done', after: 'Lambda.Unknown' },
  { says: 'is called when the state machine is ended', abort: true },
];

const cases = steps.flatMap((step) =>
  ways.flatMap((way) => (['told', 'lost'] as const).map((event) => ({ step, way, event, says: way.says }))),
);

function cloudWith(count: number): PublishCloud {
  const cloud = publishCloud();
  for (let index = 0; index < count; index += 1) cloud.put(anAsset({ id: `a${index}` }));
  return cloud;
}

function jobOf(cloud: PublishCloud, id: string): PublishJob {
  const job = cloud.jobs.get(id);
  if (job?.kind !== 'publish') throw new Error(`There is no publish job ${id}`);
  return job;
}

function expectExact(cloud: PublishCloud, id: string): void {
  const { counts, perServer } = jobOf(cloud, id);
  const lines = cloud.log(id).filter(({ asset }) => asset !== undefined);
  expect(counts).toEqual(sumOfLogEntries(lines));
  expect(addsUp(counts)).toBe(true);
  if (perServer) expect(perServer).toMatchObject(sumByServer(lines));
}

/** Runs the first of two jobs with a fault; then lets events and the clock do what they would. */
async function runWithFault(
  cloud: PublishCloud,
  { step, way, event }: { step: FunctionName; way: Way; event: 'told' | 'lost' },
): Promise<{ first: string; second: string }> {
  const [first, second] = [jobIdOf(1), jobIdOf(2)];
  await submitPublishJob(aPublishJob({ id: first }), cloud.dependencies);
  await submitPublishJob(aPublishJob({ id: second, publish: 'full' }), cloud.dependencies);
  const abort = new AbortController();
  let faults = 0;
  const fail = (name: FunctionName, error: string | undefined) => {
    if (name !== step || (way.once && faults > 0)) return;
    if (way.abort) abort.abort();
    if (error === undefined) return;
    faults += 1;
    throw named(error);
  };
  const run = await runPublishJob(cloud, first, {
    signal: abort.signal,
    interfere: (name) => fail(name, way.before ?? (way.abort && 'Lambda.Unknown')),
    crash: (name) => fail(name, way.after),
  });
  // What failed for good is mended by the time that somebody looks again.
  if (run.status !== 'SUCCEEDED' && event === 'told') {
    const status = run.status === 'ABORTED' ? 'ABORTED' : 'FAILED';
    await finishJob(brokeEvent(first, status, run.error), cloud.dependencies);
  }
  await runUntilIdle(cloud);
  return { first, second };
}

describe('A publish job never gets stuck', () => {
  it.each(cases)('when $step $says, and its event is $event', async ({ step, way, event }) => {
    const cloud = cloudWith(250);
    const { first, second } = await runWithFault(cloud, { step, way, event });
    const { status, reason } = jobOf(cloud, first);
    const isFinal = !way.once;
    const failsTheJob = isFinal && (step === 'beginJob' || step === 'planJob' || way.abort);
    // Nobody had begun it, and nobody was told that it died: it is begun anew.
    const isStartedAgain = step === 'beginJob' && way.abort && event === 'lost';
    if (!isFinal || isStartedAgain) expect(status).toBe('succeeded');
    // All parts have run; nobody knows whether one was refused.
    else if (step === 'findRefusedParts' && !way.abort) expect(status).toBe('succeeded');
    // finish-job that dies when its work is done has ended the job.
    else if (step === 'finishJob' && way.after) expect(status).toBe('succeeded');
    else if (failsTheJob || step === 'finishJob') expect(status).toBe('failed');
    // A part that dies when its work is done has told what it came to.
    else expect(status).toBe(way.after ? 'succeeded' : 'completed-with-errors');
    expect(reason === undefined).toBe(status !== 'failed');

    await vi.waitFor(() => expectExact(cloud, first));
    expect(cloud.locks.size).toBe(0);
    expect(await cloud.dependencies.readPermits()).toEqual([]);
    expect(cloud.queue.size).toBe(0);
    expect(jobOf(cloud, second).status).toBe('succeeded');
    expectExact(cloud, second);
    const published = [...cloud.assets.values()].filter((asset) => asset.publications['image-serving']);
    expect(published).toHaveLength(250);
  });

  it.each(['told', 'lost'] as const)(
    'when it is ended by force, and the event of that is %s',
    async (event) => {
      const cloud = cloudWith(250);
      const first = jobIdOf(1);
      await submitPublishJob(aPublishJob({ id: first }), cloud.dependencies);
      const abort = new AbortController();
      await runPublishJob(cloud, first, {
        signal: abort.signal,
        interfere: (name) => {
          if (name !== 'publishPart') return;
          cloud.jobs.set(first, { ...jobOf(cloud, first), status: 'stopping', stoppedBy: 'bob' });
          abort.abort();
        },
      });
      if (event === 'told') await finishJob(brokeEvent(first, 'ABORTED'), cloud.dependencies);
      await runUntilIdle(cloud);
      expect(jobOf(cloud, first)).toMatchObject({
        status: 'stopped',
        stoppedBy: 'bob',
        counts: { total: 250 },
      });
      await vi.waitFor(() => expectExact(cloud, first));
      expect(cloud.locks.size).toBe(0);
    },
  );

  it('when its execution could never be started', async () => {
    const cloud = cloudWith(3);
    cloud.fault = (call) => {
      if (call === 'startExecution') throw named('ServiceUnavailable');
    };
    await submitPublishJob(aPublishJob(), cloud.dependencies);
    cloud.fault = () => {};
    await runUntilIdle(cloud);
    expect(jobOf(cloud, jobIdOf(1)).status).toBe('succeeded');
  });

  it('when finish-job dies between its steps, and nobody calls it again', async () => {
    const calls = [
      ...['listParts', 'writeEnd', 'endJob', 'freeLocks', 'sendNotification'],
      ...['freePermit', 'readQueue', 'addWaiting', 'readWaiting', 'readPermits', 'givePermit'],
      ...['startExecution', 'emitEnd', 'markEndProcessed'],
    ];
    for (const call of calls) {
      for (const at of ['before', 'after'] as const) {
        const cloud = cloudWith(3);
        const [first, second] = [jobIdOf(1), jobIdOf(2)];
        await submitPublishJob(aPublishJob({ id: first }), cloud.dependencies);
        await submitPublishJob(aPublishJob({ id: second }), cloud.dependencies);
        let isFinishing = false;
        cloud.fault = (name, when) => {
          if (isFinishing && name === call && when === at) throw named('Lambda.Unknown');
        };
        await runPublishJob(cloud, first, {
          interfere: (name) => {
            isFinishing = name === 'finishJob';
          },
        });
        cloud.fault = () => {};
        await runUntilIdle(cloud);
        expectExact(cloud, first);
        expect(jobOf(cloud, second).status, `${at} ${call}`).toBe('succeeded');
        for (const jobId of [first, second]) {
          expect(cloud.notified.map(({ message }) => message)).toContainEqual({
            kind: 'ended',
            company,
            jobId,
          });
          expect(cloud.emittedEnds.map(({ id }) => id)).toContain(jobId);
        }
        expect(cloud.locks.size).toBe(0);
        expect(await cloud.dependencies.readPermits()).toEqual([]);
      }
    }
  });
});
