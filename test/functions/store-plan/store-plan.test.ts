import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { CandidatePosition } from '../../../application/jobs/job-candidates.ts';
import { newPlan } from '../../../application/jobs/store-plan.ts';
import type { PlanEntry } from '../../../domain/jobs/part.ts';
import { planChanges, type StoredPlan } from '../../../domain/jobs/stored-plan.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import { type StoreQueuedPlanDependencies, storePlan } from '../../../functions/store-plan/store-plan.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(7);
const event = { Records: [{ body: JSON.stringify({ company, planId: id }) }] } as SQSEvent;

async function cloudWith(assets: number, options: Parameters<typeof publishCloud>[0] = {}) {
  const cloud = publishCloud(options);
  for (let index = 0; index < assets; index += 1) cloud.put(anAsset({ id: `a${index}` }));
  await cloud.dependencies.writePlan(
    newPlan({
      company,
      id,
      publish: 'full',
      servers: ['image-serving'],
      by: 'ann',
      at: '2026-11-24T08:30:00.000Z',
    }),
  );
  return cloud;
}

let planners = 0;

function dependenciesOf(cloud: PublishCloud, requests: unknown[]): StoreQueuedPlanDependencies {
  return {
    ...cloud.dependencies,
    requestPlan: async (plan) => void requests.push(plan),
    newPlanner: () => `p${planners++}`,
  };
}

/** Calls store-plan as its queue does, until the plan is complete. @returns the number of calls */
async function storeToEnd(cloud: PublishCloud): Promise<number> {
  for (let calls = 1; ; calls += 1) {
    const requests: unknown[] = [];
    await storePlan(event, dependenciesOf(cloud, requests));
    if (requests.length === 0) return calls;
    expect(requests).toEqual([{ company, planId: id }]);
  }
}

async function planOf(cloud: PublishCloud): Promise<StoredPlan> {
  const plan = await cloud.dependencies.findPlan<CandidatePosition>(company, id);
  if (!plan) throw new Error('There is no plan');
  return plan;
}

async function listed(cloud: PublishCloud): Promise<string[]> {
  const { lists } = await planOf(cloud);
  const found: string[] = [];
  for (const { planner, files } of lists)
    for (const change of planChanges)
      for (let file = 0; file < files[change]; file += 1)
        for (const asset of await cloud.dependencies.readPlanList(company, id, { planner, change, file }))
          found.push(asset.id);
  return found;
}

async function planned(cloud: PublishCloud): Promise<string[]> {
  const { lists } = await planOf(cloud);
  const found: string[] = [];
  for (const round of lists.keys())
    for (const { key } of await cloud.dependencies.readRound(company, id, round))
      for (const entry of JSON.parse(cloud.files.get(key) ?? '') as PlanEntry[]) found.push(entry.id);
  return found;
}

