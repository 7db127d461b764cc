/**
 * The publish engine as processes that stop before each command that they send to a service: the driver chooses which
 * one continues, and what happens to its command. Functions, adapters and state machine are the shipped ones, on one
 * memory cloud for all companies.
 */

import { runStateMachine } from '@pressroom/local-aws/step-functions/run-state-machine';
import { permitKey } from '../../../adapters/dynamodb/keys.ts';
import { beginJob } from '../../../functions/begin-job/begin-job.ts';
import { findRefusedParts } from '../../../functions/find-refused-parts/find-refused-parts.ts';
import { finishJob } from '../../../functions/finish-job/finish-job.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import { brokeEvent, type FunctionName, publishJobDefinition } from '../../statemachines/run-publish-job.ts';
import { type Call, callHook } from '../../support/calls.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import type { CompanyView } from '../../support/company-view.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import type { SentEvent } from '../../support/memory-services.ts';
import {
  type PublishDependencies,
  publishAdapters,
  publishSettings,
} from '../../support/publish-adapters.ts';
import { reconcileCompanies } from '../../support/reconcile-companies.ts';

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
  readonly companies: ReadonlyMap<string, CompanyView>;
  /** What the buses took, in order. */
  readonly emitted: readonly SentEvent[];
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
  /** The jobs that hold permits, as `<company>#<id>`. */
  permits(): string[];
  /** Calls that were made so far. */
  calls(): number;
  /** Begins a process that works for nobody but the driver. Its end is told by the answer. */
  begin<T>(
    what: string,
    seconds: number,
    work: (dependencies: PublishDependencies) => Promise<T>,
  ): Promise<T>;
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
  findRefusedParts: 60,
  finishJob: 900,
};

const named = (name: string) => Object.assign(new Error('made by a test'), { name });

/** Fewer than the two companies have jobs for. */
const maxRunningJobs = 2;

/** What finish-job does for another company: it looks for a job, gives it a permit and starts it. */
const mayGivePermit = ({ command, targets }: Call): boolean =>
  ['Get', 'Query', 'StartExecution'].includes(command) ||
  targets.some((target) => /PERMITS|WAITING/.test(target));

/** EventBridge calls 20 times on AWS. */
const maxDeliveries = 3;

