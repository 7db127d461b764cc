import { beforeEach, describe, expect, it } from 'vitest';
import { jobItem } from '../../../adapters/dynamodb/jobs/job-item.ts';
import { activeIndexKeys, activeShardKey, activeShards, jobKey } from '../../../adapters/dynamodb/keys.ts';
import { startWaitingJobs } from '../../../application/jobs/start-waiting-jobs.ts';
import { newActionJob } from '../../../domain/jobs/action-job.ts';
import { type ActionJob, noCounts, type PublishJob, type UploadJob } from '../../../domain/jobs/job.ts';
import { findCompanies } from '../../../functions/reconcile-jobs/find-companies.ts';
import { type ReconcileReport, reconcileJobs } from '../../../functions/reconcile-jobs/reconcile-jobs.ts';
import { reconcilePermits } from '../../../functions/reconcile-jobs/reconcile-permits.ts';
import { aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const next = jobIdOf(2);
/** An hour after the test's jobs were submitted. */
const now = Date.parse('2026-11-24T09:30:00.000Z');
const long = '2026-11-24T08:40:00.000Z';
const nothing = { looked: 0, started: 0, ended: 0, notified: 0, freed: 0, closed: 0, failed: 0 };

let cloud: PublishCloud;
let warnings: string[];
let errors: Record<string, unknown>[];

beforeEach(() => {
  cloud = publishCloud();
  cloud.time = now;
  warnings = [];
  errors = [];
});

const actionMessages = () =>
  cloud.memory.messages
    .filter(({ queueUrl }) => queueUrl === cloudNames.ACTION_QUEUE)
    .map(({ body }) => body);

function anActionJob(changes: Partial<ActionJob>): ActionJob {
  const list = { action: { name: 'trash' as const }, ids: ['a'] };
  const origin = { company, id, givenName: 'Trash', submittedBy: 'ann', submitted: long };
  return { ...newActionJob(list, origin, { timeZone: 'UTC' }), ...changes };
}

/** The permits of the installation, and the jobs of the company. */
async function run(changes: Partial<PublishCloud['dependencies']> = {}): Promise<ReconcileReport> {
  const dependencies = {
    ...cloud.dependencies,
    ...changes,
    log: {
      warn: (message: string) => warnings.push(message),
      error: (_: string, facts: Record<string, unknown>) => errors.push(facts),
    },
  };
  const permits = await reconcilePermits(dependencies);
  const jobs = await reconcileJobs(company, dependencies);
  return {
    ...jobs,
    started: jobs.started + permits.started,
    freed: jobs.freed + permits.freed,
    failed: jobs.failed + permits.failed,
  };
}

describe('reconcile-jobs', () => {
  it('does nothing as long as nothing is lost', async () => {
    await cloud.dependencies.createPublishJob(aPublishJob({ id: next }));
    await cloud.dependencies.startExecution(next, { company, jobId: next });
    cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id, started: long }));
    await cloud.dependencies.startExecution(id, { company, jobId: id });
    cloud.jobs.set(jobIdOf(3), aPublishJob({ id: jobIdOf(3), status: 'succeeded', ended: long }));
    expect(await run()).toEqual({ ...nothing, looked: 2 });
    expect(warnings).toEqual([]);
    expect(cloud.failedExecutionEvents).toEqual([]);
  });

  it.each([
    ['was never started', undefined],
    ['died before it began', { status: 'FAILED', stopped: long }],
    ['ended when it waited', { status: 'SUCCEEDED', stopped: long }],
  ] as const)('starts a job that waits for nothing and whose execution %s', async (_, state) => {
    await cloud.dependencies.createPublishJob(aPublishJob());
    if (state) cloud.executions.set(id, state);
    expect(await run()).toEqual({ ...nothing, looked: 1, started: 1 });
    expect(cloud.started).toEqual([`${id}-2`]);
    expect(warnings).toEqual(['Started queued jobs that nothing blocked (repaired)']);
    expect(await run()).toEqual({ ...nothing, looked: 1 });
  });

  it('ignores a job that waits for another', async () => {
    cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id, started: long }));
    cloud.executions.set(id, { status: 'RUNNING' });
    cloud.locks.set('image-serving', id);
    await cloud.dependencies.createPublishJob(aPublishJob({ id: next, servers: ['image-serving'] }));
    expect(await run()).toEqual({ ...nothing, looked: 2 });
    expect(cloud.started).toEqual([]);
  });

  it('frees the lock of a job that has ended, and starts the job that waits for it', async () => {
    cloud.jobs.set(id, aPublishJob({ status: 'failed', ended: long }));
    cloud.locks.set('image-serving', id);
    cloud.locks.set('video', id);
    await cloud.dependencies.createPublishJob(aPublishJob({ id: next }));
    expect(await run()).toEqual({ ...nothing, looked: 1, started: 1, freed: 2 });
    expect(cloud.locks.size).toBe(0);
    expect(cloud.started).toEqual([`${next}-2`]);
  });

  it.each([
    ['running', undefined],
    ['running', { status: 'FAILED', error: 'States.Runtime', stopped: long }],
    ['stopping', { status: 'ABORTED', stopped: long }],
    ['running', { status: 'SUCCEEDED', stopped: long }],
  ] as const)('calls finish-job for a job that is %s by the dead execution %j', async (status, state) => {
    cloud.jobs.set(id, aPublishJob({ status, execution: `${id}-2`, executionNumber: 2, started: long }));
    if (state) cloud.executions.set(`${id}-2`, state);
    expect(await run()).toEqual({ ...nothing, looked: 1, ended: 1 });
    expect(cloud.failedExecutionEvents).toEqual([{ execution: `${id}-2`, state }]);
  });

  it.each([
    ['without progress for 20 minutes is put into its queue again', 'running', 21, 1],
    ['that is stopping without progress is put into its queue again', 'stopping', 21, 1],
    ['with progress is left to run-action', 'running', 19, 0],
  ] as const)('an action job %s', async (_, status, minutes, sent) => {
    const progressAt = new Date(now - minutes * 60_000).toISOString();
    cloud.jobs.set(id, anActionJob({ status, progressAt }));
    expect(await run()).toEqual({ ...nothing, looked: 1, started: sent });
    expect(actionMessages()).toEqual(Array.from({ length: sent }, () => ({ company, jobId: id })));
  });

  it('has run-action process the end of an action job that was left', async () => {
    cloud.jobs.set(id, anActionJob({ status: 'succeeded', ended: long }));
    cloud.unmarkEnd(id);
    expect(await run()).toEqual({ ...nothing, notified: 1 });
    expect(actionMessages()).toEqual([{ company, jobId: id }]);
  });

  it('ignores a job that finish-job is ending', async () => {
    const closing = { partsSeen: 1_024, at: new Date(now - 20_000).toISOString() };
    cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id, started: long, closing }));
    expect(await run()).toEqual({ ...nothing, looked: 1 });
  });

  it.each([
    ['which ran', { execution: id }, id],
    ['which was stopped while it waited', { executionNumber: 2 }, `${id}-2`],
  ])('calls finish-job for an ended job %s, if its end was not processed', async (_, changes, execution) => {
    cloud.jobs.set(id, aPublishJob({ status: 'stopped', ended: long, ...changes }));
    cloud.unmarkEnd(id);
    cloud.executions.set(execution, { status: 'SUCCEEDED', stopped: long });
    expect(await run()).toEqual({ ...nothing, notified: 1 });
    expect(cloud.failedExecutionEvents).toMatchObject([{ execution }]);
    expect(warnings).toEqual(['Notified the end of a job again (repaired)']);
  });

  it.each([
    ['has ended just now', new Date(now - 20_000).toISOString(), 'SUCCEEDED'],
    ['is ended by an execution that goes on', long, 'RUNNING'],
  ] as const)('leaves the notification to the call that ended the job if it %s', async (_, ended, status) => {
    cloud.jobs.set(id, aPublishJob({ status: 'succeeded', ended, execution: id }));
    cloud.unmarkEnd(id);
    cloud.executions.set(id, { status });
    expect(await run()).toEqual(nothing);
    expect(cloud.failedExecutionEvents).toEqual([]);
  });

  it('sends the notification about an upload that has ended without one', async () => {
    const { kind, publish, servers, executionNumber, ...job } = aPublishJob({
      status: 'succeeded',
      ended: long,
    });
    cloud.jobs.set(id, { ...job, kind: 'upload', folder: '/', publishAfterUploading: true });
    cloud.unmarkEnd(id);
    const endIfComplete = async () => 'earlier' as const;
    expect(await run({ endIfComplete })).toEqual({ ...nothing, notified: 1 });
    expect(cloud.notified).toEqual([{ message: { kind: 'ended', company, jobId: id }, delay: 60 }]);
    expect(await run()).toEqual(nothing);
  });

  it('closes an upload whose files never arrived', async () => {
    const upload: UploadJob = {
      kind: 'upload',
      company,
      id,
      givenName: 'Upload',
      name: 'Upload',
      status: 'running',
      counts: { ...noCounts, total: 1 },
      submitted: '2026-11-23T09:29:00.000Z',
      submittedBy: 'ann',
      folder: '/',
      publishAfterUploading: true,
    };
    cloud.jobs.set(id, upload);
    const endIfComplete = async () => {
      cloud.jobs.set(id, { ...upload, status: 'completed-with-errors' });
      return 'now' as const;
    };
    expect(await run({ endIfComplete })).toEqual({ ...nothing, looked: 1, closed: 1 });
    cloud.jobs.set(id, { ...upload, submitted: '2026-11-23T10:00:00.000Z' });
    expect(await run()).toEqual({ ...nothing, looked: 1 });
  });

  it('reconciles the others if one job cannot be read', async () => {
    cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id, started: long }));
    await cloud.dependencies.createPublishJob(aPublishJob({ id: next, servers: ['video'] }));
    cloud.fault = (call, when, args) => {
      if (call === 'describeExecution' && when === 'before' && args[0] === id)
        throw new Error('made by a test');
    };
    expect(await run()).toEqual({ ...nothing, looked: 2, started: 1, failed: 1 });
    expect(errors).toMatchObject([{ company, jobId: id }]);
  });

  it('goes on where the last call stopped, and begins again at the end', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => jobIdOf(index + 1));
    for (const jobId of ids) {
      cloud.jobs.set(jobId, aPublishJob({ id: jobId, status: 'running', execution: jobId, started: long }));
      cloud.executions.set(jobId, { status: 'RUNNING' });
    }
    const looked: string[] = [];
    const slice = (jobs: number) => {
      let left = jobs;
      return run({
        getJob: async (of, jobId) => {
          looked.push(jobId);
          return cloud.dependencies.getJob(of, jobId);
        },
        timeLeft: () => {
          left -= 1;
          return left < 0 ? 5_000 : 60_000;
        },
      });
    };
    expect(await slice(3)).toMatchObject({ looked: 3 });
    expect(await slice(3)).toMatchObject({ looked: 3 });
    expect(await slice(3)).toMatchObject({ looked: 1 });
    expect(looked).toEqual(ids);
    expect(await slice(9)).toMatchObject({ looked: 7 });
  });

  it('looks at the clock while it lists, and loses no place if there is no time at all', async () => {
    cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id, started: long }));
    expect(await run({ timeLeft: () => 5_000 })).toEqual(nothing);
    expect(await run()).toMatchObject({ looked: 1 });
  });

  describe('permits', () => {
    const other = { company: 'zeta', id: jobIdOf(9) };
    const take = (job: PublishJob, permit: number) =>
      cloud.dependencies.takeLocksAndRun(job, { execution: job.id, name: '', started: long, permit }, {});

    it.each(['ended', 'deleted'])(
      'frees the permit of a job that was %s, and starts the job that waits',
      async (how) => {
        const holder = aPublishJob(other);
        await cloud.dependencies.createPublishJob(holder);
        await take(holder, 0);
        await cloud.dependencies.createPublishJob(aPublishJob());
        await cloud.dependencies.addWaiting(company, long);
        const one = { maxRunningJobs: 1 };
        await cloud.dependencies.startExecution(other.id, { company: other.company, jobId: other.id });
        expect(await run(one)).toMatchObject({ started: 0, freed: 0 });
        const jobs = cloud.memory.company(other.company).jobs;
        if (how === 'deleted') jobs.delete(other.id);
        else {
          const end = { status: 'failed', counts: noCounts, ended: long } as const;
          await cloud.dependencies.endJob(other.company, other.id, 'running', end);
          await cloud.dependencies.markEndProcessed(other.company, other.id);
        }
        expect(await run(one)).toMatchObject({ started: 1, freed: 1 });
        expect(cloud.started.slice(1)).toEqual([`${id}-2`]);
        expect(await cloud.dependencies.readPermits()).toMatchObject([{ company, jobId: id }]);
      },
    );

    it('starts a job that got a permit and whose execution was never started', async () => {
      await cloud.dependencies.createPublishJob(aPublishJob());
      cloud.fault = (call) => {
        if (call === 'startExecution') throw new Error('made by a test');
      };
      await expect(startWaitingJobs(company, cloud.dependencies)).rejects.toThrow('made by a test');
      cloud.fault = () => {};
      expect(await run()).toMatchObject({ looked: 1, started: 1, failed: 0 });
      expect(cloud.started).toEqual([`${id}-3`]);
      expect(await run()).toMatchObject({ looked: 1, started: 0 });
    });

    it('lets a job wait whose company is not among those that wait', async () => {
      await cloud.dependencies.createPublishJob(aPublishJob());
      const none = { maxRunningJobs: 0 };
      await run(none);
      expect(await cloud.dependencies.readWaiting()).toMatchObject([{ company }]);
      // It waits for a permit now, so there is nothing to repair.
      expect(await run(none)).toEqual({ ...nothing, looked: 1 });
      expect(cloud.started).toEqual([]);
      await run();
      expect(cloud.started).toEqual([`${id}-2`]);
    });
  });
});

