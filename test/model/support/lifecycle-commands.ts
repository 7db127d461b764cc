/** What can happen to the publish engine of two companies, one after the other, as fast-check chooses it. */
import fc from 'fast-check';
import { withdrawAsset } from '../../../application/assets/publish-asset.ts';
import { cancelPublishJob } from '../../../application/jobs/cancel-publish-job.ts';
import { submitPublishJob } from '../../../application/jobs/submit-publish-job.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { isTerminal, type PublishJob } from '../../../domain/jobs/job.ts';
import { whyNotUndoable } from '../../../domain/jobs/undo.ts';
import type { FunctionName } from '../../statemachines/run-publish-job.ts';
import { aPublishJob, jobIdOf } from '../../support/builders.ts';
import type { CompanyView } from '../../support/company-view.ts';
import type { LifecycleModel } from './lifecycle-model.ts';
import type { Engine, How } from './publish-processes.ts';

/** What the driver remembers. */
export interface Driven {
  readonly engine: Engine;
  readonly models: ReadonlyMap<string, LifecycleModel>;
  readonly faults: string[];
  readonly withdrawn: Set<string>;
  /** Keys of submissions, with the job that each became. */
  readonly submissions: Map<string, string>;
  jobs: number;
}

type Command = fc.AsyncCommand<object, Driven>;

function command(what: string, run: (driven: Driven) => Promise<void> | void): Command {
  return {
    check: () => true,
    async run(_, driven) {
      await run(driven);
      const fault = driven.faults[0];
      if (fault !== undefined) throw new Error(fault);
    },
    toString: () => what,
  };
}

const company = fc.constantFrom('luma', 'nova');
const how = fc.constantFrom<How>('refuse-before', 'refuse-after', 'crash-before', 'crash-after');
const anyServers = fc.subarray<Server>(['image-serving', 'video', 'image-rendering'], { minLength: 1 });

const pick = <T>(from: readonly T[], number: number): T | undefined => from[number % from.length];

function companyOf({ engine }: Driven, of: string): CompanyView {
  const view = engine.companies.get(of);
  if (!view) throw new Error(`There is no company ${of}`);
  return view;
}

const submit = fc
  .record({
    of: company,
    servers: anyServers,
    publish: fc.constantFrom<'new' | 'full'>('new', 'full'),
    force: fc.boolean(),
  })
  .map(({ of, servers, publish, force }) =>
    command(`submit(${of}, ${servers.join('+')}, ${publish}${force ? ', force' : ''})`, (driven) => {
      // Time for what a browser sends twice.
      const key = `key-${driven.submissions.size + driven.jobs}`;
      send(driven, of, { servers, publish, force }, key, 3);
    }),
  );

/** As a client does it: what failed is sent again, with the key that it had. */
export function send(
  driven: Driven,
  of: string,
  options: Pick<PublishJob, 'servers' | 'publish' | 'force' | 'scope' | 'invalidate'>,
  key: string,
  tries: number,
): void {
  driven.jobs += 1;
  const job = aPublishJob({
    ...options,
    company: of,
    id: jobIdOf(driven.jobs),
    submitted: driven.engine.now(),
  });
  driven.engine
    .begin('submit', 29, (dependencies) => submitPublishJob(job, dependencies, { key, request: 'the same' }))
    .then(
      ({ job: { id } }) => {
        const before = driven.submissions.get(key);
        if (before !== undefined && before !== id) driven.faults.push(`${key} became two jobs`);
        driven.submissions.set(key, id);
      },
      () => {
        if (tries > 1) send(driven, of, options, key, tries - 1);
      },
    );
}

/** Undoes a job that has ended, as far as nothing came since. */
const undo = fc.tuple(company, fc.nat(20)).map(([of, number]) =>
  command(`undo(${of}, ${number})`, (driven) => {
    const ended = [...companyOf(driven, of).jobs.values()].filter(
      (job): job is PublishJob => job.kind === 'publish' && whyNotUndoable(job) === undefined,
    );
    const job = pick(ended, number);
    if (!job) return;
    const key = `key-${driven.submissions.size + driven.jobs}`;
    const scope = { kind: 'undo' as const, jobId: job.id };
    send(driven, of, { servers: job.servers, publish: 'undo', scope, invalidate: true }, key, 3);
  }),
);

const cancel = fc.tuple(company, fc.nat(20), fc.boolean()).map(([of, number, force]) =>
  command(`${force ? 'force' : 'cancel'}(${of}, ${number})`, (driven) => {
    const view = companyOf(driven, of);
    const active = [...view.jobs.values()].filter(({ status }) =>
      force ? status === 'stopping' : !isTerminal(status),
    );
    const job = pick(active, number);
    if (!job) return;
    const { engine } = driven;
    const at = engine.now();
    engine
      .begin(force ? 'force' : 'cancel', 29, (dependencies) =>
        cancelPublishJob(of, job.id, { by: 'bob', at, force }, dependencies),
      )
      .then(
        (cancelled) => {
          const now = view.jobs.get(job.id);
          const isKept = now?.status === 'stopped' || now?.status === 'stopping';
          if (!isKept)
            driven.faults.push(`${job.id} was cancelled as ${cancelled.status}, and is ${now?.status}`);
        },
        (error: unknown) => {
          if (!(error instanceof Failure) || error.code !== 'job.already-ended') return;
          const now = view.jobs.get(job.id);
          if (now && !isTerminal(now.status)) driven.faults.push(`${job.id} was said to have ended`);
        },
      );
  }),
);