export function createEngine(
  names: readonly string[],
  afterCall: (process: Process, call: string) => void,
): Engine {
  const cloud = memoryCloud({ pageItems: 4 });
  const companies = new Map(names.map((name) => [name, cloud.company(name)]));
  const gates: Gate[] = [];
  const events: BrokenEvent[] = [];
  const processes = new Set<Process>();
  const running = new Map<string, { stop(): void }>();
  const failingCopies: Engine['failingCopies'] = new Map();
  const failingFunctions: Engine['failingFunctions'] = new Map();
  const orphansDied = new Set<string>();
  /** Commands that name another company than that of their process, or two. */
  const foreign: string[] = [];
  /** Workers that have left something behind. */
  const acted = new Set<Process>();
  const { clock } = cloud;
  const jobTable = cloud.tables[cloudNames.JOB_TABLE];
  let made = 0;

  const functions: Record<
    FunctionName,
    (event: unknown, dependencies: PublishDependencies) => Promise<unknown>
  > = {
    beginJob,
    planJob,
    publishPart,
    findRefusedParts,
    finishJob,
  };

  const engine: Engine = {
    companies,
    emitted: cloud.events,
    gates,
    events,
    running,
    failingCopies,
    failingFunctions,
    orphansDied,
    now: cloud.now,
    calls: () => made,
    permits: () =>
      Array.from({ length: maxRunningJobs }, (_, permit) => jobTable.get(permitKey(permit))).flatMap((row) =>
        row ? [String(row.item.holder)] : [],
      ),
    begin: (what, seconds, work) => spawn({ what, seconds }, work).ended,
    async open(gate, how) {
      made += 1;
      await gate.open(how);
      await quiet();
      if (foreign.length > 0) throw new Error(`Calls cross companies: ${foreign.join()}`);
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
      spawn({ what: 'reconcileJobs', seconds: 240 }, reconcileCompanies).ended.catch(() => undefined);
      await quiet();
    },
    async pass(minutes) {
      clock.time += minutes * 60_000;
      for (const process of [...processes]) {
        if (process.until > clock.time) continue;
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
    work: (dependencies: PublishDependencies) => Promise<T>,
  ): { process: Process; ended: Promise<T> } {
    let fail: (error: Error) => void = () => {};
    const process: Process = {
      what,
      ...(event === undefined ? {} : { event }),
      ...(execution === undefined ? {} : { execution }),
      until: clock.time + seconds * 1_000,
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
        .then(() => {
          const dependencies = dependenciesOf(process);
          return work(dependencies).finally(dependencies.flushEvents);
        })
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

  function dependenciesOf(process: Process): PublishDependencies {
    const hook = callHook();
    hook.onCall = (call, next) => pause(process, call.command, () => carryOut(process, call, next));
    return {
      ...publishAdapters(cloud.connect(hook), () => clock.time++),
      ...publishSettings,
      copiesAtATime: 2,
      partEntries: 3,
      maxRunningJobs,
      now: cloud.now,
      clock: () => clock.time++,
      timeLeft: () => process.until - clock.time,
      wait: (milliseconds) =>
        pause(process, 'wait', async () => {
          clock.time += milliseconds;
        }),
    };
  }

  async function carryOut<Output>(
    process: Process,
    call: Call,
    next: () => Promise<Output>,
  ): Promise<Output> {
    const { command, input } = call;
    const { company: own } = (process.event ?? {}) as { company?: string };
    const words = call.targets.flatMap((target) => target.split(/[\s#/]/));
    const touched = names.filter((name) => words.includes(name));
    const crosses = touched.length > 1 || (own && touched.some((name) => name !== own));
    if (crosses && !(process.what === 'finishJob' && mayGivePermit(call))) {
      foreign.push(`${process.what} ${command} ${call.targets.join()}`);
    }
    const key = String(input.Key ?? '');
    if (command === 'CopyObject') {
      const failing = failingCopies.get(key.slice(key.lastIndexOf('/') + 1));
      if (failing && failing.times > 0) {
        failing.times -= 1;
        throw failing.error;
      }
    }
    if (command === 'CopyObject' || (command === 'PutObject' && key.includes('/log/'))) acted.add(process);
    if (command === 'StopExecution') running.get(call.targets[0] ?? '')?.stop();
    const [started, emitted] = [cloud.started.length, cloud.events.length];
    const output = await next();
    for (const name of cloud.started.slice(started)) {
      const { company } = (cloud.executions.get(name)?.input ?? {}) as { company?: string };
      startRun(name, company ?? '');
    }
    for (const { bus, detail } of cloud.events.slice(emitted)) {
      // Only what reconcile-jobs emits is on the default bus.
      if (bus === undefined) events.push({ ...brokenBy(detail as ExecutionDetail), attempts: 0 });
    }
    return output;
  }

  function startRun(name: string, company: string): void {
    const abort = new AbortController();
    running.set(name, { stop: () => abort.abort() });
    void runStateMachine({
      definition: publishJobDefinition(),
      input: { company, jobId: name.slice(0, 26) },
      callLambda: (arn, event) => invoke(arn.slice(arn.lastIndexOf(':') + 1) as FunctionName, event, name),
      s3: {
        async getObject({ Key }) {
          const files = cloud.buckets[cloudNames.JOBS_BUCKET];
          if (!files.get(Key)) throw named('NoSuchKey');
          return files.text(Key);
        },
        async putObject({ Key, Body }) {
          cloud.buckets[cloudNames.JOBS_BUCKET].put(Key, Body);
        },
      },
      async wait(milliseconds) {
        // Parts that are refused for good are tried for a day.
        clock.time += milliseconds;
      },
      now: () => clock.time,
      identity: {
        executionArn: `arn:aws:states:eu-west-1:123456789012:execution:pressroom-publish-job:${name}`,
        stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:pressroom-publish-job',
        roleArn: 'arn:aws:iam::123456789012:role/publish-job',
        startDate: clock.time,
      },
      signal: abort.signal,
    }).then(({ status, error }) => {
      running.delete(name);
      cloud.endExecution(name, { status, ...(error === undefined ? {} : { error }) });
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

interface ExecutionDetail {
  readonly name: string;
  readonly status: Broken;
  readonly input: string;
  readonly error: string | null;
}

function brokenBy({ name, status, input, error }: ExecutionDetail): Omit<BrokenEvent, 'attempts'> {
  const { company } = JSON.parse(input) as { company: string };
  return { company, execution: name, status, ...(error === null ? {} : { error }) };
}

/** Until every process waits before a call, or has ended. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
