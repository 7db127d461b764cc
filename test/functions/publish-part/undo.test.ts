/** A job that undoes another, from its plan to its log, and after a fault at each of its calls. */
import { describe, expect, it } from 'vitest';
import { publishAsset, withdrawAsset } from '../../../application/assets/publish-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { LogEntry } from '../../../domain/jobs/job.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import type { PlanCursor } from '../../../statemachines/publish-job.contract.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const published = jobIdOf(1);
const undo = jobIdOf(2);
const first = jobIdOf(9);

/** Plans a job and runs its parts, level by level, as the state machine does. */
async function run(cloud: PublishCloud, jobId: string): Promise<void> {
  let cursor: PlanCursor | undefined;
  for (;;) {
    const planned = await planJob({ company, jobId, cursor }, cloud.dependencies);
    if (planned.done) break;
    cursor = planned.cursor;
  }
  for await (const line of cloud.dependencies.readPlan(company, jobId))
    await publishPart(line, cloud.dependencies);
}

async function publish(cloud: PublishCloud, jobId: string): Promise<void> {
  cloud.jobs.set(jobId, aPublishJob({ id: jobId, status: 'running', publish: 'full' }));
  await run(cloud, jobId);
  cloud.jobs.set(jobId, aPublishJob({ id: jobId, status: 'succeeded', publish: 'full' }));
}

/** Version 1 of `old` and of the set `views` were live; the job published version 2 of both, and `fresh` with its set. */
async function publishedCloud(options: Parameters<typeof publishCloud>[0] = {}): Promise<PublishCloud> {
  const cloud = publishCloud(options);
  cloud.putVersion(anAsset({ id: 'old', masterVersionId: 'm1', bytes: 11 }));
  cloud.putSet({ id: 'views', masterVersionId: 's1' }, ['old']);
  cloud.putVersion(cloud.assets.get('views') as Asset);
  await publish(cloud, first);
  const old = cloud.assets.get('old') as Asset;
  cloud.putVersion({ ...old, version: 2, masterVersionId: 'm2', fileName: 'old.png', bytes: 22 });
  cloud.putVersion(anAsset({ id: 'fresh' }));
  const views = cloud.assets.get('views') as Asset;
  cloud.putSet({ ...views, version: 2, masterVersionId: 's2' }, ['old', 'fresh']);
  cloud.putVersion(cloud.assets.get('views') as Asset);
  cloud.putSet({ id: 'news', masterVersionId: 'n1' }, ['fresh']);
  await publish(cloud, published);
  return cloud;
}

function begin(cloud: PublishCloud): void {
  const scope = { kind: 'undo', jobId: published } as const;
  cloud.jobs.set(
    undo,
    aPublishJob({ id: undo, status: 'running', publish: 'undo', scope, invalidate: true }),
  );
}

const liveVersion = (cloud: PublishCloud, id: string) =>
  cloud.assets.get(id)?.publications['image-serving']?.version;

const outcomesOf = (entries: readonly LogEntry[]) =>
  Object.fromEntries(entries.map(({ asset, outcome, message }) => [asset, `${outcome}: ${message}`]));

/** Where every record agrees with what lies at the origins. */
function checkOrigins(cloud: PublishCloud): void {
  const recorded = [...cloud.assets.values()].flatMap(({ publications }) =>
    Object.entries(publications).map(([server, { key, version }]) => [`${server}:${key}`, version]),
  );
  expect(Object.fromEntries(cloud.origins)).toEqual(Object.fromEntries(recorded));
}

