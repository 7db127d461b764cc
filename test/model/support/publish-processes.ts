/**
 * The publish engine as processes that stop before each call they make: whoever drives it chooses which one goes on,
 * and what becomes of its call. The functions and the state machine are the shipped ones, on worlds in memory, one for
 * each company.
 */

import { runStateMachine } from '@pressroom/local-aws/step-functions/run-state-machine';
import { beginJob } from '../../../functions/begin-job/begin-job.ts';
import { finishJob } from '../../../functions/finish-job/finish-job.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import { reconcileJobs } from '../../../functions/reconcile-jobs/reconcile-jobs.ts';
import { createWorld, type World } from '../../functions/publish-world.ts';
import { brokeEvent, type FunctionName, publishJobDefinition } from '../../statemachines/run-publish-job.ts';

type Dependencies = World['dependencies'];

/** `refuse`: the call fails in passing. `crash`: its process dies, and nothing that it had under way goes on. */
export type How = 'work' | 'refuse-before' | 'refuse-after' | 'crash-before' | 'crash-after';

export interface Process {
  readonly what: string;
  /** Missing where it works for no execution, or no longer for one. */
  readonly execution?: string;
  readonly event?: unknown;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** The number of calls that all have made when it began. */
  readonly begun: number;
  isDead: boolean;
  die(error: Error): void;
  /** Lets the state machine think that the call failed, while the process runs on. */
  abandon(): void;
}

interface Gate {
  readonly process: Process;
  readonly call: string;
  open(how: How): Promise<void>;
}

type Broken = 'FAILED' | 'TIMED_OUT' | 'ABORTED';

interface BrokenEvent {
  readonly company: string;
  readonly execution: string;
  readonly status: Broken;
  readonly error?: string | undefined;
  readonly attempts: number;
}

export interface Engine {
  readonly worlds: ReadonlyMap<string, World>;
  readonly gates: readonly Gate[];
  readonly events: BrokenEvent[];
  /** Executions that have not ended. */
  readonly running: ReadonlyMap<string, { stop(): void }>;
  /** Copies of an asset that fail from now on, by its id. */
  readonly failingCopies: Map<string, { times: number; error: Error }>;
  /** Calls of a function that fail from now on. */
  readonly failingFunctions: Map<FunctionName, number>;
  /** Jobs of which a worker died in its work that no execution would have called again. */
  readonly orphansDied: ReadonlySet<string>;
  now(): string;
  /** Calls that were made so far. */
  calls(): number;
  /** Begins a process that works for nobody but the driver. Its end is told by the answer. */
  begin<T>(what: string, seconds: number, work: (dependencies: Dependencies) => Promise<T>): Promise<T>;
  open(gate: Gate, how: How): Promise<void>;
  /** Calls a function a second time, as Lambda may. */
  duplicate(process: Process): Promise<void>;
  /** Delivers an event of a broken execution; Lambda calls again where finish-job dies. */
  deliver(event: BrokenEvent): Promise<void>;
  reconcile(): Promise<void>;
  /** Lets minutes pass: Lambda ends what has used up its time. */
  pass(minutes: number): Promise<void>;
}

/** Seconds, as infra has them. */
const timeouts: Readonly<Record<FunctionName, number>> = {
  beginJob: 60,
  planJob: 900,
  publishPart: 135,
  finishJob: 900,
};

const named = (name: string) => Object.assign(new Error('made by a test'), { name });

/** EventBridge calls 20 times on AWS. */
const maxDeliveries = 3;

/** Calls that ask nothing of anybody else. */
const inner = new Set([
  'now',
  'clock',
  'timeLeft',
  'wait',
  'warn',
  'random',
  'runBatched',
  'emitPublished',
  'emitStatus',
  'flushHistory',
]);

