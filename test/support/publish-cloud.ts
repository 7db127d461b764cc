/** The publish engine on a memory cloud: its true adapters, each call of which can be made to fail (see faultable.ts). */
import type { ManifestLine } from '../../adapters/s3/plan-files.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import type { ExecutionState } from '../../domain/jobs/execution-state.ts';
import type { Job, LogEntry } from '../../domain/jobs/job.ts';
import { logPrefix, partLogFile, roundKey, roundsPrefix } from '../../domain/jobs/job-file-names.ts';
import { toJsonLines } from '../../domain/jobs/json-lines.ts';
import { company } from './builders.ts';
import { cloudNames } from './cloud-names.ts';
import type { CompanyView } from './company-view.ts';
import { type Faults, faultable } from './faultable.ts';
import { type MapView, mapView } from './map-view.ts';
import { type MemoryCloud, memoryCloud } from './memory-cloud.ts';
import type { MemoryExecution } from './memory-services.ts';
import { type PublishDependencies, publishAdapters, publishSettings } from './publish-adapters.ts';

export interface PublishCloud extends Omit<CompanyView, 'notified' | 'invalidated' | 'unprocessed'>, Faults {
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
  /** Milliseconds since 1970; advances by one with every look. */
  time: number;
  timeLeft: number;
  readonly dependencies: PublishDependencies;
  /** Writes the log of a part of the first level, whatever was there. */
  setPartLog(jobId: string, part: number, entries: readonly LogEntry[]): void;
  /** Gives a job a plan of one round; without lines, none. */
  setPlan(jobId: string, lines?: readonly ManifestLine[]): void;
}

/** @param pageSize items of a page that a query reads */
export function publishCloud(
  options: { settings?: Partial<CompanySettings>; pageSize?: number } = {},
): PublishCloud {
  const memory = memoryCloud({
    ...(options.settings ? { settings: options.settings } : {}),
    ...(options.pageSize === undefined ? {} : { pageItems: options.pageSize }),
  });
  const jobFiles = memory.buckets[cloudNames.JOBS_BUCKET];
  const faults: Faults = { calls: [], fault: () => {}, commandFault: () => {} };
  const adapters = faultable(
    memory.hook,
    publishAdapters(memory.clients, () => memory.clock.time++),
    faults,
  );

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
    calls: faults.calls,
    get fault() {
      return faults.fault;
    },
    set fault(fault) {
      faults.fault = fault;
    },
    get commandFault() {
      return faults.commandFault;
    },
    set commandFault(fault) {
      faults.commandFault = fault;
    },
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

function stateOf({ status, stopped, error, cause }: MemoryExecution): ExecutionState {
  return {
    status,
    ...(stopped === undefined ? {} : { stopped: stopped.toISOString() }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
