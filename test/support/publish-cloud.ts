/**
 * The publish engine on a memory cloud: the true adapters, each call of which a test can make fail, before or after it
 * has happened. The fault comes at the client: the adapter's first command is not sent, or its last response is lost.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ManifestLine } from '../../adapters/s3/plan-files.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import type { ExecutionState } from '../../domain/jobs/execution-state.ts';
import type { Job, LogEntry } from '../../domain/jobs/job.ts';
import { logPrefix, partLogFile, roundKey, roundsPrefix } from '../../domain/jobs/job-file-names.ts';
import { toJsonLines } from '../../domain/jobs/json-lines.ts';
import { company } from './builders.ts';
import type { Call } from './calls.ts';
import { cloudNames } from './cloud-names.ts';
import type { CompanyView } from './company-view.ts';
import { type MapView, mapView } from './map-view.ts';
import { type MemoryCloud, memoryCloud } from './memory-cloud.ts';
import type { MemoryExecution } from './memory-services.ts';
import {
  type PublishAdapters,
  type PublishDependencies,
  publishAdapters,
  publishSettings,
} from './publish-adapters.ts';

export type When = 'before' | 'after';

export interface PublishCloud extends Omit<CompanyView, 'notified' | 'invalidated' | 'unprocessed'> {
  readonly memory: MemoryCloud;
  /** Objects of the jobs bucket. */
  readonly files: MapView<string>;
  readonly executions: MapView<ExecutionState>;
  /** Names of the executions that were started, in order. */
  readonly started: readonly string[];
  readonly notified: ReturnType<CompanyView['notified']>;
  readonly invalidated: string[];
  /** Jobs that have ended, and whose end is not marked as processed. */
  readonly unprocessed: readonly string[];
  /** What finish-job was asked for again, in order. */
  readonly failedExecutionEvents: {
    readonly execution: string;
    readonly state: ExecutionState | undefined;
  }[];
  /** Jobs whose end was emitted, in order. */
  readonly emittedEnds: Job[];
  /** Publications that were emitted, in order. */
  readonly emittedPublications: {
    readonly id: string;
    readonly version: number;
    readonly servers: readonly Server[];
    readonly by: string;
    readonly jobId?: string;
  }[];
  /** Statuses that were emitted, in order, without those of `emittedEnds`. */
  readonly emittedStatuses: { readonly job: Job; readonly at: string }[];
  /** Calls of adapters by name, in order. */
  readonly calls: string[];
  /** Throws to make a call of an adapter fail; may also change the cloud, as somebody else would meanwhile. */
  fault: (call: string, when: When, args: readonly unknown[]) => void;
  /** The same for each command that an adapter sends to a service; the adapter may handle what it throws. */
  commandFault: (when: When, command: Call) => void;
  /** Milliseconds since 1970; advances by one with every look. */
  time: number;
  timeLeft: number;
  readonly dependencies: PublishDependencies;
  /** Writes the log of a part of the first level, whatever was there. */
  setPartLog(jobId: string, part: number, entries: readonly LogEntry[]): void;
  /** Gives a job a plan of one round; without lines, none. */
  setPlan(jobId: string, lines?: readonly ManifestLine[]): void;
}

/** A call of an adapter that is under way. */
interface AdapterCall {
  readonly name: string;
  readonly args: readonly unknown[];
  hasBegun: boolean;
  /** The fault that it failed with: it sends nothing more, whatever the adapter makes of it. */
  error?: unknown;
}

