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

describe('the publish jobs of two companies', () => {
  it('keep every rule at every moment, whatever happens, and end with nothing stuck, lost or doubled', async () => {
    const tally = { calls: 0, jobs: 0, orphans: 0, restored: 0, withdrawn: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 14 }), commands, async (assets, commandRun) => {
        const driven = begin(assets);
        await fc.asyncModelRun(() => ({ model: {}, real: driven }), commandRun);
        await settle(driven);
        // What is left, whatever it was that kept it, is taken by the next job.
        for (const company of companies)
          send(driven, company, { servers: [...servers], publish: 'full' }, `last of ${company}`, 1);
        await settle(driven);
        expect(driven.faults).toEqual([]);
        for (const view of driven.engine.companies.values()) {
          expect(driven.engine.permits()).toEqual([]);
          expect(checkEnded(view, { ...driven.engine, withdrawn: driven.withdrawn })).toEqual([]);
          const undos = [...view.jobs.values()].filter(
            (job) => job.kind === 'publish' && job.publish === 'undo',
          );
          for (const { outcome } of undos.flatMap(({ id }) => view.log(id))) {
            if (outcome === 'published') tally.restored += 1;
            if (outcome === 'withdrawn') tally.withdrawn += 1;
          }
        }
        tally.calls += driven.engine.calls();
        tally.jobs += driven.jobs;
        tally.orphans += driven.engine.orphansDied.size;
      }),
      { numRuns: runs, seed },
    );
    // Otherwise the undos were about nothing.
    expect(tally.restored).toBeGreaterThan(0);
    expect(tally.withdrawn).toBeGreaterThan(0);
    console.log(`${runs} runs: ${JSON.stringify(tally)}`);
  }, 3_600_000);
});
