/** Action jobs on a memory cloud: what they do with each asset, over many calls, cancelled, twice, and after they died. */
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { settingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import { actionStore } from '../../../adapters/dynamodb/jobs/action-store.ts';
import { jobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import { type PartRecord, partStore } from '../../../adapters/dynamodb/jobs/part-store.ts';
import { submissionStore } from '../../../adapters/dynamodb/jobs/submission-store.ts';
import { derivedKey } from '../../../adapters/dynamodb/keys.ts';
import { metadataSchemaStore } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import { metadataStore } from '../../../adapters/dynamodb/library/metadata-store.ts';
import { isTransient } from '../../../adapters/runtime/transient-error.ts';
import { actionLists } from '../../../adapters/s3/action-lists.ts';
import { jobLogs } from '../../../adapters/s3/job-logs.ts';
import { submitActionJob } from '../../../application/jobs/submit-action-job.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import { type AssetAction, newActionJob } from '../../../domain/jobs/action-job.ts';
import { addsUp } from '../../../domain/jobs/counts.ts';
import type { ActionJob, LogEntry } from '../../../domain/jobs/job.ts';
import { actionReceives } from '../../../functions/run-action/run-action.contract.ts';
import { type RunActionDependencies, runAction } from '../../../functions/run-action/run-action.ts';
import { company, jobIdOf } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { type Faults, faultable } from '../../support/faultable.ts';
import { Crash, imageAsset, libraryAdapters, libraryCloud } from '../../support/library-cloud.ts';

const jobId = jobIdOf(1);
const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET } = cloudNames;

/** Ids in the order of the list: `a000`, `a001`, … */
const idsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `a${String(index).padStart(3, '0')}`);

const live = (id: string): Asset =>
  imageAsset(id, {
    intent: 'live',
    publications: {
      'image-serving': {
        version: 1,
        key: `luma/${id}`,
        at: '2026-11-24T08:00:00.000Z',
        by: 'ann',
      },
    },
  });

function actionCloud(assets: readonly Asset[]) {
  const library = libraryCloud(assets);
  const { clients, clock, hook } = library.memory;
  const { documents, s3 } = clients;
  const faults: Faults = { calls: [], fault: () => {}, commandFault: () => {} };
  const stores = {
    ...libraryAdapters(clients),
    ...metadataStore(documents, ASSET_TABLE),
    ...metadataSchemaStore(documents, JOB_TABLE),
    ...settingsStore(documents, JOB_TABLE),
    ...jobStore(documents, JOB_TABLE),
    ...actionStore(documents, JOB_TABLE),
    ...submissionStore(documents, JOB_TABLE),
    ...actionLists(s3, JOBS_BUCKET),
    ...jobLogs(s3, JOBS_BUCKET),
  };
  const retried: number[] = [];
  const requests: unknown[] = [];
  let calls = 0;
  const state = { timeLeft: 300_000 };
  const dependencies: RunActionDependencies = {
    ...faultable(hook, stores, faults),
    requestAction: async (request) => void requests.push(request),
    retryAfter: async (_, seconds) => void retried.push(seconds),
    isTransient: (error) => error instanceof Crash || isTransient(error),
    timeLeft: () => state.timeLeft,
    newClaim: () => `call-${calls++}`,
    now: () => new Date(clock.time++).toISOString(),
    log: { warn: () => {}, error: () => {} },
  };

  const run = (receives = 1) =>
    runAction(
      {
        Records: [
          {
            messageId: 'm',
            receiptHandle: 'r',
            body: JSON.stringify({ company, jobId }),
            attributes: { ApproximateReceiveCount: String(receives) },
          },
        ],
      } as unknown as SQSEvent,
      dependencies,
    );

  const jobNow = async (): Promise<ActionJob> => {
    const job = await jobStore(documents, JOB_TABLE).getJob(company, jobId);
    if (job?.kind !== 'action') throw new Error('There is no action job');
    return job;
  };

  return {
    library,
    faults,
    state,
    retried,
    requests,
    run,
    jobNow,
    wait: (ms: number) => {
      clock.time += ms;
    },
    submit: async (action: AssetAction, ids: readonly string[], requestAction = async () => {}) => {
      const list = { action, ids };
      const submitted = new Date(clock.time++).toISOString();
      const origin = { company, id: jobId, givenName: 'Test', submittedBy: 'bob', submitted };
      const job = newActionJob(list, origin, defaultSettings);
      return submitActionJob(job, list, { ...stores, requestAction });
    },
    /** Calls the function as its queue does, until the job has ended. @returns the number of calls */
    runToEnd: async (): Promise<number> => {
      for (let number = 1; number < 50; number += 1) {
        await run();
        if ((await jobNow()).ended !== undefined) return number;
      }
      throw new Error('The job does not end');
    },
    entries: async (): Promise<LogEntry[]> =>
      (await jobLogs(s3, JOBS_BUCKET).readLog(company, jobId, { limit: 10_000 })).items,
    parts: async () => {
      const parts: PartRecord[] = [];
      for await (const part of partStore(documents, JOB_TABLE).listParts(company, jobId)) parts.push(part);
      return parts;
    },
    isListedAsActive: () =>
      [...library.memory.tables.jobs.all()].some(
        ({ item }) => item.id === jobId && item.activeKey !== undefined,
      ),
    messages: (queue: string) => library.memory.messages.filter(({ queueUrl }) => queueUrl === queue),
  };
}