/** Lets processes go on: `calls` calls of whoever the seed says. */
const goOn = fc
  .tuple(fc.nat(), fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 120 })))
  .map(([seed, calls]) => command(`goOn(${seed}, ${calls})`, (driven) => continueBy(driven, seed, calls)));

/** One alone goes on. */
const oneGoesOn = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 30 })).map(([number, calls]) =>
  command(`oneGoesOn(${number}, ${calls})`, async ({ engine }) => {
    const process = pick(engine.gates, number)?.process;
    for (let call = 0; call < calls; call += 1) {
      const gate = engine.gates.find((one) => one.process === process);
      if (!gate) return;
      await engine.open(gate, 'work');
    }
  }),
);

export async function continueBy({ engine, faults }: Driven, seed: number, calls: number): Promise<void> {
  let state = seed >>> 0;
  for (let call = 0; call < calls && engine.gates.length > 0 && faults.length === 0; call += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const gate = engine.gates[Math.floor((state / 2 ** 32) * engine.gates.length)];
    if (gate) await engine.open(gate, 'work');
  }
}

const fail = fc.tuple(fc.nat(40), how).map(([number, way]) =>
  command(`fail(${number}, ${way})`, async ({ engine }) => {
    const gate = pick(engine.gates, number);
    if (gate) await engine.open(gate, way);
  }),
);

/** Part failed, or any other step, for good or for a time. */
const failFunction = fc
  .tuple(
    fc.constantFrom<FunctionName>('beginJob', 'planJob', 'publishPart', 'finishJob'),
    fc.integer({ min: 1, max: 12 }),
  )
  .map(([name, times]) =>
    command(`failFunction(${name}, ${times})`, ({ engine }) => {
      engine.failingFunctions.set(name, times);
    }),
  );

const failCopies = fc
  .tuple(company, fc.nat(20), fc.boolean(), fc.integer({ min: 1, max: 30 }))
  .map(([of, number, isBusy, times]) =>
    command(`failCopies(${of}, ${number}, ${isBusy ? 503 : 403}, ${times})`, (driven) => {
      const id = pick([...companyOf(driven, of).assets.keys()], number) ?? '';
      const error = Object.assign(new Error('made by a test'), {
        name: isBusy ? 'SlowDown' : 'AccessDenied',
        $metadata: { httpStatusCode: isBusy ? 503 : 403 },
      });
      driven.engine.failingCopies.set(id, { times, error });
    }),
  );

const duplicate = fc.tuple(fc.nat(40), fc.boolean()).map(([number, abandons]) =>
  command(`${abandons ? 'abandon' : 'duplicate'}(${number})`, async ({ engine }) => {
    const process = pick(engine.gates, number)?.process;
    if (!process) return;
    if (abandons) process.abandon();
    else await engine.duplicate(process);
  }),
);

const event = fc.tuple(fc.nat(10), fc.constantFrom('once', 'twice', 'never')).map(([number, times]) =>
  command(`event(${number}, ${times})`, async ({ engine }) => {
    const found = pick(engine.events, number);
    if (!found) return;
    engine.events.splice(engine.events.indexOf(found), 1);
    // Lambda keeps what it has taken once: only what never came to it is lost.
    if (times !== 'never' || found.attempts > 0) await engine.deliver(found);
    if (times === 'twice') await engine.deliver(found);
  }),
);

const stopExecution = fc.nat(10).map((number) =>
  command(`stopExecution(${number})`, async ({ engine }) => {
    pick([...engine.running.values()], number)?.stop();
    await new Promise(setImmediate);
  }),
);

const clock = fc.tuple(fc.constantFrom(0, 1, 5, 6), fc.boolean()).map(([minutes, reconciles]) =>
  command(`clock(${minutes}${reconciles ? ', reconcile' : ''})`, async ({ engine }) => {
    await engine.pass(minutes);
    if (reconciles) await engine.reconcile();
  }),
);

const upload = fc.tuple(company, fc.nat(20)).map(([of, number]) =>
  command(`upload(${of}, ${number})`, (driven) => {
    const view = companyOf(driven, of);
    const asset = pick([...view.assets.values()], number);
    if (asset) view.putVersion({ ...asset, version: asset.version + 1 });
  }),
);

const withdraw = fc.tuple(company, fc.nat(20)).map(([of, number]) =>
  command(`withdraw(${of}, ${number})`, (driven) => {
    const view = companyOf(driven, of);
    const id = pick([...view.assets.keys()], number);
    if (id === undefined) return;
    driven.withdrawn.add(id);
    withdrawByHand(driven, view, id);
  }),
);

/** As a client does it: what failed is asked for again, until it is done. */
function withdrawByHand(driven: Driven, view: CompanyView, id: string): void {
  const asset = view.assets.get(id);
  if (!asset) return;
  const withdrawal = { by: 'ann', at: driven.engine.now(), settings: view.settings };
  driven.engine
    .begin('withdraw', 29, (dependencies) => withdrawAsset(asset, withdrawal, dependencies))
    .catch(() => withdrawByHand(driven, view, id));
}

export const commands = fc.commands(
  [
    submit,
    submit,
    undo,
    cancel,
    goOn,
    goOn,
    goOn,
    oneGoesOn,
    oneGoesOn,
    fail,
    fail,
    failFunction,
    failCopies,
    duplicate,
    event,
    stopExecution,
    clock,
    upload,
    withdraw,
  ],
  { maxCommands: 60, size: 'max' },
);