describe('a round of all companies', () => {
  const heavy = 'heavy';
  const others = ['acme', 'acme-2', 'acme2', 'luma', 'zeta'];
  const jobOf = (of: string, number: number) => {
    const job = aPublishJob({ company: of, id: jobIdOf(number), status: 'running', started: long });
    return { ...jobItem(job), ...jobKey(of, job.id) };
  };
  const requested: string[] = [];
  const find = (changes: Partial<Parameters<typeof findCompanies>[0]> = {}) =>
    findCompanies({
      ...cloud.dependencies,
      isQueueEmpty: async () => true,
      requestCompany: async (message) => void requested.push(message.company),
      log: { warn: (message) => warnings.push(message) },
      ...changes,
    });

  beforeEach(() => {
    requested.length = 0;
    for (const of of others) cloud.memory.tables.jobs.put(jobOf(of, 1));
    for (let number = 1; number <= 3_000; number += 1) cloud.memory.tables.jobs.put(jobOf(heavy, number));
  });

  it('sends one message for each company, and reads no company with many jobs to its end', async () => {
    expect(await find()).toBe(6);
    expect([...requested].sort()).toEqual([...others, heavy].sort());
    // One query for each shard, and one behind the first page of the company with 3,000 jobs.
    expect(cloud.memory.calls.filter(({ command }) => command === 'Query')).toHaveLength(17);
  });

  it('goes on where the list stopped', async () => {
    for (let call = 0; call < 40 && requested.length < 6; call += 1) await find({ timeLeft: () => 1_000 });
    expect([...requested].sort()).toEqual([...others, heavy].sort());
  });

  it('does not begin while companies of the last one wait', async () => {
    expect(await find({ isQueueEmpty: async () => false })).toBe(0);
    expect([requested, warnings]).toEqual([
      [],
      ['Companies of the last round still wait; no new round begins'],
    ]);
  });
});

it('spreads the companies over all shards of the index of active jobs', () => {
  const shards = new Set(
    Array.from({ length: 500 }, (_, index) => activeIndexKeys(`company-${index}`, id).activeKey),
  );
  expect([...shards].sort()).toEqual(
    Array.from({ length: activeShards }, (_, n) => activeShardKey(n)).sort(),
  );
});