const actions: readonly (readonly [string, AssetAction, (asset: Asset) => boolean])[] = [
  ['trash', { name: 'trash' }, ({ trashed }) => trashed?.by === 'bob'],
  ['move', { name: 'move', folder: '/archive/' }, ({ folder }) => folder === '/archive/'],
  ['unpublish', { name: 'unpublish' }, ({ intent }) => intent === 'held'],
  [
    'metadata',
    { name: 'metadata', edit: { addKeywords: ['sale'] } },
    ({ keywords }) => keywords?.join() === 'sale',
  ],
  [
    'dates',
    { name: 'dates', liveUntil: '2027-01-01T00:00:00.000Z' },
    ({ liveUntil }) => liveUntil === '2027-01-01T00:00:00.000Z',
  ],
];

describe.each(actions)('the action %s', (_, action, isDone) => {
  it('is done once with each of 250 assets, and logged for each', async () => {
    const ids = idsOf(250);
    const cloud = actionCloud(ids.map((id) => imageAsset(id)));
    await cloud.submit(action, ids);
    expect(await cloud.jobNow()).toMatchObject({ status: 'running', counts: { total: 250, done: 0 } });
    expect(await cloud.runToEnd()).toBe(1);
    expect([...cloud.library.assets.values()].every(isDone)).toBe(true);
    expect(await cloud.jobNow()).toMatchObject({
      status: 'succeeded',
      counts: { total: 250, done: 250, skipped: 0, errors: 0, notReached: 0 },
    });
    const entries = await cloud.entries();
    expect(entries.map(({ outcome }) => outcome)).toEqual(['begin', ...ids.map(() => 'changed'), 'end']);
    expect(entries.flatMap(({ asset = [] }) => asset)).toEqual(ids);
    expect((await cloud.parts()).map(({ part, counts }) => [part, counts.total])).toEqual([
      [0, 100],
      [1, 100],
      [2, 50],
    ]);
    expect(cloud.isListedAsActive()).toBe(false);
  });

  it('comes to the same end, with nothing done twice, if a call dies anywhere', async () => {
    const ids = ['a', 'b'];
    const calls = await callsOf(action, ids);
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; nth <= calls; nth += 1) {
        const cloud = actionCloud(ids.map(live));
        await cloud.submit(action, ids);
        let made = 0;
        let isDead = false;
        // All that the call does afterwards fails too, as that of a process that is gone.
        cloud.faults.fault = (_call, now) => {
          if (isDead) throw new Crash();
          if (now !== when) return;
          made += 1;
          isDead = made === nth;
          if (isDead) throw new Crash(`at call ${nth}`);
        };
        await cloud.run();
        cloud.faults.fault = () => {};
        // The message comes back after its visibility timeout, and the claim is over.
        cloud.wait(360_000);
        await cloud.runToEnd();
        await cloud.run();
        const job = await cloud.jobNow();
        expect(job, `${when} ${nth}`).toMatchObject({ status: 'succeeded', counts: { total: 2, done: 2 } });
        const entries = await cloud.entries();
        expect(entries.map(({ asset }) => asset)).toEqual([undefined, 'a', 'b', undefined]);
        expect(ids.every((id) => isDone(cloud.library.assets.get(id) as Asset))).toBe(true);
        expect(cloud.isListedAsActive()).toBe(false);
        const histories = [...cloud.library.memory.tables.assets.all()].filter(({ item }) =>
          String(item.sk).startsWith('HISTORY#'),
        );
        expect(histories.length).toBeLessThanOrEqual(ids.length);
      }
    }
  });
});

