import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../domain/assets/asset.ts';
import { emptyByServer } from '../../../domain/jobs/counts.ts';
import { noCounts, type PublishJob } from '../../../domain/jobs/job.ts';
import type { PlanEntry } from '../../../domain/jobs/part.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const place = { company, jobId: id, level: 0, part: 0 };
const event = { ...place, key: 'part' };

function cloudWith(count: number): PublishCloud {
  const cloud = publishCloud();
  cloud.jobs.set(id, startedJob({ status: 'running', counts: { ...noCounts, total: count } }));
  const entries: PlanEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const asset = anAsset({ id: `a${index}` });
    cloud.put(asset);
    entries.push({
      id: asset.id,
      type: asset.type,
      version: 1,
      servers: ['image-serving'],
      bytes: asset.bytes,
    });
  }
  cloud.files.set('part', JSON.stringify(entries));
  return cloud;
}

/** A job as begin-job leaves it. */
function startedJob(changes: Partial<PublishJob>): PublishJob {
  const job = aPublishJob(changes);
  return { ...job, perServer: emptyByServer(job.servers) };
}

const callsOf = (cloud: PublishCloud, name: string) => cloud.calls.filter((call) => call === name).length;
const error = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('made by a test'), { name, $metadata: { httpStatusCode } });

describe('publish-part', () => {
  it('publishes every asset once, with a copy, a record, its history and a log entry', async () => {
    const cloud = cloudWith(60);
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toEqual({ ...noCounts, total: 60, done: 60, bytes: 60_000 });
    expect(cloud.jobs.get(id)?.counts).toEqual(counts);
    expect(cloud.assets.get('a7')).toMatchObject({
      intent: 'live',
      publications: { 'image-serving': { version: 1, by: 'ann', jobId: id, key: 'luma/image/a7' } },
    });
    expect(cloud.parts.get(`${id}/0/0`)).toMatchObject({ counts, closed: false });
    expect(cloud.log(id)).toHaveLength(60);
  });

  it('writes the history that it still holds before it fails, because perhaps nothing runs it again', async () => {
    const cloud = cloudWith(3);
    let flushed = 0;
    const failing = publishPart(event, {
      ...cloud.dependencies,
      addPartLog: () => Promise.reject(error('Unexpected')),
      flushHistory: async () => {
        flushed += 1;
      },
    });
    await expect(failing).rejects.toThrow('made by a test');
    expect(flushed).toBe(1);
  });

  it('makes the calls that its docstring states', async () => {
    const cloud = cloudWith(100);
    await publishPart(event, cloud.dependencies);
    const counted = Object.fromEntries([...new Set(cloud.calls)].map((name) => [name, callsOf(cloud, name)]));
    expect(counted).toEqual({
      readPart: 1,
      getJob: 1,
      getSettings: 1,
      getAssets: 4,
      copyToOrigin: 100,
      recordPublication: 100,
      addCounts: 1,
      addPartLog: 1,
      putPart: 1,
    });
  });

  it('changes nothing when it runs again, and counts the same', async () => {
    const cloud = cloudWith(30);
    const first = await publishPart(event, cloud.dependencies);
    const look = () => [
      new Map(cloud.assets),
      new Map(cloud.history),
      cloud.parts.get(`${id}/0/0`)?.counts,
      cloud.log(id),
    ];
    const before = look();
    const copies = callsOf(cloud, 'copyToOrigin');
    expect(await publishPart(event, cloud.dependencies)).toEqual(first);
    expect(look()).toEqual(before);
    expect(callsOf(cloud, 'copyToOrigin')).toBe(copies);
    expect(cloud.jobs.get(id)?.counts).toEqual(first.counts);
  });

  it('has the same result when it runs twice at once', async () => {
    const cloud = cloudWith(60);
    const runs = [publishPart(event, cloud.dependencies), publishPart(event, cloud.dependencies)];
    const [one, other] = await Promise.all(runs);
    expect(one?.counts).toEqual({ ...noCounts, total: 60, done: 60, bytes: 60_000 });
    expect(other?.counts).toEqual(one?.counts);
    expect(cloud.history.size).toBe(60);
  });

  it('has the same result when it runs twice at once with force', async () => {
    const cloud = cloudWith(10);
    cloud.jobs.set(id, startedJob({ status: 'running', force: true }));
    const live = { version: 1, at: '2026-11-24T08:10:00.000Z', by: 'ann' };
    for (const { id: asset } of [...cloud.assets.values()]) {
      const publications = { 'image-serving': { ...live, key: `luma/image/${asset}`, jobId: jobIdOf(0) } };
      cloud.put(anAsset({ id: asset, intent: 'live', publications }));
    }
    await Promise.all([publishPart(event, cloud.dependencies), publishPart(event, cloud.dependencies)]);
    expect(cloud.history.size).toBe(10);
    expect(cloud.log(id).filter(({ outcome }) => outcome === 'published')).toHaveLength(10);
  });

  it('confirms history that an earlier run did not write', async () => {
    const cloud = cloudWith(3);
    await publishPart(event, cloud.dependencies);
    const history = new Map(cloud.history);
    cloud.history.clear();
    await publishPart(event, cloud.dependencies);
    expect(new Map(cloud.history)).toEqual(history);
  });

  it('logs an error of one asset, and publishes the others', async () => {
    const cloud = cloudWith(3);
    cloud.fault = (call, when, args) => {
      const [asset] = args as [{ id: string }];
      if (call === 'copyToOrigin' && when === 'before' && asset.id === 'a1') throw error('NoSuchKey', 404);
    };
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toMatchObject({ total: 3, done: 2, errors: 1 });
    expect(cloud.assets.get('a1')?.publications).toEqual({});
    expect(cloud.log(id).find(({ asset }) => asset === 'a1')).toMatchObject({
      outcome: 'error',
      message: 'The copy failed: the file no longer exists in the storage (NoSuchKey)',
    });
  });

  it.each([
    ['S3 slows it down', 'copyToOrigin', error('SlowDown', 503)],
    ['the network fails', 'copyToOrigin', error('TimeoutError')],
    ['DynamoDB throttles its records', 'recordPublication', error('ThrottlingException', 400)],
    ['DynamoDB throttles its counts', 'addCounts', error('ProvisionedThroughputExceededException', 400)],
    ['its log cannot be written', 'addPartLog', error('ServiceUnavailable', 503)],
  ])('goes slower and on when %s', async (_, failing, failure) => {
    const cloud = cloudWith(60);
    let failures = 0;
    cloud.fault = (call, when) => {
      if (call !== failing || when !== 'before' || failures === 7) return;
      failures += 1;
      throw failure;
    };
    const before = cloud.time;
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toMatchObject({ total: 60, done: 60, errors: 0 });
    expect(cloud.jobs.get(id)?.counts).toEqual(counts);
    expect(failures).toBe(7);
    expect(cloud.time - before).toBeGreaterThan(100);
  });

  it('halves its concurrency when it is throttled, and adds one for each round of copies', async () => {
    const cloud = cloudWith(100);
    let underWay = 0;
    const peaks: number[] = [];
    let isRefused = false;
    const dependencies = {
      ...cloud.dependencies,
      async copyToOrigin(...[asset, object]: Parameters<typeof cloud.dependencies.copyToOrigin>) {
        underWay += 1;
        peaks.push(underWay);
        await new Promise(setImmediate);
        underWay -= 1;
        if (peaks.length === 25 && !isRefused) {
          isRefused = true;
          throw error('SlowDown', 503);
        }
        await cloud.dependencies.copyToOrigin(asset, object);
      },
    };
    await publishPart(event, dependencies);
    expect(Math.max(...peaks.slice(0, 25))).toBe(25);
    expect(Math.max(...peaks.slice(25, 37))).toBe(12);
    // After rounds of 12, 13, 14 and 15 copies.
    expect(Math.max(...peaks.slice(25))).toBe(16);
  });

  it('begins the next copy when one ends: a slow file holds up no other', async () => {
    const cloud = cloudWith(60);
    const slow = Promise.withResolvers<void>();
    const dependencies = {
      ...cloud.dependencies,
      copiesAtATime: 2,
      async copyToOrigin(...[asset, object]: Parameters<typeof cloud.dependencies.copyToOrigin>) {
        if (asset.id === 'a1') await slow.promise;
        await cloud.dependencies.copyToOrigin(asset, object);
        if (cloud.origins.size === 59) slow.resolve();
      },
    };
    const { counts } = await publishPart(event, dependencies);
    expect(counts.done).toBe(60);
  });

  it('processes an asset that fails in every pass last, so that it delays no other', async () => {
    const cloud = cloudWith(60);
    cloud.fault = (call, when, args) => {
      const [asset] = args as [{ id: string }];
      if (call === 'copyToOrigin' && when === 'before' && asset.id === 'a1')
        throw error('InternalError', 500);
    };
    await expect(publishPart(event, cloud.dependencies)).rejects.toMatchObject({ name: 'storage.busy' });
    expect(cloud.origins.size).toBe(59);
    expect(cloud.timeLeft).toBeGreaterThan(cloud.dependencies.reserve);
    expect(cloud.jobs.get(id)?.counts.done).toBe(59);
  });

  it('reads the status of the job while it waits, so that a cancelled job stops even if the storage stays busy', async () => {
    const cloud = cloudWith(60);
    cloud.fault = (call, when) => {
      if (call !== 'copyToOrigin' || when !== 'before') return;
      cloud.jobs.set(id, aPublishJob({ status: 'stopping' }));
      throw error('SlowDown', 503);
    };
    expect((await publishPart(event, cloud.dependencies)).counts).toMatchObject({
      total: 60,
      notReached: 60,
    });
  });

  it('stops within a chunk that takes long', async () => {
    const cloud = cloudWith(50);
    let refusals = 0;
    cloud.fault = (call, when, [asset]) => {
      if (call !== 'copyToOrigin' || when !== 'before') return;
      cloud.time += 200;
      // Each refusal halves the number of copies that are made at once.
      if ((asset as Asset).id === 'a0' && refusals < 3) {
        refusals += 1;
        throw error('SlowDown', 503);
      }
      const job = cloud.jobs.get(id);
      if (cloud.origins.size > 25 && job?.status === 'running')
        cloud.jobs.set(id, { ...job, status: 'stopping' } as PublishJob);
    };
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts.done).toBeGreaterThan(25);
    expect(counts.done).toBeLessThan(50);
    expect(counts.notReached).toBe(50 - counts.done);
    expect(cloud.origins.size).toBe(counts.done);
  });

  it('counts by server, and counts a chunk that takes long more than once', async () => {
    const cloud = cloudWith(50);
    const entries = JSON.parse(cloud.files.get('part') ?? '') as PlanEntry[];
    const servers = ['image-serving', 'server-directory'] as const;
    cloud.setSettings({ servers });
    cloud.files.set('part', JSON.stringify(entries.map((entry) => ({ ...entry, servers }))));
    const job = aPublishJob({ status: 'running', perServer: emptyByServer(servers) });
    cloud.jobs.set(id, job);
    cloud.fault = (call, when) => {
      // Each copy takes 200 ms.
      if (call === 'copyToOrigin' && when === 'before') cloud.time += 200;
    };
    const { counts } = await publishPart(event, { ...cloud.dependencies, copiesAtATime: 1 });
    const half = { done: 50, skipped: 0, errors: 0, bytes: 50_000 };
    expect(counts).toMatchObject({ total: 100, done: 100, bytes: 100_000 });
    const byServer = { 'image-serving': half, 'server-directory': half };
    expect(cloud.jobs.get(id)).toMatchObject({ counts: { done: 100 }, perServer: byServer });
    expect(cloud.parts.get(`${id}/0/0`)).toMatchObject({ perServer: byServer });
  });

  it('counts what is done while a large file is copied, and stops counting at the end', async () => {
    const cloud = cloudWith(10);
    const copied = Promise.withResolvers<void>();
    let tick = async () => {};
    let isStopped = false;
    const running = publishPart(event, {
      ...cloud.dependencies,
      repeatedly(_, work) {
        tick = work;
        return async () => {
          isStopped = true;
        };
      },
      async copyToOrigin(...[asset, object]: Parameters<typeof cloud.dependencies.copyToOrigin>) {
        if (asset.id === 'a0') await copied.promise;
        await cloud.dependencies.copyToOrigin(asset, object);
      },
    });
    await expect.poll(() => cloud.origins.size).toBe(9);
    await tick();
    await tick();
    expect(cloud.jobs.get(id)?.counts.done).toBe(9);
    expect(callsOf(cloud, 'addCounts')).toBe(1);
    copied.resolve();
    expect((await running).counts.done).toBe(10);
    expect(isStopped).toBe(true);
  });

  it('counts a chunk of large files while it runs, so that no count is older than two seconds', async () => {
    const cloud = cloudWith(25);
    let last = cloud.time;
    const waits: number[] = [];
    cloud.fault = (call, when) => {
      if (call !== 'addCounts' || when !== 'before') return;
      waits.push(cloud.time - last);
      last = cloud.time;
    };
    const dependencies = {
      ...cloud.dependencies,
      // All are copied in parallel, and one is done every 400 ms.
      async copyToOrigin(...[asset, object]: Parameters<typeof cloud.dependencies.copyToOrigin>) {
        const turns = 20 * (Number(asset.id.slice(1)) + 1);
        for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
        cloud.time += 400;
        await cloud.dependencies.copyToOrigin(asset, object);
      },
    };
    await publishPart(event, dependencies);
    expect(waits.length).toBeGreaterThan(4);
    expect(waits.length).toBeLessThanOrEqual(11);
    expect(Math.max(...waits)).toBeLessThan(2_000);
    expect(cloud.jobs.get(id)?.counts.done).toBe(25);
  });

  it.each([
    ['S3 slows it down', error('SlowDown', 503)],
    ['the network fails', error('TimeoutError')],
  ])('asks to be run again when %s until its time is up', async (_, failure) => {
    const cloud = cloudWith(3);
    cloud.timeLeft = 30_000;
    let fails = true;
    cloud.fault = (call, when, args) => {
      const [asset] = args as [{ id: string }];
      if (fails && call === 'copyToOrigin' && when === 'before' && asset.id === 'a1') throw failure;
    };
    await expect(publishPart(event, cloud.dependencies)).rejects.toMatchObject({ name: 'storage.busy' });
    expect(cloud.parts.size).toBe(0);
    fails = false;
    cloud.timeLeft = 30_000;
    expect((await publishPart(event, cloud.dependencies)).counts).toMatchObject({
      total: 3,
      done: 3,
      errors: 0,
    });
  });

  it('skips an asset that changed since the plan', async () => {
    const cloud = cloudWith(2);
    cloud.put(anAsset({ id: 'a1', version: 2 }));
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toMatchObject({ total: 2, done: 1, skipped: 1 });
    expect(cloud.origins.has('image-serving:luma/image/a1')).toBe(false);
  });

  it.each([
    ['waits for its time', { liveFrom: '2999-01-01T00:00:00.000Z' }, /goes live at 2999/],
    ['is past its time', { liveUntil: '2001-01-01T00:00:00.000Z' }, /was to be live until 2001/],
  ])('skips what %s, with the reason, also by force', async (_, dates, message) => {
    const cloud = cloudWith(2);
    cloud.put(anAsset({ id: 'a1', ...dates }));
    cloud.jobs.set(id, startedJob({ status: 'running', force: true, counts: { ...noCounts, total: 2 } }));
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toMatchObject({ total: 2, done: 1, skipped: 1, errors: 0 });
    expect(cloud.log(id)).toContainEqual(
      expect.objectContaining({ asset: 'a1', outcome: 'skipped', message: expect.stringMatching(message) }),
    );
    expect(cloud.origins.has('image-serving:luma/image/a1')).toBe(false);
  });

  it.each([false, true])('publishes no HTML that the company does not allow, by force: %s', async (force) => {
    const cloud = cloudWith(2);
    cloud.put(anAsset({ id: 'a1', type: 'html', intent: 'live' }));
    cloud.jobs.set(id, startedJob({ status: 'running', force, counts: { ...noCounts, total: 2 } }));
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toMatchObject({ total: 2, done: 1, skipped: 1 });
    expect(cloud.log(id)).toContainEqual(
      expect.objectContaining({
        asset: 'a1',
        message: expect.stringMatching(/does not allow active content/),
      }),
    );
    expect(cloud.origins.has('image-serving:luma/content/a1')).toBe(false);
  });

  it.each([
    ['uploaded again', { version: 2 }, /changed since/, undefined],
    ['uploaded again and published by that', { version: 2, intent: 'live' }, /changed since/, 2],
    ['unpublished', { intent: 'held' }, /unpublished since/, undefined],
  ] as const)(
    'never publishes half of an asset that is %s while it is copied',
    async (_, changes, message, live) => {
      const cloud = cloudWith(1);
      const publications = live
        ? { 'image-serving': { version: live, at: 'now', by: 'bob', key: 'luma/image/a0' } }
        : {};
      cloud.fault = (call, when) => {
        if (call === 'copyToOrigin' && when === 'after' && cloud.assets.get('a0')?.version === 1) {
          cloud.fault = () => {};
          cloud.put(anAsset({ id: 'a0', ...changes, publications }));
        }
      };
      const { counts } = await publishPart(event, cloud.dependencies);
      expect(counts).toMatchObject({ total: 1, skipped: 1 });
      expect(cloud.log(id)).toMatchObject([{ outcome: 'skipped', message: expect.stringMatching(message) }]);
      expect(cloud.origins.get('image-serving:luma/image/a0')).toBe(live);
      expect(cloud.assets.get('a0')).toMatchObject({ ...changes, publications });
    },
  );

  it('publishes nothing for a stopping job, with few calls', async () => {
    const cloud = cloudWith(100);
    cloud.jobs.set(id, aPublishJob({ status: 'stopping' }));
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toEqual({ ...noCounts, total: 100, notReached: 100 });
    expect(cloud.calls).toEqual(['readPart', 'getJob', 'getAssets', 'addPartLog', 'putPart']);
    expect(cloud.origins.size).toBe(0);
  });

  it('counts what an earlier run published, even if the job was cancelled since', async () => {
    const cloud = cloudWith(30);
    let published = 0;
    cloud.fault = (call, when) => {
      if (call !== 'recordPublication' || when !== 'after') return;
      published += 1;
      if (published > 10) throw error('Lambda.Unknown');
    };
    await expect(publishPart(event, cloud.dependencies)).rejects.toThrow();
    const live = [...cloud.assets.values()].filter(({ intent }) => intent === 'live').length;
    cloud.fault = () => {};
    cloud.history.clear();
    cloud.emittedPublications.length = 0;
    cloud.jobs.set(id, { ...aPublishJob(), status: 'stopping' });
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toEqual({
      ...noCounts,
      total: 30,
      done: live,
      notReached: 30 - live,
      bytes: live * 1_000,
    });
    expect(cloud.log(id).filter(({ outcome }) => outcome === 'published')).toHaveLength(live);
    expect(cloud.history.size).toBe(live);
    // The run that died may not have sent its events.
    expect(cloud.emittedPublications).toHaveLength(live);
  });

  it('deletes the copy of an earlier run that died after the asset was unpublished', async () => {
    const cloud = cloudWith(1);
    cloud.origins.set('image-serving:luma/image/a0', 1);
    cloud.put(anAsset({ id: 'a0', intent: 'held' }));
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toMatchObject({ total: 1, skipped: 1 });
    expect(cloud.origins.size).toBe(0);
    expect(cloud.assets.get('a0')).toMatchObject({ intent: 'held', publications: {} });
  });

  it('corrects the counts if its job was ended without it', async () => {
    const cloud = cloudWith(30);
    const ended = { ...noCounts, total: 30, done: 5, notReached: 25, bytes: 5_000 };
    cloud.fault = (call, when) => {
      if (call !== 'addCounts' || when !== 'before') return;
      cloud.fault = () => {};
      cloud.jobs.set(id, startedJob({ status: 'failed', counts: ended }));
      cloud.parts.set(`${id}/0/0`, {
        level: 0,
        part: 0,
        counts: ended,
        perServer: {},
        closed: true,
        at: 'now',
      });
    };
    const { counts } = await publishPart(event, cloud.dependencies);
    expect(counts).toMatchObject({ total: 30, done: 30, notReached: 0 });
    expect(cloud.jobs.get(id)).toMatchObject({ status: 'failed', counts });
    expect(cloud.parts.get(`${id}/0/0`)).toMatchObject({ counts, closed: false });
    expect(cloud.log(id).filter(({ outcome }) => outcome === 'published')).toHaveLength(30);
  });

  it('publishes a member that was held when it was planned, with its set', async () => {
    const cloud = cloudWith(1);
    cloud.put(anAsset({ id: 'a0', intent: 'held' }));
    const planned = JSON.parse(cloud.files.get('part') ?? '') as PlanEntry[];
    cloud.files.set('part', JSON.stringify(planned.map((entry) => ({ ...entry, held: true }))));
    expect((await publishPart(event, cloud.dependencies)).counts.done).toBe(1);
    expect(cloud.assets.get('a0')?.intent).toBe('live');
  });

  describe('of a set', () => {
    const current = { version: 1, at: 'then', by: 'ann', key: 'k' };
    const liveOn = (server: 'image-serving' | 'video') => ({
      intent: 'live' as const,
      publications: { [server]: current },
    });

    function cloudWithSet(changes: Partial<Asset> = {}): PublishCloud {
      const cloud = cloudWith(0);
      cloud.put(anAsset({ id: 'a', ...liveOn('image-serving'), ...changes }));
      cloud.put(anAsset({ id: 'film', type: 'video', ...liveOn('video') }));
      cloud.putSet({ id: 'media', type: 'mixed-media-set' }, ['a', 'film']);
      const entry: PlanEntry = {
        id: 'media',
        type: 'mixed-media-set',
        version: 1,
        servers: ['image-serving'],
        bytes: 1_000,
      };
      cloud.files.set('part', JSON.stringify([entry]));
      return cloud;
    }

    it('publishes it if all its members are live', async () => {
      const cloud = cloudWithSet();
      expect((await publishPart(event, cloud.dependencies)).counts).toMatchObject({ total: 1, done: 1 });
      expect([...cloud.origins.keys()]).toEqual(['image-serving:luma/set/media']);
    });

    it.each([
      ['is not live', { publications: {} }, 'Member a is not live: it is not published on image-serving'],
      [
        'is live in an older version',
        { version: 2 },
        'Member a is not live: an older version of it is on image-serving',
      ],
      [
        'is in the trash',
        { trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } },
        'Member a is not live: it is in the trash',
      ],
    ])('refuses it, with the reason, when a member %s', async (_, changes, message) => {
      const cloud = cloudWithSet(changes);
      const { counts } = await publishPart(event, cloud.dependencies);
      expect(counts).toEqual({ ...noCounts, total: 1, errors: 1 });
      expect(cloud.log(id)).toMatchObject([{ asset: 'media', outcome: 'error', message }]);
      expect(cloud.origins.size).toBe(0);
    });

    it('does not read the members of a set that is already live', async () => {
      const cloud = cloudWithSet({ publications: {} });
      const set = cloud.assets.get('media') as Asset;
      cloud.put({ ...set, ...liveOn('image-serving') });
      expect((await publishPart(event, cloud.dependencies)).counts).toMatchObject({ skipped: 1, errors: 0 });
      expect(cloud.calls).not.toContain('readSetRecord');
    });
  });

  it.each([
    ['invalidates its replacements if it ends after the invalidation of its job', true, ['a0']],
    ['invalidates nothing for a job without invalidate', false, []],
  ])('%s', async (_, invalidate, invalidated) => {
    const cloud = cloudWith(2);
    const live = { version: 0, at: 'then', by: 'ann', jobId: 'another', key: 'luma/image/a0' };
    const asset = cloud.assets.get('a0') as Asset;
    cloud.put({ ...asset, intent: 'live', publications: { 'image-serving': live } });
    const closed = { ...noCounts, total: 2, errors: 2 };
    cloud.jobs.set(
      id,
      startedJob({ status: 'running', execution: id, servers: ['image-serving'], invalidate }),
    );
    const late = { level: 0, part: 0, counts: closed, perServer: {}, closed: true, at: 'now' };
    cloud.fault = (call, when) => {
      if (call !== 'putPart' || when !== 'before') return;
      cloud.parts.set(`${id}/0/0`, late);
      cloud.jobs.set(id, startedJob({ status: 'completed-with-errors', counts: closed, invalidate }));
    };
    await publishPart(event, cloud.dependencies);
    expect(cloud.jobs.get(id)?.counts).toMatchObject({ done: 2 });
    expect(cloud.invalidated).toEqual(invalidated);
  });

  it('corrects the counts even if that invalidation fails', async () => {
    const cloud = cloudWith(1);
    const closed = { ...noCounts, total: 1, errors: 1 };
    cloud.jobs.set(id, startedJob({ status: 'completed-with-errors', counts: closed, invalidate: true }));
    const late = { level: 0, part: 0, counts: closed, perServer: {}, closed: true, at: 'now' };
    cloud.parts.set(`${id}/0/0`, late);
    const live = { version: 1, at: 'then', by: 'ann', jobId: id, key: 'luma/image/a0' };
    cloud.put({
      ...(cloud.assets.get('a0') as Asset),
      intent: 'live',
      publications: { 'image-serving': live },
    });
    const warnings: string[] = [];
    await publishPart(event, {
      ...cloud.dependencies,
      invalidateAssets: () => Promise.reject(new Error('made by a test')),
      warn: (message) => warnings.push(message),
    });
    expect(warnings).toEqual(['Replacements of a late worker could not be invalidated']);
    expect(cloud.jobs.get(id)?.counts).toMatchObject({ done: 1, errors: 0 });
  });

  it('waits for counts that are still being added up before it corrects them', async () => {
    const cloud = cloudWith(1);
    const closed = { ...noCounts, total: 1, errors: 1 };
    cloud.parts.set(`${id}/0/0`, {
      level: 0,
      part: 0,
      counts: closed,
      perServer: {},
      closed: true,
      at: 'now',
    });
    let waits = 0;
    const wait = async () => {
      waits += 1;
      if (waits === 3) cloud.jobs.set(id, startedJob({ status: 'completed-with-errors', counts: closed }));
    };
    await publishPart(event, { ...cloud.dependencies, wait });
    expect(waits).toBe(3);
    expect(cloud.jobs.get(id)?.counts).toEqual({ ...noCounts, total: 1, done: 1, bytes: 1_000 });
  });
});