describe('undoing a job', () => {
  it('puts back what was live, withdraws what was new, and holds both', async () => {
    const cloud = await publishedCloud();
    const eventsBefore = cloud.emittedPublications.length;
    begin(cloud);
    await run(cloud, undo);
    expect(['old', 'views', 'fresh', 'news'].map((id) => liveVersion(cloud, id))).toEqual([
      1,
      1,
      undefined,
      undefined,
    ]);
    for (const id of ['old', 'views', 'fresh', 'news']) expect(cloud.assets.get(id)?.intent).toBe('held');
    expect(cloud.assets.get('old')).toMatchObject({
      version: 2,
      publications: { 'image-serving': { version: 1, jobId: undo, by: 'ann', was: 2 } },
    });
    checkOrigins(cloud);
    expect(cloud.memory.buckets['image-serving'].text('luma/image/old')).toBe('luma/old@m1');
    expect(outcomesOf(cloud.log(undo))).toEqual({
      old: 'published: Version 1 is live again',
      views: 'published: Version 1 is live again',
      fresh: 'withdrawn: It is no longer live on image-serving',
      news: 'withdrawn: It is no longer live on image-serving',
    });
    expect(cloud.log(undo).every(({ replaced }) => replaced === true)).toBe(true);
    expect(cloud.log(undo).find(({ asset }) => asset === 'old')?.bytes).toBe(11);
    const history = [...cloud.history].filter(([key]) => /^(old|fresh)#/.test(key));
    expect(history.map(([, { event, version, jobId }]) => [event, version, jobId]).sort()).toEqual(
      [
        ['PUBLISHED', 1, first],
        ['PUBLISHED', 2, published],
        ['PUBLISHED', 1, undo],
        ['PUBLISHED', 1, published],
        ['WITHDRAWN', 1, undefined],
      ].sort(),
    );
    expect(
      cloud.emittedPublications
        .slice(eventsBefore)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['old', 'views']);
  });

  it('is not taken back by the next job; publishing by hand ends it', async () => {
    const cloud = await publishedCloud();
    begin(cloud);
    await run(cloud, undo);
    await publish(cloud, jobIdOf(3));
    expect(cloud.log(jobIdOf(3))).toEqual([]);
    const old = cloud.assets.get('old') as Asset;
    const hand = { by: 'ann', at: '2026-11-25T08:00:00.000Z', settings: cloud.settings };
    await publishAsset(old, ['image-serving'], hand, cloud.dependencies);
    expect(cloud.assets.get('old')).toMatchObject({
      intent: 'live',
      publications: { 'image-serving': { version: 2, was: 1 } },
    });
  });

  it('is planned from sets down to members, in one round or in many', async () => {
    for (const timeLeft of [900_000, 0]) {
      const cloud = await publishedCloud();
      begin(cloud);
      cloud.timeLeft = timeLeft;
      const planned = await planJob({ company, jobId: undo }, cloud.dependencies);
      const levels = planned.done ? planned.levels.map(({ level }) => level) : [];
      if (timeLeft > 0) expect(levels).toEqual([98, 99]);
    }
  });

  it('leaves what came since, and names it', async () => {
    const cloud = await publishedCloud();
    const hand = { by: 'bob', at: '2026-11-25T08:00:00.000Z', settings: cloud.settings };
    await publishAsset(
      cloud.assets.get('old') as Asset,
      ['image-serving'],
      { ...hand, force: true },
      cloud.dependencies,
    );
    await withdrawAsset(cloud.assets.get('news') as Asset, hand, cloud.dependencies);
    cloud.assets.delete('fresh');
    begin(cloud);
    await run(cloud, undo);
    const at = cloud.assets.get('old')?.publications['image-serving']?.at;
    expect(outcomesOf(cloud.log(undo))).toEqual({
      old: `skipped: It has been published again since: version 2 went live at ${at}`,
      views: 'published: Version 1 is live again',
      news: 'skipped: It has been withdrawn since',
      fresh: 'skipped: The asset no longer exists',
    });
    expect(liveVersion(cloud, 'old')).toBe(2);
    expect(cloud.assets.get('old')?.intent).toBe('live');
  });

  it('leaves a set whose earlier version shows what is not live any more', async () => {
    const cloud = await publishedCloud();
    const hand = { by: 'bob', at: '2026-11-25T08:00:00.000Z', settings: cloud.settings };
    await withdrawAsset(cloud.assets.get('old') as Asset, hand, cloud.dependencies);
    begin(cloud);
    await run(cloud, undo);
    expect(outcomesOf(cloud.log(undo)).views).toBe('skipped: Its version 1 shows old, which is not live');
    expect(liveVersion(cloud, 'views')).toBe(2);
  });

  it('logs an error for a version whose bytes are gone, and leaves what is live', async () => {
    for (const forget of [
      (cloud: PublishCloud) => cloud.memory.buckets.masters.delete('luma/old', 'm1'),
      (cloud: PublishCloud) =>
        cloud.memory.tables.assets.delete({ pk: 'ASSET#luma#old', sk: 'VERSION#0000000001' }),
    ]) {
      const cloud = await publishedCloud();
      forget(cloud);
      begin(cloud);
      await run(cloud, undo);
      expect(outcomesOf(cloud.log(undo)).old).toMatch(
        /^error: (Version 1 is not kept any more|It could not be undone: .*no longer exists)/,
      );
      expect(liveVersion(cloud, 'old')).toBe(2);
      checkOrigins(cloud);
    }
  });

  it('does nothing a second time, and says why', async () => {
    const cloud = await publishedCloud();
    begin(cloud);
    await run(cloud, undo);
    const again = jobIdOf(5);
    const scope = { kind: 'undo', jobId: published } as const;
    cloud.jobs.set(again, aPublishJob({ id: again, status: 'running', publish: 'undo', scope }));
    await run(cloud, again);
    expect(cloud.log(again).map(({ outcome }) => outcome)).toEqual(Array(4).fill('skipped'));
    checkOrigins(cloud);
  });

  it('stops where it is cancelled; what was not reached stays as it is', async () => {
    const cloud = await publishedCloud();
    begin(cloud);
    await planJob({ company, jobId: undo }, cloud.dependencies);
    cloud.jobs.set(undo, { ...aPublishJob({ id: undo, publish: 'undo' }), status: 'stopping' });
    for await (const line of cloud.dependencies.readPlan(company, undo))
      await publishPart(line, cloud.dependencies);
    expect(cloud.log(undo).map(({ outcome }) => outcome)).toEqual(Array(4).fill('not-reached'));
    expect(liveVersion(cloud, 'old')).toBe(2);
  });
});

describe('a publication of a version that an undo put back', () => {
  it('is restored at the origin after a worker that came too late', async () => {
    const cloud = await publishedCloud();
    const late = cloud.assets.get('old') as Asset;
    begin(cloud);
    await run(cloud, undo);
    const job = {
      by: 'ann',
      at: '2026-11-25T08:00:00.000Z',
      settings: cloud.settings,
      jobId: published,
      force: true,
    };
    const result = await publishAsset(late, ['image-serving'], job, cloud.dependencies);
    expect(result.changed).toBe(true);
    expect(liveVersion(cloud, 'old')).toBe(1);
    checkOrigins(cloud);
  });
});

describe('an undo whose worker fails', async () => {
  const clean = await publishedCloud();
  begin(clean);
  const from = clean.calls.length;
  await run(clean, undo);
  const calls = clean.calls.slice(from);
  const rows = [...new Set(calls)].flatMap((name) =>
    (['before', 'after'] as const).flatMap((moment) =>
      Array.from({ length: calls.filter((call) => call === name).length }, (_, index) => ({
        name,
        moment,
        number: index + 1,
      })),
    ),
  );

  it('is tried at many calls', () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  it.each(rows)(
    '$moment call $number of $name has the same result when it runs again',
    async ({ name, moment, number }) => {
      const cloud = await publishedCloud();
      begin(cloud);
      let seen = 0;
      cloud.fault = (call, when) => {
        if (call !== name || when !== moment) return;
        seen += 1;
        if (seen === number) throw new Error('made by a test');
      };
      await run(cloud, undo).catch(() => undefined);
      cloud.fault = () => {};
      await run(cloud, undo);
      expect(seen).toBeGreaterThanOrEqual(number);
      expect(['old', 'views', 'fresh', 'news'].map((id) => liveVersion(cloud, id))).toEqual([
        1,
        1,
        undefined,
        undefined,
      ]);
      checkOrigins(cloud);
      expect(outcomesOf(cloud.log(undo))).toEqual(outcomesOf(clean.log(undo)));
      const restored = [...cloud.history.values()].filter(({ jobId }) => jobId === undo);
      expect(restored).toHaveLength(2);
    },
  );
});
