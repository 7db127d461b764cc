/**
 * An execution environment of Lambda: the bundle of a function in a process of its own, one call at a time. Its clock runs
 * in the time of the model: timers and Date are slowed down before the bundle is loaded. It has the CPU that Lambda gives a
 * function of its memory: each request waits until the CPU that was used so far would have been given.
 */
import { Agent } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { serveParent } from '../support/child-process.ts';

const slowdown = Number(process.env.SLOWDOWN);

function slowClock(): void {
  const { setTimeout: set } = globalThis;
  globalThis.setTimeout = ((work: () => void, milliseconds = 0) =>
    set(work, milliseconds * slowdown)) as typeof globalThis.setTimeout;
  const { setTimeout: wait } = timers;
  timers.setTimeout = ((milliseconds = 0, ...rest: []) =>
    wait(milliseconds * slowdown, ...rest)) as typeof timers.setTimeout;
  syncBuiltinESMExports();
  const Real = Date;
  const begun = Real.now();
  const now = () => begun + (Real.now() - begun) / slowdown;
  globalThis.Date = class extends Real {
    constructor(given?: number | string | Date) {
      super(given ?? now());
    }
    static override now = now;
  } as DateConstructor;
}

/** Of one vCPU. */
const share = Number(process.env.CPU_SHARE);

function limitCpu(): void {
  const agent = Agent.prototype as unknown as { addRequest(...given: unknown[]): void };
  const { addRequest } = agent;
  const { setTimeout: set } = globalThis;
  let { user, system } = process.cpuUsage();
  /** Wall milliseconds. */
  let freeAt = performance.now();
  agent.addRequest = function (...given) {
    const used = process.cpuUsage();
    const milliseconds = (used.user - user + used.system - system) / 1_000;
    ({ user, system } = used);
    const now = performance.now();
    // What ran just now took its own time already.
    freeAt = Math.max(now - milliseconds, freeAt) + (milliseconds / share) * slowdown;
    if (freeAt <= now) addRequest.apply(this, given);
    else set(() => addRequest.apply(this, given), freeAt - now);
  };
}

type Handler = (event: unknown, context: object) => Promise<unknown>;

export interface Invocation {
  readonly output: unknown;
  /** Of this call, in this process. */
  readonly cpuMilliseconds: number;
}

limitCpu();
slowClock();
const { handler } = (await import(process.env.BUNDLE ?? '')) as { handler: Handler };

serveParent({
  ready: () => undefined,
  async invoke({ event, timeoutMs }: { event: unknown; timeoutMs: number }): Promise<Invocation> {
    const before = process.cpuUsage();
    const end = Date.now() + timeoutMs;
    const output = await handler(event, {
      functionName: 'model',
      awsRequestId: '0',
      getRemainingTimeInMillis: () => end - Date.now(),
    });
    const { user, system } = process.cpuUsage(before);
    return { output, cpuMilliseconds: (user + system) / 1_000 };
  },
});
