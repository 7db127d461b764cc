import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { servers } from '../../domain/delivery/server.ts';
import { isTerminal, type PublishJob } from '../../domain/jobs/job.ts';
import { anAsset } from '../support/builders.ts';
import { checkEnded } from './support/check-ended.ts';
import { commands, continueBy, type Driven, send } from './support/lifecycle-commands.ts';
import { createLifecycleModel } from './support/lifecycle-model.ts';
import { createEngine } from './support/publish-processes.ts';

/** Always the same ones, so that a run tells something of the code: LIFECYCLE_RUNS and MODEL_SEED ask for others. */
const runs = Number(process.env.LIFECYCLE_RUNS ?? 200);
const seed = Number(process.env.MODEL_SEED ?? 20_261_124);

const companies = ['luma', 'nova'] as const;

function begin(assets: number): Driven {
  const faults: string[] = [];
  const models = new Map(companies.map((company) => [company as string, createLifecycleModel()]));
  const engine = createEngine(companies, ({ begun }) => {
    const holders = engine.permits();
    for (const [company, view] of engine.companies) {
      const jobs = new Map(view.jobs) as Map<string, PublishJob>;
      const seen = { jobs, queue: new Set(view.queue.keys()), locks: new Map(view.locks) };
      faults.push(...(models.get(company)?.follow(seen, engine.calls(), begun) ?? []));
      for (const { id, status } of jobs.values()) {
        const runs = status === 'running' || status === 'stopping';
        if (runs && !holders.includes(`${company}#${id}`)) faults.push(`${id} runs without a permit`);
      }
    }
    if (new Set(holders).size < holders.length) faults.push(`a job holds two permits: ${holders.join()}`);
  });
  for (const [company, view] of engine.companies) {
    for (let index = 0; index < assets; index += 1) {
      const id = `${company}-${index}`;
      const isVideo = index % 3 === 2;
      const kind = isVideo ? ({ type: 'video', mimeType: 'video/mp4', fileName: `${id}.mp4` } as const) : {};
      view.putVersion(anAsset({ id, company, masterKey: `${company}/${id}`, ...kind }));
    }
  }
  return { engine, models, faults, withdrawn: new Set(), submissions: new Map(), jobs: 0 };
}

/** Lets everything go on, and the clock, until nothing is left to do; nothing fails any more. */
async function settle(driven: Driven): Promise<void> {
  const { engine, faults } = driven;
  engine.failingCopies.clear();
  engine.failingFunctions.clear();
  for (let round = 1; faults.length === 0; round += 1) {
    for (const event of engine.events.splice(0)) await engine.deliver(event);
    await continueBy(driven, round, Number.POSITIVE_INFINITY);
    if (engine.events.length > 0) continue;
    const jobs = [...engine.companies.values()].flatMap((view) => [...view.jobs.values()]);
    // A lock that outlived its job is taken over by the next one, or freed where the company has an active one.
    const unnotified = [...engine.companies.values()].flatMap((view) => view.unprocessed());
    if (unnotified.length === 0 && jobs.every(({ status }) => isTerminal(status))) return;
    if (round > 20)
      faults.push(
        `Stuck: ${JSON.stringify(jobs.filter(({ status }) => !isTerminal(status)))}, untold ${unnotified}`,
      );
    await engine.pass(5);
    await engine.reconcile();
  }
}

/** What is left, whatever it was that kept it, is taken by the next job. */
async function checkTheEnd(driven: Driven): Promise<void> {
  for (const company of companies)
    send(driven, company, { servers: [...servers], publish: 'full' }, `last of ${company}`, 1);
  await settle(driven);
  expect(driven.faults).toEqual([]);
  expect(driven.engine.permits()).toEqual([]);
  for (const view of driven.engine.companies.values())
    expect(checkEnded(view, { ...driven.engine, withdrawn: driven.withdrawn })).toEqual([]);
}

/** Two jobs of each company have ended: the second one published new versions, and new assets. */
async function publishTwice(assets: number): Promise<Driven> {
  const driven = begin(assets);
  const publish = async (key: string) => {
    for (const company of companies)
      send(driven, company, { servers: [...servers], publish: 'full' }, `${key} of ${company}`, 1);
    await settle(driven);
  };
  await publish('first');
  for (const [company, view] of driven.engine.companies) {
    for (const asset of [...view.assets.values()]) view.putVersion({ ...asset, version: asset.version + 1 });
    for (const id of [`${company}-new-1`, `${company}-new-2`])
      view.putVersion(anAsset({ id, company, masterKey: `${company}/${id}` }));
  }
  await publish('second');
  return driven;
}

/** The ended job of each company that was submitted last is undone. */
function undoLast(driven: Driven): void {
  for (const [company, view] of driven.engine.companies) {
    const last = [...view.jobs.values()].at(-1) as PublishJob;
    const scope = { kind: 'undo' as const, jobId: last.id };
    const options = { servers: last.servers, publish: 'undo' as const, scope, invalidate: true };
    send(driven, company, options, `undo of ${company}`, 3);
  }
}

describe('the publish jobs of two companies', () => {
  it('keep every rule at every moment, whatever happens, and end with nothing stuck, lost or doubled', async () => {
    const tally = { calls: 0, jobs: 0, orphans: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 14 }), commands, async (assets, commandRun) => {
        const driven = begin(assets);
        await fc.asyncModelRun(() => ({ model: {}, real: driven }), commandRun);
        await settle(driven);
        await checkTheEnd(driven);
        tally.calls += driven.engine.calls();
        tally.jobs += driven.jobs;
        tally.orphans += driven.engine.orphansDied.size;
      }),
      { numRuns: runs, seed },
    );
    console.log(`${runs} runs: ${JSON.stringify(tally)}`);
  }, 3_600_000);

  it('keep them while two of them are undone, and the undos put back or withdraw what they log', async () => {
    const tally = { restored: 0, withdrawn: 0, skipped: 0, notReached: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), commands, async (assets, commandRun) => {
        const driven = await publishTwice(assets);
        undoLast(driven);
        await fc.asyncModelRun(() => ({ model: {}, real: driven }), commandRun);
        await settle(driven);
        await checkTheEnd(driven);
        for (const view of driven.engine.companies.values()) {
          for (const { id, publish } of [...view.jobs.values()] as PublishJob[]) {
            for (const { outcome } of publish === 'undo' ? view.log(id) : []) {
              if (outcome === 'published') tally.restored += 1;
              if (outcome === 'withdrawn') tally.withdrawn += 1;
              if (outcome === 'skipped') tally.skipped += 1;
              if (outcome === 'not-reached') tally.notReached += 1;
            }
          }
        }
      }),
      { numRuns: Math.ceil(runs / 4), seed },
    );
    console.log(`undos: ${JSON.stringify(tally)}`);
    // Otherwise the undos were about nothing.
    expect(tally.restored).toBeGreaterThan(runs / 4);
    expect(tally.withdrawn).toBeGreaterThan(runs / 4);
  }, 3_600_000);
});
