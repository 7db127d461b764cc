/**
 * Lambda refuses calls when the account has no concurrency left: at most 10 functions at once in a new account. No asset may
 * become an error for that.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { anAsset, aPublishJob, jobIdOf } from '../support/builders.ts';
import { type PublishCloud, publishCloud } from '../support/publish-cloud.ts';
import { type FunctionName, runPublishJob } from './run-publish-job.ts';

const tooManyRequests = () =>
  Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });

/** Seconds that a call takes. */
const durations: Readonly<Record<FunctionName, number>> = {
  beginJob: 0.2,
  planJob: 1,
  publishPart: 2,
  findRefusedParts: 0.2,
  finishJob: 0.5,
};

const id = jobIdOf(1);

function cloudWith(assets: number): PublishCloud {
  const cloud = publishCloud();
  for (let index = 0; index < assets; index += 1) cloud.put(anAsset({ id: `a${index}` }));
  return cloud;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: publishCloud().time });
});

afterEach(() => {
  vi.useRealTimers();
});

/** One Lambda for all clouds: so many calls at once, and others that are refused at random for a time. */
function lambdaOf(concurrency: number, refusedUntil: number) {
  let running = 0;
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const seen = { most: 0, calls: 0, refused: 0 };
  return {
    seen,
    async invoke(cloud: PublishCloud, name: FunctionName, work: () => Promise<unknown>): Promise<unknown> {
      seen.calls += 1;
      if (running >= concurrency || (Date.now() < refusedUntil && random() < 0.9)) {
        seen.refused += 1;
        throw tooManyRequests();
      }
      running += 1;
      seen.most = Math.max(seen.most, running);
      try {
        await new Promise((resolve) => setTimeout(resolve, durations[name] * 1_000));
        cloud.time = Math.max(cloud.time, Date.now());
        return await work();
      } finally {
        running -= 1;
      }
    },
  };
}

/** Lets virtual time pass until the work is done. */
async function whileTimePasses<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const watched = work.finally(() => {
    isDone = true;
  });
  watched.catch(() => undefined);
  while (!isDone) await vi.advanceTimersByTimeAsync(500);
  return watched;
}

const wait = (cloud: PublishCloud) => async (milliseconds: number) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  cloud.time = Math.max(cloud.time, Date.now());
};

describe('parts that Lambda refuses to run', () => {
  it('of 100 jobs on 10 functions at once, of which 90 % are refused for ten minutes, all end well', async () => {
    const lambda = lambdaOf(10, Date.now() + 10 * 60_000);
    const clouds = Array.from({ length: 100 }, () => cloudWith(120));
    await whileTimePasses(
      Promise.all(
        clouds.map(async (cloud) => {
          await submitPublishJob(aPublishJob({ id }), cloud.dependencies);
          const run = await runPublishJob(cloud, id, {
            invoke: (name, work) => lambda.invoke(cloud, name, work),
            wait: wait(cloud),
          });
          expect(run.status).toBe('SUCCEEDED');
        }),
      ),
    );
    for (const cloud of clouds) {
      expect(cloud.jobs.get(id)).toMatchObject({
        status: 'succeeded',
        counts: { total: 120, done: 120, errors: 0, notReached: 0 },
      });
    }
    expect(lambda.seen.most).toBe(10);
    expect(lambda.seen.refused).toBeGreaterThan(1_000);
  }, 120_000);

  it('are run by the next pass, before the level above begins', async () => {
    const cloud = cloudWith(250);
    await submitPublishJob(aPublishJob({ id }), cloud.dependencies);
    // For longer than a part tries by itself.
    const until = Date.now() + 300_000;
    const run = await whileTimePasses(
      runPublishJob(cloud, id, {
        invoke: async (name, work) => {
          if (name === 'publishPart' && Date.now() < until) throw tooManyRequests();
          return work();
        },
        wait: wait(cloud),
      }),
    );
    expect(run.entered.filter((state) => state === 'Wait For Concurrency').length).toBeGreaterThan(1);
    expect(cloud.jobs.get(id)).toMatchObject({ status: 'succeeded', counts: { done: 250, errors: 0 } });
  });

  it('are not run any more once the job is stopped', async () => {
    const cloud = cloudWith(250);
    await submitPublishJob(aPublishJob({ id }), cloud.dependencies);
    let refused = 0;
    await whileTimePasses(
      runPublishJob(cloud, id, {
        invoke: async (name, work) => {
          if (name !== 'publishPart') return work();
          refused += 1;
          const job = cloud.jobs.get(id);
          if (refused === 20 && job) cloud.jobs.set(id, { ...job, status: 'stopping', stoppedBy: 'bob' });
          throw tooManyRequests();
        },
        wait: wait(cloud),
      }),
    );
    expect(cloud.jobs.get(id)).toMatchObject({ status: 'stopped', counts: { notReached: 250, errors: 0 } });
  });

  it('become errors only after 23 hours', async () => {
    const cloud = cloudWith(120);
    await submitPublishJob(aPublishJob({ id }), cloud.dependencies);
    const started = cloud.time;
    await runPublishJob(cloud, id, {
      interfere: (name) => {
        if (name === 'publishPart') throw tooManyRequests();
      },
    });
    expect(cloud.jobs.get(id)).toMatchObject({ status: 'completed-with-errors', counts: { errors: 120 } });
    expect(cloud.time - started).toBeGreaterThan(22.9 * 3_600_000);
  });
});