/** @param pageSize items of a page that a query reads */
export function publishCloud(
  options: { settings?: Partial<CompanySettings>; pageSize?: number } = {},
): PublishCloud {
  const memory = memoryCloud({
    ...(options.settings ? { settings: options.settings } : {}),
    ...(options.pageSize === undefined ? {} : { pageItems: options.pageSize }),
  });
  const running = new AsyncLocalStorage<AdapterCall>();
  memory.hook.onCall = async (command, next) => {
    const call = running.getStore();
    if (!call) return next();
    if (call.error !== undefined) throw call.error;
    if (!call.hasBegun) {
      call.hasBegun = true;
      try {
        cloud.fault(call.name, 'before', call.args);
      } catch (error) {
        call.error = error;
        throw error;
      }
    }
    cloud.commandFault('before', command);
    const output = await next();
    cloud.commandFault('after', command);
    return output;
  };
  const jobFiles = memory.buckets[cloudNames.JOBS_BUCKET];
  const faultable = <Result>(name: string, args: readonly unknown[]) => {
    const call: AdapterCall = { name, args, hasBegun: false };
    return {
      run: (work: () => Promise<Result>) =>
        running.run(call, work).catch((error: unknown) => {
          throw call.error ?? error;
        }),
      end() {
        if (call.error !== undefined) throw call.error;
        if (call.hasBegun) cloud.fault(name, 'after', args);
      },
    };
  };
  const adapters = Object.fromEntries(
    Object.entries(publishAdapters(memory.clients, () => memory.clock.time++)).map(([name, call]) => [
      name,
      listNames.has(name)
        ? async function* (...args: never[]) {
            const list = (call as (...all: never[]) => AsyncIterable<unknown>)(...args);
            const { run, end } = faultable<IteratorResult<unknown>>(name, args);
            const iterator = list[Symbol.asyncIterator]();
            for (;;) {
              const { done, value } = await run(() => iterator.next());
              if (done) break;
              yield value;
            }
            end();
          }
        : async (...args: never[]) => {
            cloud.calls.push(name);
            const { run, end } = faultable<unknown>(name, args);
            const result = await run(() => (call as (...all: never[]) => Promise<unknown>)(...args));
            end();
            return result;
          },
    ]),
  ) as unknown as PublishAdapters;

  const cloud: PublishCloud = {
    ...memory.own,
    memory,
    get settings() {
      return memory.own.settings;
    },
    get notified() {
      return memory.own.notified();
    },
    get invalidated() {
      return memory.own.invalidated();
    },
    get unprocessed() {
      return memory.own.unprocessed();
    },
    files: mapView<string>({
      *entries() {
        for (const key of jobFiles.keys()) yield [key, jobFiles.text(key)];
      },
      get: (key) => (jobFiles.get(key) ? jobFiles.text(key) : undefined),
      set: (key, text) => void jobFiles.put(key, text),
      delete: (key) => jobFiles.delete(key),
    }),
    executions: mapView<ExecutionState>({
      *entries() {
        for (const [name, execution] of memory.executions) yield [name, stateOf(execution)];
      },
      get: (name) => {
        const execution = memory.executions.get(name);
        return execution && stateOf(execution);
      },
      set: (name, { stopped, ...state }) =>
        memory.endExecution(name, {
          ...state,
          ...(stopped === undefined ? {} : { stopped: new Date(stopped) }),
        }),
      delete(name) {
        throw new Error(`Step Functions keeps ${name}`);
      },
    }),
    started: memory.started,
    failedExecutionEvents: [],
    emittedEnds: [],
    emittedPublications: [],
    emittedStatuses: [],
    calls: [],
    fault: () => {},
    commandFault: () => {},
    get time() {
      return memory.clock.time;
    },
    set time(time) {
      memory.clock.time = time;
    },
    timeLeft: 900_000,
    dependencies: {
      ...adapters,
      async emitEnd(job) {
        await adapters.emitEnd(job);
        cloud.emittedEnds.push(job);
      },
      emitPublished(asset, servers, { by, jobId }) {
        const { id, version } = asset;
        const whose = { by, ...(jobId === undefined ? {} : { jobId }) };
        cloud.emittedPublications.push({ id, version, servers, ...whose });
      },
      emitStatus: (job, at) => void cloud.emittedStatuses.push({ job, at }),
      async emitExecutionFailed(execution, input, state) {
        await adapters.emitExecutionFailed(execution, input, state);
        cloud.failedExecutionEvents.push({ execution, state });
      },
      ...publishSettings,
      now: memory.now,
      clock: () => memory.clock.time++,
      timeLeft: () => cloud.timeLeft,
      async wait(milliseconds) {
        cloud.time += milliseconds;
        cloud.timeLeft -= milliseconds;
        // While one waits, all others advance.
        await new Promise(setImmediate);
      },
    },
    setPartLog(jobId, part, entries) {
      cloud.files.set(logPrefix(company, jobId) + partLogFile(0, part), toJsonLines(entries));
    },
    setPlan(jobId, lines) {
      const folder = roundsPrefix(company, jobId);
      // The number of the rounds stands beside them.
      const number = folder.replace(/\/$/, '.json');
      for (const key of cloud.files.keys())
        if (key.startsWith(folder) || key === number) cloud.files.delete(key);
      if (!lines) return;
      cloud.files.set(number, JSON.stringify({ rounds: 1 }));
      cloud.files.set(roundKey(company, jobId, 0), toJsonLines([...lines, {}]));
    },
  };
  return cloud;
}

/** Adapters that give their results one by one. */
const listNames: ReadonlySet<string> = new Set(['listActive', 'listParts', 'readPlan']);

function stateOf({ status, stopped, error, cause }: MemoryExecution): ExecutionState {
  return {
    status,
    ...(stopped === undefined ? {} : { stopped: stopped.toISOString() }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
