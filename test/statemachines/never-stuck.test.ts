/**
 * Each step of a publish job × each way in which it can fail: the job comes to its end by itself, its counts are exact,
 * its locks are free, and the job behind it is published.
 */
import { describe, expect, it, vi } from 'vitest';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { addsUp, sumByServer, sumOfLogEntries } from '../../domain/jobs/counts.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { finishJob } from '../../functions/finish-job/finish-job.ts';
import { createWorld, type World } from '../functions/publish-world.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../support/builders.ts';
import { brokeEvent, type FunctionName, runPublishJob } from './run-publish-job.ts';
import { runUntilIdle } from './run-until-idle.ts';

const steps = ['beginJob', 'planJob', 'publishPart', 'finishJob'] as const;
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
  { says: 'is refused for good', before: 'Lambda.TooManyRequestsException' },
  { says: 'dies once when its work is done', after: 'Lambda.Unknown', once: true },
  { says: 'dies always when its work is done', after: 'Lambda.Unknown' },
  { says: 'is called when the state machine is ended', abort: true },
];

const cases = steps.flatMap((step) =>
  ways.flatMap((way) => (['told', 'lost'] as const).map((event) => ({ step, way, event, says: way.says }))),
);

function worldWith(count: number): World {
  const world = createWorld();
  for (let index = 0; index < count; index += 1) world.put(anAsset({ id: `a${index}` }));
  return world;
}

function jobOf(world: World, id: string): PublishJob {
  const job = world.jobs.get(id);
  if (job?.kind !== 'publish') throw new Error(`The world has no publish job ${id}`);
  return job;
}

function expectExact(world: World, id: string): void {
  const { counts, perServer } = jobOf(world, id);
  const lines = world.log(id).filter(({ asset }) => asset !== undefined);
  expect(counts).toEqual(sumOfLogEntries(lines));
  expect(addsUp(counts)).toBe(true);
  if (perServer) expect(perServer).toMatchObject(sumByServer(lines));
}

/** Runs the first of two jobs with a fault; then lets events and the clock do what they would. */
async function runWithFault(
  world: World,
  { step, way, event }: { step: FunctionName; way: Way; event: 'told' | 'lost' },
): Promise<{ first: string; second: string }> {
  const [first, second] = [jobIdOf(1), jobIdOf(2)];
  await submitPublishJob(aPublishJob({ id: first }), world.dependencies);
  await submitPublishJob(aPublishJob({ id: second, publish: 'full' }), world.dependencies);
  const abort = new AbortController();
  let faults = 0;
  const fail = (name: FunctionName, error: string | undefined) => {
    if (name !== step || (way.once && faults > 0)) return;
    if (way.abort) abort.abort();
    if (error === undefined) return;
    faults += 1;
    throw named(error);
  };
  const run = await runPublishJob(world, first, {
    signal: abort.signal,
    interfere: (name) => fail(name, way.before ?? (way.abort && 'Lambda.Unknown')),
    crash: (name) => fail(name, way.after),
  });
  // What failed for good is mended by the time that somebody looks again.
  if (run.status !== 'SUCCEEDED' && event === 'told') {
    const status = run.status === 'ABORTED' ? 'ABORTED' : 'FAILED';
    await finishJob(brokeEvent(first, status, run.error), world.dependencies);
  }
  await runUntilIdle(world);
  return { first, second };
}

describe('A publish job never gets stuck', () => {
  it.each(cases)('when $step $says, and its event is $event', async ({ step, way, event }) => {
    const world = worldWith(250);
    const { first, second } = await runWithFault(world, { step, way, event });
    const { status, reason } = jobOf(world, first);
    const isFinal = !way.once;
    const failsTheJob = isFinal && (step === 'beginJob' || step === 'planJob' || way.abort);
    // Nobody had begun it, and nobody was told that it died: it is begun anew.
    const isStartedAgain = step === 'beginJob' && way.abort && event === 'lost';
    if (!isFinal || isStartedAgain) expect(status).toBe('succeeded');
    // finish-job that dies when its work is done has ended the job.
    else if (step === 'finishJob' && way.after) expect(status).toBe('succeeded');
    else if (failsTheJob || step === 'finishJob') expect(status).toBe('failed');
    // A part that dies when its work is done has told what it came to.
    else expect(status).toBe(way.after ? 'succeeded' : 'completed-with-errors');
    expect(reason === undefined).toBe(status !== 'failed');

    await vi.waitFor(() => expectExact(world, first));
    expect(world.locks.size).toBe(0);
    expect(world.queue.size).toBe(0);
    expect(jobOf(world, second).status).toBe('succeeded');
    expectExact(world, second);
    const published = [...world.assets.values()].filter((asset) => asset.publications['image-serving']);
    expect(published).toHaveLength(250);
  });

  it.each(['told', 'lost'] as const)(
    'when it is ended by force, and the event of that is %s',
    async (event) => {
      const world = worldWith(250);
      const first = jobIdOf(1);
      await submitPublishJob(aPublishJob({ id: first }), world.dependencies);
      const abort = new AbortController();
      await runPublishJob(world, first, {
        signal: abort.signal,
        interfere: (name) => {
          if (name !== 'publishPart') return;
          world.jobs.set(first, { ...jobOf(world, first), status: 'stopping', stoppedBy: 'bob' });
          abort.abort();
        },
      });
      if (event === 'told') await finishJob(brokeEvent(first, 'ABORTED'), world.dependencies);
      await runUntilIdle(world);
      expect(jobOf(world, first)).toMatchObject({
        status: 'stopped',
        stoppedBy: 'bob',
        counts: { total: 250 },
      });
      await vi.waitFor(() => expectExact(world, first));
      expect(world.locks.size).toBe(0);
    },
  );

  it('when its execution could never be started', async () => {
    const world = worldWith(3);
    world.fault = (call) => {
      if (call === 'startExecution') throw named('ServiceUnavailable');
    };
    await submitPublishJob(aPublishJob(), world.dependencies);
    world.fault = () => {};
    await runUntilIdle(world);
    expect(jobOf(world, jobIdOf(1)).status).toBe('succeeded');
  });

  it('when finish-job dies between its steps, and nobody calls it again', async () => {
    const calls = [
      ...['listParts', 'writeEnd', 'endJob', 'freeLocks', 'sendNotification'],
      ...['readQueue', 'startExecution', 'emitEnd', 'markEndProcessed'],
    ];
    for (const call of calls) {
      for (const at of ['before', 'after'] as const) {
        const world = worldWith(3);
        const [first, second] = [jobIdOf(1), jobIdOf(2)];
        await submitPublishJob(aPublishJob({ id: first }), world.dependencies);
        await submitPublishJob(aPublishJob({ id: second }), world.dependencies);
        let isFinishing = false;
        world.fault = (name, when) => {
          if (isFinishing && name === call && when === at) throw named('Lambda.Unknown');
        };
        await runPublishJob(world, first, {
          interfere: (name) => {
            isFinishing = name === 'finishJob';
          },
        });
        world.fault = () => {};
        await runUntilIdle(world);
        expectExact(world, first);
        expect(jobOf(world, second).status, `${at} ${call}`).toBe('succeeded');
        for (const jobId of [first, second]) {
          expect(world.notified.map(({ message }) => message)).toContainEqual({
            kind: 'ended',
            company,
            jobId,
          });
          expect(world.emittedEnds.map(({ id }) => id)).toContain(jobId);
        }
        expect(world.locks.size).toBe(0);
      }
    }
  });
});