describe('store-plan', () => {
  it.each([
    ['at once', 900_000, 1],
    ['page by page, through its queue', 0, 3],
  ])('stores a plan %s', async (_, timeLeft, calls) => {
    const cloud = await cloudWith(90, { pageSize: 2 });
    cloud.timeLeft = timeLeft;
    expect(await storeToEnd(cloud)).toBeGreaterThanOrEqual(calls);
    const all = [...cloud.assets.keys()].sort();
    expect((await planned(cloud)).sort()).toEqual(all);
    expect((await listed(cloud)).sort()).toEqual(all);
    const plan = await planOf(cloud);
    expect(plan).toMatchObject({ total: 90, summary: { counts: { added: 90 }, totals: { copies: 90 } } });
    expect(plan.summary.totals.parts).toBe(plan.parts);
  });

  it('writes a file of the list for each 1,000 assets', async () => {
    const cloud = await cloudWith(1_001);
    await storeToEnd(cloud);
    expect((await planOf(cloud)).lists).toMatchObject([{ files: { added: 2 } }]);
    expect(await listed(cloud)).toHaveLength(1_001);
  });

  it.each(['writePart', 'writePlanList', 'writeRound', 'writePlan'])(
    'stores the same plan after a fault at %s, before or after it',
    async (name) => {
      for (const moment of ['before', 'after']) {
        const cloud = await cloudWith(40, { pageSize: 1 });
        cloud.timeLeft = 0;
        let faults = 2;
        cloud.fault = (call, when) => {
          if (call !== name || when !== moment || faults === 0) return;
          faults -= 1;
          throw new Error('made by a test');
        };
        for (let attempt = 0; attempt < 3 && faults > 0; attempt += 1)
          await storePlan(event, dependenciesOf(cloud, [])).catch(() => undefined);
        await storeToEnd(cloud);
        expect((await planned(cloud)).sort()).toEqual([...cloud.assets.keys()].sort());
        expect((await listed(cloud)).length).toBe((await planOf(cloud)).summary.counts.added);
        expect((await planOf(cloud)).total).toBe(40);
      }
    },
  );

  it('stores one plan where its message is delivered twice at the same time', async () => {
    const cloud = await cloudWith(250);
    await Promise.all([storeToEnd(cloud), storeToEnd(cloud)]);
    expect((await planned(cloud)).sort()).toEqual([...cloud.assets.keys()].sort());
    expect((await listed(cloud)).sort()).toEqual([...cloud.assets.keys()].sort());
  });

  it('leaves a plan that is complete or gone as it is', async () => {
    const cloud = await cloudWith(3);
    await storeToEnd(cloud);
    cloud.put(anAsset({ id: 'late' }));
    const before = await planOf(cloud);
    await storeToEnd(cloud);
    expect(await planOf(cloud)).toEqual(before);
    cloud.files.delete([...cloud.files.keys()].find((key) => key.endsWith('stored.json')) ?? '');
    await storeToEnd(cloud);
  });
});

describe('a job of a stored plan', () => {
  const jobId = jobIdOf(1);

  it.each([900_000, 0])('publishes exactly the versions of the plan', async (timeLeft) => {
    const cloud = await cloudWith(90, { pageSize: 2 });
    cloud.timeLeft = timeLeft;
    await storeToEnd(cloud);
    cloud.timeLeft = 900_000;
    cloud.put(anAsset({ id: 'a1', version: 2 }));
    cloud.put(anAsset({ id: 'late' }));
    cloud.jobs.set(
      jobId,
      aPublishJob({ status: 'running', publish: 'full', scope: { kind: 'plan', planId: id } }),
    );
    const output = await planJob({ company, jobId }, cloud.dependencies);
    expect(output.done).toBe(true);
    expect(cloud.jobs.get(jobId)).toMatchObject({ counts: { total: 90 }, plannedAt: expect.any(String) });
    // Planning again, as after a crash, makes the same plan.
    expect(await planJob({ company, jobId }, cloud.dependencies)).toEqual(output);
    for await (const line of cloud.dependencies.readPlan(company, jobId)) {
      expect(line.jobId).toBe(jobId);
      await publishPart(line, cloud.dependencies);
    }
    const outcomes = [...cloud.assets.values()].map(({ id: name, publications }) => [
      name,
      publications['image-serving']?.version,
    ]);
    expect(outcomes.filter(([, version]) => version === 1)).toHaveLength(89);
    expect(outcomes.filter(([, version]) => version === undefined).map(([name]) => name)).toEqual(
      expect.arrayContaining(['a1', 'late']),
    );
  });

  it('skips a server that was disabled after the plan was made', async () => {
    const cloud = await cloudWith(1);
    await storeToEnd(cloud);
    cloud.setSettings({ servers: ['video'] });
    cloud.jobs.set(jobId, aPublishJob({ status: 'running', scope: { kind: 'plan', planId: id } }));
    await planJob({ company, jobId }, cloud.dependencies);
    for await (const line of cloud.dependencies.readPlan(company, jobId))
      await publishPart(line, cloud.dependencies);
    expect(cloud.log(jobId)).toMatchObject([
      { outcome: 'skipped', message: 'image-serving was disabled after the plan was made' },
    ]);
    expect(cloud.assets.get('a0')?.publications).toEqual({});
  });

  it('fails where the plan is gone', async () => {
    const cloud = publishCloud();
    cloud.jobs.set(jobId, aPublishJob({ status: 'running', scope: { kind: 'plan', planId: id } }));
    await expect(planJob({ company, jobId }, cloud.dependencies)).rejects.toMatchObject({
      code: 'plan.not-found',
    });
  });
});