async function callsOf(action: AssetAction, ids: readonly string[]): Promise<number> {
  const cloud = actionCloud(ids.map(live));
  await cloud.submit(action, ids);
  let calls = 0;
  cloud.faults.fault = (_, when) => {
    if (when === 'before') calls += 1;
  };
  await cloud.run();
  return calls;
}

it('A job whose queue fails is stored, and reported to the caller', async () => {
  const cloud = actionCloud([imageAsset('a')]);
  const error = new Error('SQS is away');
  expect(await cloud.submit({ name: 'trash' }, ['a'], () => Promise.reject(error))).toMatchObject({
    job: { id: jobId, status: 'running' },
    startError: error,
  });
  expect(await cloud.runToEnd()).toBe(1);
});

describe('run-action', () => {
  const twoParts = idsOf(150);
  const metadata: AssetAction = { name: 'metadata', edit: { addKeywords: ['sale'] } };

  it('continues in another call when its time is up', async () => {
    const cloud = actionCloud(twoParts.map((id) => imageAsset(id)));
    await cloud.submit(metadata, twoParts);
    cloud.state.timeLeft = 30_000;
    await cloud.run();
    expect(await cloud.jobNow()).toMatchObject({ status: 'running', position: 100, counts: { done: 100 } });
    expect(cloud.requests).toEqual([{ company, jobId }]);
    expect(await cloud.runToEnd()).toBe(1);
    expect(await cloud.jobNow()).toMatchObject({ status: 'succeeded', counts: { done: 150 } });
  });

  it('stops after the part that it works on, and logs every other asset as not reached', async () => {
    const cloud = actionCloud(twoParts.map((id) => imageAsset(id)));
    await cloud.submit(metadata, twoParts);
    cloud.state.timeLeft = 30_000;
    await cloud.run();
    const jobs = jobStore(cloud.library.memory.clients.documents, JOB_TABLE);
    await jobs.requestStop(company, jobId, 'bob', '2026-11-24T08:31:00.000Z');
    await cloud.runToEnd();
    const job = await cloud.jobNow();
    expect(job).toMatchObject({ status: 'stopped', counts: { total: 150, done: 100, notReached: 50 } });
    expect(addsUp(job.counts)).toBe(true);
    const left = (await cloud.entries()).filter(({ outcome }) => outcome === 'not-reached');
    expect(left.map(({ asset }) => asset)).toEqual(twoParts.slice(100));
    expect(cloud.library.assets.get('a120')).not.toHaveProperty('keywords');
  });

  it('leaves a job to the call that works on it', async () => {
    const cloud = actionCloud([imageAsset('a')]);
    await cloud.submit(metadata, ['a']);
    let second: Promise<unknown> | undefined;
    cloud.faults.fault = async (call, when) => {
      if (call !== 'getAssets' || when !== 'before' || second) return;
      second = cloud.run();
      await second;
    };
    await cloud.run();
    expect(second).toBeDefined();
    expect((await cloud.entries()).map(({ outcome }) => outcome)).toEqual(['begin', 'changed', 'end']);
    expect(await cloud.jobNow()).toMatchObject({ status: 'succeeded', counts: { done: 1 } });
  });

  it('tries a part again after an error that may pass, and logs it as an error at the last attempt', async () => {
    const cloud = actionCloud([imageAsset('a'), imageAsset('b')]);
    await cloud.submit(metadata, ['a', 'b']);
    cloud.faults.fault = (call, when, args) => {
      if (call === 'recordMetadata' && when === 'before' && (args[0] as Asset).id === 'b')
        throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
    };
    expect(await cloud.run()).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    expect(cloud.retried).toEqual([60]);
    expect(await cloud.jobNow()).toMatchObject({ status: 'running', position: 0 });
    expect(await cloud.run(actionReceives)).toEqual({ batchItemFailures: [] });
    expect(await cloud.jobNow()).toMatchObject({
      status: 'completed-with-errors',
      counts: { done: 1, errors: 1 },
    });
  });

  it('continues with a new message if an error that may pass comes after some progress', async () => {
    const cloud = actionCloud(twoParts.map((id) => imageAsset(id)));
    await cloud.submit(metadata, twoParts);
    cloud.faults.fault = (call, when, args) => {
      if (call === 'recordMetadata' && when === 'before' && (args[0] as Asset).id === 'a120')
        throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
    };
    expect(await cloud.run()).toEqual({ batchItemFailures: [] });
    expect(cloud.requests).toEqual([{ company, jobId }]);
    cloud.faults.fault = () => {};
    await cloud.runToEnd();
    expect(await cloud.jobNow()).toMatchObject({ status: 'succeeded', counts: { done: 150, skipped: 0 } });
  });

  it('keeps a message that comes again while the claim of a call that died lasts', async () => {
    const cloud = actionCloud([imageAsset('a')]);
    await cloud.submit(metadata, ['a']);
    let isDead = false;
    cloud.faults.fault = (call) => {
      isDead ||= call === 'getAssets';
      if (isDead) throw new Crash();
    };
    await cloud.run();
    cloud.faults.fault = () => {};
    expect(await cloud.run(2)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    cloud.wait(360_000);
    await cloud.run(3);
    expect(await cloud.jobNow()).toMatchObject({ status: 'succeeded' });
  });

  it('warns of a live set and of a live derived image, unless the job takes them too', async () => {
    const parent = { ...live('a'), derivedCount: 1 };
    const derived = { ...live('d'), type: 'derived-image' as const, parent: 'a' };
    const outcomesOf = async (ids: readonly string[]) => {
      const cloud = actionCloud([parent, derived]);
      cloud.library.memory.tables.assets.put({ ...derivedKey(company, 'a', 'd'), derived: 'd' });
      await cloud.submit({ name: 'unpublish' }, ids);
      await cloud.run();
      return (await cloud.entries()).slice(1, -1).map(({ outcome, message }) => [outcome, message]);
    };
    const withdrawn = ['withdrawn', 'It is not live on image-serving any more'];
    expect(await outcomesOf(['a'])).toEqual([
      ['warning', 'It is not live on image-serving any more. Derived images stay live: d'],
    ]);
    expect(await outcomesOf(['a', 'd'])).toEqual([withdrawn, withdrawn]);
  });

  it('invalidates each asset by its own tag, up to 500, and otherwise the company once', async () => {
    const ids = idsOf(600);
    const few = actionCloud(ids.slice(0, 120).map(live));
    await few.submit({ name: 'trash' }, ids.slice(0, 120));
    await few.runToEnd();
    const sentOf = (cloud: typeof few) =>
      cloud.messages(cloudNames.INVALIDATION_QUEUE).map(({ body }) => JSON.stringify(body));
    expect(
      sentOf(few)
        .join()
        .match(/a\d{3}/g),
    ).toHaveLength(120);
    const many = actionCloud(ids.map(live));
    await many.submit({ name: 'trash' }, ids);
    await many.runToEnd();
    expect(
      sentOf(many)
        .join()
        .match(/a\d{3}/g),
    ).toHaveLength(500);
    expect(await many.jobNow()).toMatchObject({ toInvalidate: 600 });
    expect(sentOf(many)).toHaveLength(sentOf(few).length - 2 + 5 + 1);
  });

  it('ends a job whose list is not kept any more as failed', async () => {
    const cloud = actionCloud([imageAsset('a')]);
    await cloud.submit(metadata, ['a']);
    cloud.library.memory.buckets[JOBS_BUCKET].delete(`_30-days/${company}/${jobId}/action.json`);
    await cloud.run();
    expect(await cloud.jobNow()).toMatchObject({
      status: 'failed',
      reason: 'The list of its assets is not kept any more: submit it again',
      counts: { total: 1, notReached: 1 },
    });
  });

  it('fails with the reason if the folder cannot be made, and reaches no asset', async () => {
    const cloud = actionCloud([imageAsset('a')]);
    await cloud.submit({ name: 'move', folder: '/moving/' }, ['a']);
    cloud.faults.fault = (call, when) => {
      if (call === 'ensureFolder' && when === 'before')
        throw new Failure('folder.refused', 'The folder is being moved');
    };
    await cloud.run();
    expect(await cloud.jobNow()).toMatchObject({
      status: 'failed',
      reason: 'The folder is being moved',
      counts: { notReached: 1 },
    });
  });

  it('ends a job after 24 hours wherever it is', async () => {
    const cloud = actionCloud([imageAsset('a')]);
    await cloud.submit(metadata, ['a']);
    cloud.wait(25 * 60 * 60 * 1_000);
    await cloud.run();
    expect(await cloud.jobNow()).toMatchObject({ status: 'failed', counts: { notReached: 1 } });
  });

  const outcomes: readonly (readonly [string, AssetAction, Asset | undefined, string, string])[] = [
    ['no longer exists', { name: 'trash' }, undefined, 'skipped', 'The asset no longer exists'],
    [
      'was in the trash before',
      { name: 'trash' },
      imageAsset('a', { trashed: { at: '2026-11-23T08:00:00.000Z', by: 'ann' } }),
      'skipped',
      'It was in the trash before',
    ],
    [
      'is in the trash',
      metadata,
      imageAsset('a', { trashed: { at: '2026-11-23T08:00:00.000Z', by: 'ann' } }),
      'skipped',
      'It is in the trash',
    ],
    [
      'is in the folder',
      { name: 'move', folder: '/archive/' },
      imageAsset('a', { folder: '/archive/' }),
      'skipped',
      'It was in /archive/ before',
    ],
    [
      'was unpublished',
      { name: 'unpublish' },
      imageAsset('a', { intent: 'held' }),
      'skipped',
      'It was unpublished before',
    ],
    [
      'was not live',
      { name: 'unpublish' },
      imageAsset('a', { intent: 'pending' }),
      'changed',
      'It was not live; no job publishes it now',
    ],
    ['is live', { name: 'unpublish' }, live('a'), 'withdrawn', 'It is not live on image-serving any more'],
    [
      'has the keyword',
      metadata,
      imageAsset('a', { keywords: ['Sale'] }),
      'skipped',
      'Its metadata was so before',
    ],
    [
      'has 100 keywords',
      metadata,
      imageAsset('a', { keywords: Array.from({ length: 100 }, (_, index) => `k${index}`) }),
      'error',
      'addKeywords: must not make more than 100 keywords; there would be 101',
    ],
    [
      'is derived',
      { name: 'dates', liveUntil: null },
      imageAsset('a', { parent: 'p' }),
      'skipped',
      'It has the dates of p',
    ],
    [
      'begins after the new end',
      { name: 'dates', liveUntil: '2027-01-01T00:00:00.000Z' },
      imageAsset('a', { liveFrom: '2027-02-01T00:00:00.000Z', intent: 'held' }),
      'error',
      'liveUntil: must be after liveFrom, 2027-02-01T00:00:00.000Z; it is 2027-01-01T00:00:00.000Z',
    ],
  ];

  it.each(outcomes)('logs an asset that %s', async (_, action, asset, outcome, message) => {
    const cloud = actionCloud(asset ? [asset] : []);
    await cloud.submit(action, ['a']);
    await cloud.run();
    expect((await cloud.entries())[1]).toMatchObject({ asset: 'a', outcome, message });
  });
});
