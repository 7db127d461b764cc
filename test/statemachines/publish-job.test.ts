import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { cancelPublishJob } from '../../application/jobs/cancel-publish-job.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { addsUp, sumByServer } from '../../domain/jobs/counts.ts';
import { isTerminal, type PublishJob } from '../../domain/jobs/job.ts';
import { beginJob } from '../../functions/begin-job/begin-job.ts';
import { finishJob } from '../../functions/finish-job/finish-job.ts';
import {
  beginJobInput,
  beginJobOutput,
  findRefusedPartsInput,
  findRefusedPartsOutput,
  finishJobInput,
  finishJobOutput,
  planJobInput,
  planJobOutput,
  publishPartInput,
  publishPartOutput,
} from '../../statemachines/publish-job.contract.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../support/builders.ts';
import { type PublishCloud, publishCloud } from '../support/publish-cloud.ts';
import { brokeEvent, runPublishJob } from './run-publish-job.ts';
import { runUntilIdle } from './run-until-idle.ts';

const cause = (name: string) => Object.assign(new Error('made by a test'), { name });

function cloudWith(count: number, options: Parameters<typeof publishCloud>[0] = {}): PublishCloud {
  const cloud = publishCloud(options);
  for (let index = 0; index < count; index += 1) cloud.put(anAsset({ id: `a${index}` }));
  return cloud;
}

async function submit(cloud: PublishCloud, job: PublishJob = aPublishJob()): Promise<PublishJob> {
  await submitPublishJob(job, cloud.dependencies);
  return job;
}

function jobOf(cloud: PublishCloud, id: string): PublishJob {
  const job = cloud.jobs.get(id);
  if (job?.kind !== 'publish') throw new Error(`There is no publish job ${id}`);
  return job;
}

