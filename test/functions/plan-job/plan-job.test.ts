import { describe, expect, it } from 'vitest';
import type { ManifestLine } from '../../../adapters/s3/plan-files.ts';
import type { PlanEntry } from '../../../domain/jobs/part.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import type { PlanCursor } from '../../../statemachines/publish-job.contract.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const event = { company, jobId: id };

function cloudWith(count: number, options: Parameters<typeof publishCloud>[0] = {}): PublishCloud {
  const cloud = publishCloud(options);
  cloud.jobs.set(id, aPublishJob({ status: 'running' }));
  for (let index = 0; index < count; index += 1) cloud.put(anAsset({ id: `a${index}`, bytes: index }));
  return cloud;
}

function plannedIn(cloud: PublishCloud, level = 0): { parts: ManifestLine[]; entries: PlanEntry[] } {
  const manifest = cloud.files.get(`_30-days/${company}/${id}/plan/level-${level}.jsonl`) ?? '';
  const parts = manifest
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ManifestLine);
  return {
    parts,
    entries: parts.flatMap(({ key }) => JSON.parse(cloud.files.get(key) ?? '') as PlanEntry[]),
  };
}

const live = {
  intent: 'live',
  publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: 'k' } },
} as const;

async function planToEnd(cloud: PublishCloud): Promise<{ rounds: number; levels: unknown }> {
  let cursor: PlanCursor | undefined;
  for (let rounds = 1; ; rounds += 1) {
    const response = await planJob({ ...event, cursor }, cloud.dependencies);
    if (response.done) return { rounds, levels: response.levels };
    // The cursor stays small for any number of parts: a key for each of the 16 shards.
    expect(JSON.stringify(response).length).toBeLessThan(4_000);
    cursor = response.cursor;
  }
}

