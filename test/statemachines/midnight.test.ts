/**
 * A thousand schedules of many companies that are all due at midnight, with the shipped functions and state machine on a
 * memory cloud, in virtual time.
 */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { scheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { startJob } from '../../functions/start-job/start-job.ts';
import { deriveConcurrency } from '../../infra/concurrency.ts';
import { anAsset, aSchedule } from '../support/builders.ts';
import { cloudNames } from '../support/cloud-names.ts';
import { type PublishCloud, publishCloud } from '../support/publish-cloud.ts';
import { type FunctionName, runPublishJob } from './run-publish-job.ts';

const midnight = Date.parse('2026-11-25T00:00:00.000Z');
const due = new Date(midnight).toISOString();

/** Executions of Lambda that the account runs at once. */
const accountConcurrency = 1_000;

const { maxRunningJobs } = deriveConcurrency({ accountConcurrency });

/** Seconds that a call takes, with the start of a Distributed Map in that of publish-part. */
const durations: Readonly<Record<FunctionName, number>> = {
  beginJob: 0.3,
  planJob: 1,
  publishPart: 3.5,
  findRefusedParts: 0.2,
  finishJob: 0.7,
};

/** Schedules of each company: one has many, some have a few, most have one. All publish folders of their own. */
const companies = [
  { company: 'hog', schedules: 40 },
  ...Array.from({ length: 60 }, (_, number) => ({ company: `some${number}`, schedules: 6 })),
  ...Array.from({ length: 600 }, (_, number) => ({ company: `one${number}`, schedules: 1 })),
];

interface Start {
  readonly company: string;
  readonly scheduleId: string;
}

function seed(cloud: PublishCloud): Start[] {
  const starts: Start[] = [];
  for (const { company, schedules } of companies) {
    const view = cloud.memory.company(company);
    view.roles.set('user', 'user');
    for (let number = 0; number < schedules; number += 1) {
      const folder = `/${number}/`;
      view.put(anAsset({ company, id: `a${number}`, folder }));
      const scheduleId = `01M86900X103YN7W5QY1${String(starts.length).padStart(6, '0')}`;
      const job = { publish: 'new', scope: { kind: 'folder', folder, below: true } } as const;
      view.schedules.set(scheduleId, aSchedule({ company, id: scheduleId, timeZone: 'UTC', job }));
      starts.push({ company, scheduleId });
    }
  }
  return starts;
}

/** Lambda, with the limit of the account: counts what runs. */
function lambda(cloud: PublishCloud) {
  let running = 0;
  const seen = { most: 0, refused: 0 };
  return {
    seen,
    async invoke(seconds: number, work: () => Promise<unknown>): Promise<unknown> {
      if (running >= accountConcurrency) {
        seen.refused += 1;
        throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
      }
      running += 1;
      seen.most = Math.max(seen.most, running);
      try {
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
        cloud.time = Math.max(cloud.time, Date.now());
        return await work();
      } finally {
        running -= 1;
      }
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: midnight });
});

afterEach(() => {
  vi.useRealTimers();
});

it('A thousand schedules that are due at midnight all succeed, and the companies take turns', async () => {
  const cloud = publishCloud();
  cloud.time = midnight;
  const starts = seed(cloud);
  expect(starts).toHaveLength(1_000);
  const { seen, invoke } = lambda(cloud);
  const { documents } = cloud.memory.clients;
  const dependencies = { ...cloud.dependencies, maxRunningJobs };
  const starting = {
    submitUpload: () => Promise.reject(new Error('There are no uploads here')),
    ...dependencies,
    ...scheduleStore(documents, cloudNames.JOB_TABLE),
    ...memberStore(documents, cloudNames.JOB_TABLE),
    submit: (job: Parameters<typeof submitPublishJob>[0]) => submitPublishJob(job, dependencies),
    sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
    log: { info: () => {}, warn: () => {} },
  };

  const failures: unknown[] = [];
  const began: { company: string; jobId: string; at: number }[] = [];
  let mostRunning = 0;
  let lastEnd = 0;
  const running = new Set<string>();
  const watched = { ...cloud, dependencies };
  let open = 0;
  const track = (work: Promise<unknown>) => {
    open += 1;
    work
      .catch((error) => failures.push(error))
      .finally(() => {
        open -= 1;
      });
  };
  const execute = async (name: string) => {
    const { company } = (cloud.memory.executions.get(name)?.input ?? {}) as { company: string };
    const jobId = name.slice(0, 26);
    const run = await runPublishJob(watched, name, {
      company,
      invoke: async (step, work) => {
        const output = await invoke(durations[step], work);
        if (step === 'beginJob' && (output as { decision: string }).decision === 'run') {
          began.push({ company, jobId, at: Date.now() - midnight });
          running.add(name);
          mostRunning = Math.max(mostRunning, running.size);
        }
        // finish-job frees the permit and starts the next job; it is counted until its response.
        if (step === 'finishJob') running.delete(name);
        return output;
      },
      wait: async (milliseconds) => {
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        cloud.time = Math.max(cloud.time, Date.now());
      },
    });
    expect(run.status).toBe('SUCCEEDED');
    if (running.delete(name) || began.some((one) => one.jobId === jobId)) lastEnd = Date.now() - midnight;
  };

  // EventBridge Scheduler starts them within some seconds.
  starts.forEach(({ company, scheduleId }, index) => {
    const event = { company, scheduleId, revision: 1, due };
    track(
      new Promise((resolve) => setTimeout(resolve, index * 10)).then(() =>
        invoke(0.2, () => startJob(event, starting)),
      ),
    );
  });
  let executed = 0;
  while (open > 0 || executed < cloud.started.length) {
    for (; executed < cloud.started.length; executed += 1) track(execute(cloud.started[executed] ?? ''));
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(failures).toEqual([]);

  const jobs = companies.flatMap(({ company }) => [...cloud.memory.company(company).jobs.values()]);
  expect(jobs).toHaveLength(1_000);
  expect(jobs.filter(({ status, counts }) => status !== 'succeeded' || counts.done !== 1)).toEqual([]);
  expect(await dependencies.readPermits()).toEqual([]);
  expect(await dependencies.readWaiting()).toEqual([]);
  expect(mostRunning).toBeLessThanOrEqual(maxRunningJobs);
  expect(seen.refused).toBe(0);

  // Nobody's only job waits until a company with many is done with them.
  const order = began.map(({ company }) => company);
  const lastSingle = order.findLastIndex((company) => company.startsWith('one'));
  const ofHog = order.slice(0, lastSingle).filter((company) => company === 'hog').length;
  expect(ofHog).toBeLessThan(10);
  // docs/jobs.md says seven minutes.
  expect(lastEnd).toBeLessThan(7 * 60_000);
}, 240_000);