describe('A publish job', () => {
  it('publishes all that is pending, counts it exactly and logs a line for each', async () => {
    const cloud = cloudWith(250);
    const { id } = await submit(cloud);
    const run = await runPublishJob(cloud, id);
    expect(run.status).toBe('SUCCEEDED');
    expect(run.entered).toEqual([
      'Begin Job',
      'Check Decision',
      'Plan Job',
      'Check Plan',
      'Publish Levels',
      'Publish Level',
      'Find Refused Parts',
      'Check Refused Parts',
      'Level Published',
      'Finish Job',
      'Check Outcome',
      'Job Ended',
    ]);
    const job = jobOf(cloud, id);
    expect(job).toMatchObject({ status: 'succeeded', name: 'Autumn 2026-11-24 08:30:00' });
    expect(job.counts).toEqual({
      total: 250,
      done: 250,
      skipped: 0,
      warnings: 0,
      errors: 0,
      notReached: 0,
      bytes: 250_000,
    });
    expect(cloud.origins.size).toBe(250);
    expect(cloud.history.size).toBe(250);
    expect(cloud.locks.size).toBe(0);
    expect(cloud.queue.size).toBe(0);
    const log = cloud.log(id);
    expect(log.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'published')).toEqual([
      'begin',
      'end',
    ]);
    expect(new Set(log.map(({ asset }) => asset)).size).toBe(251);
  });

  it('gives every state what its contract says', async () => {
    const cloud = cloudWith(40, { pageSize: 1 });
    cloud.timeLeft = 0;
    const { id } = await submit(cloud);
    const { calls } = await runPublishJob(cloud, id);
    const contracts: Readonly<Record<string, readonly [z.ZodType, z.ZodType]>> = {
      beginJob: [beginJobInput, beginJobOutput],
      planJob: [planJobInput, planJobOutput],
      publishPart: [publishPartInput, publishPartOutput],
      findRefusedParts: [findRefusedPartsInput, findRefusedPartsOutput],
      finishJob: [finishJobInput, finishJobOutput],
    };
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(Object.keys(contracts)));
    for (const { name, event, output } of calls) {
      const [inputSchema, outputSchema] = contracts[name] ?? [z.never(), z.never()];
      expect(inputSchema.safeParse(event).error).toBeUndefined();
      expect(outputSchema.safeParse(output).error).toBeUndefined();
    }
    // With no time left each round plans one page: one record of each shard. The last round finds that there are no more.
    expect(calls.filter(({ name }) => name === 'planJob').length).toBeGreaterThanOrEqual(2);
    expect(jobOf(cloud, id).counts.done).toBe(40);
  });

  it('ends at once where there is nothing to publish', async () => {
    const cloud = cloudWith(0);
    const { id } = await submit(cloud);
    const run = await runPublishJob(cloud, id);
    expect(run.calls.map(({ name }) => name)).toEqual(['beginJob', 'planJob', 'finishJob']);
    expect(jobOf(cloud, id)).toMatchObject({ status: 'succeeded', counts: { total: 0 } });
  });

  it('waits for another one of its servers, and is started when that has ended', async () => {
    const cloud = cloudWith(3);
    const first = await submit(cloud, aPublishJob({ id: jobIdOf(1) }));
    const second = await submit(cloud, aPublishJob({ id: jobIdOf(2), servers: ['image-serving'] }));
    const third = await submit(cloud, aPublishJob({ id: jobIdOf(3), servers: ['video'] }));
    // The first is begun; the others' executions come while it runs.
    await beginJob({ company, jobId: first.id, execution: first.id }, cloud.dependencies);
    for (const { id } of [second, third]) {
      const run = await runPublishJob(cloud, id);
      expect(run.entered.slice(-3)).toEqual(['Finish Job', 'Check Outcome', 'Job Waits']);
      expect(jobOf(cloud, id)).toMatchObject({ status: 'queued', executionNumber: 1 });
    }

    await runPublishJob(cloud, first.id);
    expect(cloud.started.slice(3)).toEqual([`${second.id}-2`, `${third.id}-2`]);
    // The third holds its permit already, so the end of the second does not start it once more.
    for (let next = 3; next < cloud.started.length; next += 1) {
      await runPublishJob(cloud, cloud.started[next] ?? '');
    }
    for (const { id } of [second, third]) expect(jobOf(cloud, id).status).toBe('succeeded');
    expect(cloud.started.slice(5)).toEqual([]);
    expect(cloud.queue.size).toBe(0);
    expect(cloud.locks.size).toBe(0);
  });

  it('is started by the next one that waits behind it, where its own start failed', async () => {
    const cloud = cloudWith(1);
    cloud.fault = (call) => {
      if (call === 'startExecution') throw cause('ServiceUnavailable');
    };
    const first = await submit(cloud, aPublishJob({ id: jobIdOf(1) }));
    cloud.fault = () => {};
    const second = await submit(cloud, aPublishJob({ id: jobIdOf(2) }));
    await runPublishJob(cloud, second.id);
    expect(cloud.started).toEqual([second.id, `${first.id}-2`]);
  });

  it('is started when the one that it waits for is cancelled', async () => {
    const cloud = cloudWith(1);
    const images = await submit(cloud, aPublishJob({ id: jobIdOf(1), servers: ['image-serving'] }));
    const all = await submit(cloud, aPublishJob({ id: jobIdOf(2) }));
    const videos = await submit(cloud, aPublishJob({ id: jobIdOf(3), servers: ['video'] }));
    await beginJob({ company, jobId: images.id, execution: images.id }, cloud.dependencies);
    await runPublishJob(cloud, all.id);
    await runPublishJob(cloud, videos.id);
    expect(jobOf(cloud, videos.id).status).toBe('queued');
    await cancelPublishJob(
      company,
      all.id,
      { by: 'ann', at: '2026-11-24T09:00:00.000Z' },
      cloud.dependencies,
    );
    expect(jobOf(cloud, all.id)).toMatchObject({
      status: 'stopped',
      stoppedBy: 'ann',
      ended: '2026-11-24T09:00:00.000Z',
    });
    expect(cloud.started.at(-1)).toBe(`${videos.id}-2`);
  });

  it('is ignored by an execution too many', async () => {
    const cloud = cloudWith(1);
    const { id } = await submit(cloud);
    await runPublishJob(cloud, id);
    const again = await runPublishJob(cloud, `${id}-2`);
    expect(again.entered).toEqual(['Begin Job', 'Check Decision', 'Job Ignored']);
    expect(jobOf(cloud, id)).toMatchObject({ status: 'succeeded', execution: id });
  });

  it.each(['beginJob', 'planJob', 'publishPart', 'finishJob'] as const)(
    'succeeds when %s fails once and then works',
    async (failing) => {
      const cloud = cloudWith(120);
      const { id } = await submit(cloud);
      let failures = 0;
      const run = await runPublishJob(cloud, id, {
        interfere: (name) => {
          if (name === failing && failures === 0) {
            failures += 1;
            throw cause('Lambda.TooManyRequestsException');
          }
        },
      });
      expect(run.status).toBe('SUCCEEDED');
      expect(jobOf(cloud, id)).toMatchObject({ status: 'succeeded', counts: { total: 120, done: 120 } });
    },
  );

  it.each(['beginJob', 'planJob'] as const)('fails with a reason when %s fails for good', async (failing) => {
    const cloud = cloudWith(3);
    const { id } = await submit(cloud);
    const run = await runPublishJob(cloud, id, {
      interfere: (name) => {
        if (name === failing) throw cause('TypeError');
      },
    });
    expect(run.entered.at(-1)).toBe('Job Ended');
    const job = jobOf(cloud, id);
    expect(job.status).toBe('failed');
    expect(job.reason).toMatch(/^Something failed on our side \(TypeError\)\. .*submit the job again/);
    expect(job.counts.total).toBe(0);
    expect(cloud.origins.size).toBe(0);
    expect(cloud.locks.size).toBe(0);
    expect(cloud.queue.size).toBe(0);
  });

  it('tolerates a part that never works: the others are published, its assets are errors', async () => {
    const cloud = cloudWith(250);
    const { id } = await submit(cloud);
    await runPublishJob(cloud, id, {
      interfere: (name, event) => {
        if (name === 'publishPart' && publishPartInput.parse(event).part === 1) throw cause('TypeError');
      },
    });
    expect(jobOf(cloud, id)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 250, done: 150, errors: 100, notReached: 0 },
    });
    expect(cloud.log(id).filter(({ outcome }) => outcome === 'error')).toHaveLength(100);
  });

  it('counts exactly when a worker throws in the middle and is run again', async () => {
    const cloud = cloudWith(100);
    const { id } = await submit(cloud);
    let copies = 0;
    cloud.fault = (call, when) => {
      if (call === 'recordPublication' && when === 'after') copies += 1;
      if (copies === 40) {
        copies += 1;
        throw cause('Lambda.Unknown');
      }
    };
    await runPublishJob(cloud, id);
    expect(jobOf(cloud, id)).toMatchObject({
      status: 'succeeded',
      counts: { total: 100, done: 100, bytes: 100_000 },
    });
    expect(cloud.history.size).toBe(100);
    expect(cloud.log(id)).toHaveLength(102);
  });

  it('stops between two copies: what is live is whole, and the rest is untouched and logged', async () => {
    const cloud = cloudWith(400);
    const { id } = await submit(cloud);
    cloud.fault = (call, when) => {
      if (call !== 'copyToOrigin' || when !== 'before') return;
      cloud.time += 100;
      const job = jobOf(cloud, id);
      if (cloud.origins.size >= 25 && job.status === 'running')
        cloud.jobs.set(id, { ...job, status: 'stopping', stoppedBy: 'bob' });
    };
    await runPublishJob(cloud, id);
    const { status, stoppedBy, counts } = jobOf(cloud, id);
    expect({ status, stoppedBy }).toEqual({ status: 'stopped', stoppedBy: 'bob' });
    expect(counts.total).toBe(400);
    expect(counts.done).toBeGreaterThanOrEqual(25);
    expect(counts.done).toBeLessThan(300);
    expect(counts.notReached).toBe(400 - counts.done);
    expect(cloud.log(id).filter(({ outcome }) => outcome === 'not-reached')).toHaveLength(counts.notReached);
    const live = [...cloud.assets.values()].filter(({ publications }) => publications['image-serving']);
    expect(live).toHaveLength(counts.done);
    expect(cloud.origins.size).toBe(counts.done);
  });

  it('stops while it is planned', async () => {
    const cloud = cloudWith(60, { pageSize: 1 });
    const { id } = await submit(cloud);
    cloud.fault = (call, when) => {
      if (call === 'readPending' && when === 'after') cloud.time += 1_000;
      if (call === 'setTotal' && when === 'before' && jobOf(cloud, id).status === 'running') {
        cloud.jobs.set(id, { ...jobOf(cloud, id), status: 'stopping' });
      }
    };
    await runPublishJob(cloud, id);
    const { status, counts } = jobOf(cloud, id);
    expect(status).toBe('stopped');
    expect(counts.done).toBe(0);
    expect(counts.notReached).toBe(counts.total);
    expect(addsUp(counts)).toBe(true);
  });

  it('is reconciled by the event of an execution that was aborted', async () => {
    const cloud = cloudWith(300);
    const { id } = await submit(cloud);
    let parts = 0;
    const abort = new AbortController();
    const run = await runPublishJob(cloud, id, {
      signal: abort.signal,
      interfere: (name) => {
        if (name === 'publishPart') parts += 1;
        // The order of parts is not that of their numbers.
        if (name === 'publishPart' && parts === 3) {
          abort.abort();
          throw cause('Lambda.Unknown');
        }
      },
    });
    expect(run.status).toBe('ABORTED');
    await finishJob(brokeEvent(id, 'ABORTED'), cloud.dependencies);
    const job = jobOf(cloud, id);
    expect(job.status).toBe('failed');
    expect(job.reason).toMatch(/aborted by an operator/);
    expect(job.counts.total).toBe(300);
    // Workers that were called before go on to their ends, and put the counts right.
    await vi.waitFor(() => {
      const { counts, perServer } = jobOf(cloud, id);
      expect(addsUp(counts)).toBe(true);
      expect(counts.done).toBe(200);
      expect(perServer?.['image-serving']).toMatchObject({ done: 200, bytes: 200_000 });
    });
    expect([...cloud.assets.values()].filter((asset) => asset.publications['image-serving'])).toHaveLength(
      200,
    );
    expect(cloud.locks.size).toBe(0);
  });

  it('never gets stuck, loses count or doubles anything, whatever fails at whichever command', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          assets: fc.integer({ min: 0, max: 130 }),
          jobs: fc.array(
            fc.subarray(['image-serving', 'video', 'image-rendering'] as const, { minLength: 1 }),
            { minLength: 1, maxLength: 3 },
          ),
          /** At the n-th call: fail before it, after it, let somebody change the asset, or cancel. */
          faults: fc.array(
            fc.record({
              at: fc.integer({ min: 1, max: 900 }),
              kind: fc.constantFrom(
                'before',
                'after',
                'timeout',
                'throttle',
                'reupload',
                'withdraw',
                'cancel',
                'force',
                'kill',
              ),
            }),
            { maxLength: 8 },
          ),
          /** Whether the event of the n-th execution that breaks is lost. */
          lost: fc.array(fc.boolean(), { maxLength: 4 }),
        }),
        async ({ assets, jobs, faults, lost }) => {
          const cloud = cloudWith(assets);
          const abort = { controller: new AbortController() };
          let count = 0;
          cloud.commandFault = (when) => {
            if (when === 'before') count += 1;
            for (const fault of faults) {
              if (fault.at !== count) continue;
              if (fault.kind === when) throw cause('Lambda.Unknown');
              if (when !== 'before') continue;
              if (fault.kind === 'timeout') throw cause('Sandbox.Timedout');
              if (fault.kind === 'throttle') throw cause('ThrottlingException');
              const asset = [...cloud.assets.values()][fault.at % Math.max(1, assets)];
              if (fault.kind === 'reupload' && asset) cloud.put({ ...asset, version: asset.version + 1 });
              if (fault.kind === 'withdraw' && asset) {
                for (const [server, { key }] of Object.entries(asset.publications))
                  cloud.origins.delete(`${server}:${key}`);
                cloud.put({ ...asset, intent: 'held', publications: {} });
              }
              const running = [...cloud.jobs.values()].find(({ status }) => status === 'running');
              if (fault.kind === 'cancel' && running)
                cloud.jobs.set(running.id, { ...running, status: 'stopping' });
              if (fault.kind === 'force' && running) {
                cloud.jobs.set(running.id, { ...running, status: 'stopping' });
                abort.controller.abort();
              }
              if (fault.kind === 'kill') abort.controller.abort();
            }
          };
          const ids: string[] = [];
          for (const [index, servers] of jobs.entries()) {
            const job = aPublishJob({ id: jobIdOf(index + 1), servers });
            ids.push(job.id);
            // The API would answer an error where the job cannot be written: it is then sent again.
            await eventually(() => submitPublishJob(job, cloud.dependencies));
          }
          // Executions one after the other, each brought to its end by its event where it broke.
          let broken = 0;
          for (let next = 0; next < cloud.started.length; next += 1) {
            const execution = cloud.started[next] ?? '';
            cloud.timeLeft = 900_000;
            abort.controller = new AbortController();
            const run = await runPublishJob(cloud, execution, { signal: abort.controller.signal });
            if (run.status !== 'SUCCEEDED' && !lost[broken++]) {
              const status = run.status === 'ABORTED' ? 'ABORTED' : 'FAILED';
              await eventually(() => finishJob(brokeEvent(execution, status, run.error), cloud.dependencies));
            }
            expect(cloud.started.length).toBeLessThan(60);
          }
          // What was lost is mended by the clock, faults or not.
          await runUntilIdle(cloud);
          cloud.commandFault = () => {};
          cloud.timeLeft = 900_000;
          const last = aPublishJob({ id: jobIdOf(900) });
          await submitPublishJob(last, cloud.dependencies);
          for (let next = cloud.started.indexOf(last.id); next < cloud.started.length; next += 1) {
            await runPublishJob(cloud, cloud.started[next] ?? '');
          }

          expect(cloud.locks.size).toBe(0);
          expect(cloud.queue.size).toBe(0);
          for (const id of [...ids, last.id]) {
            const job = jobOf(cloud, id);
            expect(isTerminal(job.status)).toBe(true);
            expect(addsUp(job.counts)).toBe(true);
            const lines = cloud.log(id).filter(({ asset }) => asset !== undefined);
            expect(lines).toHaveLength(job.counts.total);
            if (job.perServer) expect(job.perServer).toMatchObject(sumByServer(lines));
            for (const outcome of ['published', 'skipped', 'error', 'not-reached'] as const) {
              const name = {
                published: 'done',
                skipped: 'skipped',
                error: 'errors',
                'not-reached': 'notReached',
              } as const;
              expect(lines.filter((line) => line.outcome === outcome)).toHaveLength(
                job.counts[name[outcome]],
              );
            }
          }
          for (const asset of cloud.assets.values()) {
            const published = [...cloud.history].filter(
              ([key, { event, version }]) =>
                key.startsWith(`${asset.id}#`) && event === 'PUBLISHED' && version === asset.version,
            );
            for (const [server, { key, version }] of Object.entries(asset.publications)) {
              expect(cloud.origins.get(`${server}:${key}`)).toBe(version);
            }
            const isLive = asset.publications['image-serving']?.version === asset.version;
            if (isLive) expect(published).toHaveLength(1);
            // The last job was for all servers: nothing that could be taken is left.
            if (asset.intent === 'pending') expect(asset.publications['image-serving']).toBeDefined();
          }
        },
      ),
      {
        numRuns: 100,
        examples: [
          // A worker outlives its aborted execution, and fails before it has written its history.
          [
            {
              assets: 78,
              jobs: [['image-serving', 'image-rendering'], ['image-rendering']],
              faults: [
                { at: 286, kind: 'before' },
                { at: 195, kind: 'kill' },
              ],
              lost: [],
            },
          ],
        ],
      },
    );
  }, 120_000);
});

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 12) throw error;
    }
  }
}