export function createEngine(
  companies: readonly string[],
  afterCall: (process: Process, call: string) => void,
): Engine {
  const worlds = new Map(companies.map((company) => [company, createWorld({ pageSize: 4 })]));
  const gates: Gate[] = [];
  const events: BrokenEvent[] = [];
  const processes = new Set<Process>();
  const running = new Map<string, { stop(): void }>();
  const failingCopies: Engine['failingCopies'] = new Map();
  const failingFunctions: Engine['failingFunctions'] = new Map();
  const orphansDied = new Set<string>();
  /** Workers that have left something behind. */
  const acted = new Set<Process>();
  let time = Date.parse('2026-11-24T08:30:00.000Z');
  let made = 0;

  const functions: Record<FunctionName, (event: unknown, dependencies: Dependencies) => Promise<unknown>> = {
    beginJob,
    planJob,
    publishPart,
    finishJob,
  };

  const engine: Engine = {
    worlds,
    gates,
    events,
    running,
    failingCopies,
    failingFunctions,
    orphansDied,
    now: () => new Date(time++).toISOString(),
    calls: () => made,
    begin: (what, seconds, work) => spawn({ what, seconds }, work).ended,
    async open(gate, how) {
      made += 1;
      await gate.open(how);
      await quiet();
      afterCall(gate.process, gate.call);
    },
    async duplicate({ what, event }) {
      if (!(what in functions)) return;
      const name = what as FunctionName;
      spawn({ what, event, seconds: timeouts[name] }, (dependencies) =>
        functions[name](structuredClone(event), dependencies),
      ).ended.catch(() => undefined);
      await quiet();
    },
    async deliver(event) {
      const { company, execution, status, error, attempts } = event;
      const message = brokeEvent(execution, status, error, company);
      spawn({ what: 'finishJob', event: message, seconds: timeouts.finishJob }, (dependencies) =>
        finishJob(message, dependencies),
      ).ended.catch(() => {
        if (attempts + 1 < maxDeliveries) events.push({ ...event, attempts: attempts + 1 });
      });
      await quiet();
    },
    async reconcile() {
      spawn({ what: 'reconcileJobs', seconds: 240 }, reconcileJobs).ended.catch(() => undefined);
      await quiet();
    },
    async pass(minutes) {
      time += minutes * 60_000;
      for (const process of [...processes]) {
        if (process.until > time) continue;
        process.die(named('Sandbox.Timedout'));
        await quiet();
      }
    },
  };
  return engine;

  function spawn<T>(
    {
      what,
      event,
      execution,
      seconds,
    }: { what: string; event?: unknown; execution?: string; seconds: number },
    work: (dependencies: Dependencies) => Promise<T>,
  ): { process: Process; ended: Promise<T> } {
    let fail: (error: Error) => void = () => {};
    const process: Process = {
      what,
      ...(event === undefined ? {} : { event }),
      ...(execution === undefined ? {} : { execution }),
      until: time + seconds * 1_000,
      begun: made,
      isDead: false,
      die(error) {
        process.isDead = true;
        const isOrphan = process.execution === undefined || !running.has(process.execution);
        if (what === 'publishPart' && isOrphan && acted.has(process))
          orphansDied.add((event as { jobId: string }).jobId);
        for (const gate of gates.filter((one) => one.process === process))
          gates.splice(gates.indexOf(gate), 1);
        fail(error);
      },
      abandon() {},
    };
    processes.add(process);
    const ended = new Promise<T>((resolve, reject) => {
      fail = reject;
      pause(process, 'invoke', async () => {})
        .then(() => work(dependenciesOf(process)))
        .then(resolve, reject);
    });
    ended.catch(() => undefined).finally(() => processes.delete(process));
    return { process, ended };
  }

  /** Waits before a call until somebody opens it. What a dead process had waits for ever. */
  function pause<T>(process: Process, call: string, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (process.isDead) return;
      const gate: Gate = {
        process,
        call,
        async open(how) {
          gates.splice(gates.indexOf(gate), 1);
          if (how === 'crash-before') process.die(named('Lambda.Unknown'));
          else if (how === 'refuse-before') reject(named('ThrottlingException'));
          else {
            const result = work();
            if (how === 'work') await result.then(resolve, reject);
            else await result.catch(() => undefined);
            if (how === 'refuse-after') reject(named('TimeoutError'));
            if (how === 'crash-after') process.die(named('Lambda.Unknown'));
          }
        },
      };
      gates.push(gate);
    });
  }

  function dependenciesOf(process: Process): Dependencies {
    const [any] = worlds.values();
    const entries = Object.entries(any?.dependencies ?? {}).map(([name, call]): [string, unknown] => {
      if (typeof call !== 'function' || inner.has(name)) return [name, call];
      if (name === 'listActive' || name === 'listParts' || name === 'readPlan') {
        return [name, (...args: unknown[]) => listed(process, name, args)];
      }
      return [name, (...args: unknown[]) => pause(process, name, () => callWorld(process, name, args))];
    });
    const own: Partial<Dependencies> = {
      now: () => new Date(time++).toISOString(),
      clock: () => time++,
      timeLeft: () => process.until - time,
      wait: (milliseconds) =>
        pause(process, 'wait', async () => {
          time += milliseconds;
        }),
      copiesAtATime: 2,
      partEntries: 3,
    };
    return { ...Object.fromEntries(entries), ...own } as Dependencies;
  }

  async function* listed(process: Process, name: 'listActive' | 'listParts' | 'readPlan', args: unknown[]) {
    const found: unknown[] = [];
    await pause(process, name, async () => {
      const asked = name === 'listActive' ? [...worlds.values()] : [worldOf(args)];
      for (const { dependencies } of asked) {
        const list = dependencies[name] as (...all: unknown[]) => AsyncIterable<unknown>;
        for await (const one of list(...args)) found.push(structuredClone(one));
      }
    });
    yield* found;
  }

  async function callWorld(process: Process, name: string, args: readonly unknown[]): Promise<unknown> {
    const world = worldOf(args);
    const [first] = args;
    if (name === 'copyToOrigin') {
      const failing = failingCopies.get((first as { id: string }).id);
      if (failing && failing.times > 0) {
        failing.times -= 1;
        throw failing.error;
      }
    }
    if (name === 'copyToOrigin' || name === 'addPartLog') acted.add(process);
    if (name === 'stopExecution') running.get(String(first))?.stop();
    if (name === 'emitExecutionFailed') {
      const [execution, { company }, state] = args as Parameters<Dependencies['emitExecutionFailed']>;
      const { status = 'FAILED', error } = state ?? {};
      const isBroken = status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';
      events.push({ company, execution, status: isBroken ? status : 'FAILED', error, attempts: 0 });
      return undefined;
    }
    const call = world.dependencies[name as 'getJob'] as unknown as (...all: unknown[]) => Promise<unknown>;
    const known = world.started.length;
    const result = await call(...args);
    for (const started of world.started.slice(known))
      startRun(started, (args[1] as { company: string }).company);
    return result;
  }

  /** Every call names its company, or something that lies below it: one that names another's is found out here. */
  function worldOf(args: readonly unknown[]): World {
    const found = companies.filter((company) =>
      args.some((arg) => {
        if (typeof arg === 'string') {
          return arg.split('/').includes(company) || worlds.get(company)?.jobs.has(arg.slice(0, 26));
        }
        const { company: of, key = '' } = (arg ?? {}) as { company?: string; key?: string };
        return of === company || key.split('/').includes(company);
      }),
    );
    const world = worlds.get(found[0] ?? '');
    if (!world || found.length > 1) {
      throw new Error(`A call is of the companies ${found.join()}: ${JSON.stringify(args)}`);
    }
    return world;
  }

  function startRun(name: string, company: string): void {
    const abort = new AbortController();
    running.set(name, { stop: () => abort.abort() });
    const world = worlds.get(company);
    void runStateMachine({
      definition: publishJobDefinition(),
      input: { company, jobId: name.slice(0, 26) },
      callLambda: (arn, event) => invoke(arn.slice(arn.lastIndexOf(':') + 1) as FunctionName, event, name),
      s3: {
        async getObject({ Key }) {
          const found = world?.files.get(Key);
          if (found === undefined) throw named('NoSuchKey');
          return found;
        },
        async putObject() {},
      },
      wait: async () => {},
      now: () => time,
      identity: {
        executionArn: `arn:aws:states:eu-west-1:123456789012:execution:pressroom-publish-job:${name}`,
        stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:pressroom-publish-job',
        roleArn: 'arn:aws:iam::123456789012:role/publish-job',
        startDate: time,
      },
      signal: abort.signal,
    }).then(({ status, error }) => {
      running.delete(name);
      world?.executions.set(name, {
        status,
        stopped: new Date(time).toISOString(),
        ...(error === undefined ? {} : { error }),
      });
      if (status !== 'SUCCEEDED') events.push({ company, execution: name, status, error, attempts: 0 });
    });
  }

  async function invoke(name: FunctionName, event: unknown, execution: string): Promise<unknown> {
    const failing = failingFunctions.get(name) ?? 0;
    if (failing > 0) {
      failingFunctions.set(name, failing - 1);
      throw named('TypeError');
    }
    const { process, ended } = spawn(
      { what: name, event, execution, seconds: timeouts[name] },
      (dependencies) => functions[name](structuredClone(event), dependencies),
    );
    return new Promise((resolve, reject) => {
      process.abandon = () => reject(named('Lambda.ClientExecutionTimeoutException'));
      ended.then(resolve, reject);
    });
  }
}

/** Until every process waits before a call, or has ended. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