describe('plan-job', () => {
  it('writes the selected assets as parts of 100, and a manifest of them', async () => {
    const cloud = cloudWith(250);
    expect(await planToEnd(cloud)).toEqual({
      rounds: 1,
      levels: [
        {
          company,
          jobId: id,
          level: 0,
          manifest: `_30-days/${company}/${id}/plan/level-0.jsonl`,
          results: `_30-days/${company}/${id}/map/0`,
        },
      ],
    });
    const { parts, entries } = plannedIn(cloud);
    expect(parts.map(({ part }) => part).sort()).toEqual([0, 1, 2]);
    expect(parts.find(({ part }) => part === 1)).toEqual({
      company,
      jobId: id,
      level: 0,
      part: 1,
      key: expect.stringMatching(`^_30-days/${company}/${id}/plan/000/0000001-[-0-9a-f]{36}\\.json$`),
    });
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(250);
    expect(entries).toContainEqual({
      id: 'a7',
      type: 'image',
      version: 1,
      servers: ['image-serving'],
      bytes: 7,
    });
    expect(cloud.jobs.get(id)?.counts.total).toBe(250);
  });

  it('continues after its time is over, and plans everything once', async () => {
    const cloud = cloudWith(90, { pageSize: 2 });
    cloud.timeLeft = 0;
    const { rounds } = await planToEnd(cloud);
    // A page has two records of each of the 16 shards at most.
    expect(rounds).toBeGreaterThan(2);
    const { parts, entries } = plannedIn(cloud);
    expect(parts.map(({ part }) => part).sort()).toEqual(parts.map((_, index) => index));
    expect(entries.map((entry) => entry.id).sort()).toEqual([...cloud.assets.keys()].sort());
    expect(cloud.jobs.get(id)?.counts.total).toBe(90);
  });

  it.each(['writePart', 'writeRound', 'writeManifests'])(
    'makes one plan with another planner that found something else and ends before its %s',
    async (name) => {
      const cloud = cloudWith(250);
      let other: unknown;
      cloud.fault = (call, when) => {
        if (call !== name || when !== 'before') return;
        cloud.fault = () => {};
        cloud.put(anAsset({ id: 'new' }));
        other = planToEnd(cloud);
      };
      const first = await planToEnd(cloud);
      expect(await other).toEqual(first);
      const { parts, entries } = plannedIn(cloud);
      const planned: ManifestLine[] = [];
      for await (const line of cloud.dependencies.readPlan(company, id)) planned.push(line);
      expect(planned).toEqual(parts);
      // Each part is complete and from one of the planners: nothing is planned twice or lost.
      expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
      expect([250, 251]).toContain(entries.length);
    },
  );

  it('writes the same when an interrupted round is repeated', async () => {
    const cloud = cloudWith(250);
    let writes = 0;
    cloud.fault = (call) => {
      if (call === 'writePart') writes += 1;
      if (writes === 3) throw new Error('made by a test');
    };
    await expect(planJob(event, cloud.dependencies)).rejects.toThrow('made by a test');
    cloud.fault = () => {};
    await planToEnd(cloud);
    expect(plannedIn(cloud).entries).toHaveLength(250);
  });

  it.each([
    ['all that is live, by force', { force: true }, ['alive', 'autumn', 'far', 'fresh', 'shown']],
    [
      'what is live in a folder, by force, with what belongs to its set elsewhere',
      { force: true, scope: { kind: 'folder', folder: '/autumn/', below: true } },
      ['alive', 'autumn', 'fresh', 'shown'],
    ],
    [
      'what is new in a folder, with what belongs to its set elsewhere',
      { scope: { kind: 'folder', folder: '/autumn/', below: false } },
      ['autumn', 'fresh', 'shown'],
    ],
    ['the assets that are named', { scope: { kind: 'assets', count: 2 } }, ['fresh']],
    [
      'assets that failed in another job',
      { scope: { kind: 'failed', jobId: jobIdOf(9) } },
      ['autumn', 'shown'],
    ],
    ['the assets for a server that was enabled', { publish: 'enable-server' }, ['autumn', 'far', 'fresh']],
  ] as const)('takes %s, in one round or in many', async (_, options, expected) => {
    for (const timeLeft of [900_000, 0]) {
      const cloud = publishCloud({ pageSize: 2 });
      cloud.timeLeft = timeLeft;
      cloud.put(anAsset({ id: 'alive', folder: '/autumn/', ...live }));
      cloud.put(anAsset({ id: 'fresh', folder: '/autumn/' }));
      cloud.put(anAsset({ id: 'far', folder: '/winter/' }));
      cloud.put(anAsset({ id: 'shown', folder: '/winter/', intent: 'held' }));
      cloud.putSet({ id: 'autumn', folder: '/autumn/' }, ['shown']);
      await cloud.dependencies.writeScope(company, id, ['fresh', 'alive', 'gone']);
      const failed = [
        { time: 'then', asset: 'autumn', outcome: 'not-reached', message: 'Text' },
        { time: 'then', asset: 'far', outcome: 'published', message: 'Text' },
      ] as const;
      const readLog: PublishCloud['dependencies']['readLog'] = async (_company, _jobId, { after }) => {
        const line = after?.line ?? 0;
        const items = failed.slice(line, line + 1);
        return line === 0 ? { items, next: { file: 'a', line: 1 } } : { items };
      };
      cloud.jobs.set(id, aPublishJob({ status: 'running', ...options }));
      await planToEnd({ ...cloud, dependencies: { ...cloud.dependencies, readLog } });
      const planned = [0, 1].flatMap((level) => plannedIn(cloud, level).entries.map((entry) => entry.id));
      expect([...new Set(planned)].sort()).toEqual(expected);
    }
  });

  it('plans nothing for a server that was enabled again before it was emptied', async () => {
    for (const [servers, expected] of [
      [['image-serving'], []],
      [[], ['alive']],
    ] as const) {
      const cloud = publishCloud({ settings: { servers } });
      cloud.put(anAsset({ id: 'alive', ...live }));
      cloud.jobs.set(
        id,
        aPublishJob({ status: 'running', publish: 'disable-server', servers: ['image-serving'] }),
      );
      await planToEnd(cloud);
      expect(plannedIn(cloud).entries.map((entry) => entry.id)).toEqual(expected);
    }
  });

  it("selects only assets of types that the job's servers accept", async () => {
    const cloud = cloudWith(3);
    cloud.put(anAsset({ id: 'film', type: 'video' }));
    cloud.jobs.set(id, aPublishJob({ status: 'running', servers: ['video'] }));
    await planToEnd(cloud);
    expect(plannedIn(cloud).entries.map((entry) => entry.id)).toEqual(['film']);
  });

  it('plans members below their set, once, also held ones', async () => {
    const cloud = cloudWith(2);
    cloud.put(anAsset({ id: 'held', intent: 'held' }));
    cloud.put(anAsset({ id: 'alive', ...live }));
    cloud.putSet({ id: 'views' }, ['a0', 'held', 'alive']);
    cloud.putSet({ id: 'media', type: 'mixed-media-set' }, ['views', 'held']);
    const { levels } = await planToEnd(cloud);
    expect(levels).toMatchObject([{ level: 0 }, { level: 1 }, { level: 2 }]);
    const planned = [0, 1, 2].map((level) => plannedIn(cloud, level).entries);
    expect(planned.map((entries) => entries.map((entry) => entry.id).sort())).toEqual([
      ['a0', 'a1', 'held'],
      ['views'],
      ['media'],
    ]);
    expect(planned[0]).toContainEqual({
      id: 'held',
      type: 'image',
      version: 1,
      servers: ['image-serving'],
      bytes: 1_000,
      held: true,
    });
    expect(cloud.jobs.get(id)?.counts.total).toBe(5);
  });

  it('pulls no held member into a set that is outside of its dates', async () => {
    const cloud = cloudWith(1);
    cloud.put(anAsset({ id: 'waits', intent: 'held', liveFrom: '2999-01-01T00:00:00.000Z' }));
    cloud.put(anAsset({ id: 'over', intent: 'held', liveUntil: '2001-01-01T00:00:00.000Z' }));
    cloud.putSet({ id: 'views' }, ['a0', 'waits', 'over']);
    await planToEnd(cloud);
    expect(plannedIn(cloud, 0).entries.map((entry) => entry.id)).toEqual(['a0']);
  });

  it('plans a changed member of a new set even in a job for new assets', async () => {
    const cloud = cloudWith(0);
    cloud.put(anAsset({ id: 'changed', ...live, version: 2 }));
    cloud.putSet({ id: 'views' }, ['changed']);
    await planToEnd(cloud);
    expect(plannedIn(cloud).entries.map((entry) => entry.id)).toEqual(['changed']);
  });

  it('plans derived images with their parent, and reads none if there are none', async () => {
    const cloud = cloudWith(3);
    await planToEnd(cloud);
    for (const call of ['getAssets', 'derivedOf', 'readSetRecord']) expect(cloud.calls).not.toContain(call);
    cloud.setPlan(id);
    cloud.put(anAsset({ id: 'parent', derivedCount: 1 }));
    cloud.put(
      anAsset({ id: 'small', type: 'derived-image', intent: 'held', parent: 'parent', recipe: 'wid=9' }),
    );
    cloud.putDerived('parent', ['small']);
    await planToEnd(cloud);
    expect(plannedIn(cloud).entries.map((entry) => entry.id)).toEqual(
      expect.arrayContaining(['parent', 'small']),
    );
  });

  it('plans a member that is not in the index yet', async () => {
    const cloud = cloudWith(0);
    cloud.put(anAsset({ id: 'late' }));
    cloud.putSet({ id: 'views' }, ['late']);
    const readPending: typeof cloud.dependencies.readPending = async (...asked) => {
      const page = await cloud.dependencies.readPending(...asked);
      return { ...page, items: page.items.filter((item) => item.id !== 'late') };
    };
    await planJob(event, { ...cloud.dependencies, readPending });
    expect(plannedIn(cloud).entries.map((entry) => entry.id)).toEqual(['late']);
  });

  it('omits members that are trashed or do not exist, and still plans the set: its worker logs the reason', async () => {
    const cloud = cloudWith(0);
    const trashed = { at: '2026-11-24T08:00:00.000Z', by: 'ann' };
    cloud.put(anAsset({ id: 'binned', trashed }));
    cloud.putSet({ id: 'views' }, ['binned', 'nobody']);
    await planToEnd(cloud);
    expect(plannedIn(cloud, 1).entries.map((entry) => entry.id)).toEqual(['views']);
    expect(plannedIn(cloud).entries).toEqual([]);
  });

  it('plans each asset once in a round, however many sets show it', async () => {
    const cloud = cloudWith(0);
    cloud.put(anAsset({ id: 'held', intent: 'held' }));
    for (let set = 0; set < 60; set += 1) {
      cloud.putSet({ id: `s${set}`, masterKey: `luma/s${set}` }, ['held']);
    }
    await planToEnd(cloud);
    expect(plannedIn(cloud).entries.map((entry) => entry.id)).toEqual(['held']);
    expect(plannedIn(cloud, 1).entries).toHaveLength(60);
  });

  it('has no level if there is nothing to do', async () => {
    expect(await planToEnd(cloudWith(0))).toEqual({ rounds: 1, levels: [] });
  });

  it('ends the plan when the job is cancelled, and keeps the planned parts so that they are logged', async () => {
    const cloud = cloudWith(160, { pageSize: 1 });
    let pages = 0;
    cloud.fault = (call, when) => {
      if (call !== 'readPending' || when !== 'after') return;
      pages += 1;
      cloud.time += 1_000;
      if (pages === 2) cloud.jobs.set(id, aPublishJob({ status: 'stopping' }));
    };
    await planToEnd(cloud);
    const { entries } = plannedIn(cloud);
    expect(entries.length).toBeGreaterThan(0);
    // A page has a record of each of the 16 shards at most.
    expect(entries.length).toBeLessThanOrEqual(32);
    expect(cloud.jobs.get(id)?.counts.total).toBe(entries.length);
  });

  it('plans nothing for a job that was cancelled before', async () => {
    const cloud = cloudWith(3);
    cloud.jobs.set(id, aPublishJob({ status: 'stopping' }));
    expect(await planToEnd(cloud)).toEqual({ rounds: 1, levels: [] });
    expect(cloud.calls).not.toContain('readPending');
  });

  it('reads the status once a second, not for every page', async () => {
    const cloud = cloudWith(100, { pageSize: 2 });
    await planToEnd(cloud);
    expect(cloud.calls.filter((call) => call === 'readPending').length).toBeGreaterThan(3);
    expect(cloud.calls.filter((call) => call === 'setTotal')).toHaveLength(1);
  });
});
