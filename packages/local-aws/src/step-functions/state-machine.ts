import { randomUUID } from 'node:crypto';
import { type Execution, type ExecutionStatus, openExecutionJournal } from './execution-journal.ts';
import type { HistoryEvent } from './history.ts';
import { payloadLimit } from './payload-size.ts';
import { ExecutionStopped, type RunStateMachineOptions, runStateMachine } from './run-state-machine.ts';
import type { MapStorage } from './scope.ts';

/** Number of the newest histories that are kept in memory. They do not survive a restart. */
const maxHistories = 100;
/** Limit of input and output in a status event; more is left out, with `included: false` (AWS: Step Functions events). */
const eventLimit = 248 * 1024;

export interface StateMachineSettings {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** The text that DescribeStateMachine returns. */
  readonly definitionText: string;
  readonly definition: unknown;
  readonly logging: Readonly<Record<string, unknown>>;
}

export interface StateMachineDependencies {
  readonly journalFile: string;
  readonly now: () => number;
  readonly callLambda: RunStateMachineOptions['callLambda'];
  readonly s3: MapStorage;
  /** @throws StatesError if the machine's role may not start the children of a Distributed Map */
  readonly checkMapPermission: () => Promise<void>;
  /** Emits a status event. */
  readonly emit: (event: StatusEvent) => Promise<void>;
  /** Receives every event of an execution or a child, with the execution's ARN. */
  readonly record: (executionArn: string, event: HistoryEvent) => void;
  readonly log: (line: string) => void;
}

interface StatusEvent {
  readonly source: 'aws.states';
  readonly detailType: 'Step Functions Execution Status Change';
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An error of the API with AWS's name. */
export class StatesApiError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface StateMachine {
  readonly settings: StateMachineSettings;
  readonly creationDate: number;
  /**
   * Starts an execution, or returns the running execution with the same name and input.
   * @throws StatesApiError InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  start(name: string | undefined, input: string): Promise<Execution>;
  /** Ends a running execution as ABORTED. Running functions continue. */
  stop(execution: Execution, error?: string, cause?: string): Promise<void>;
  find(name: string): Execution | undefined;
  /** Newest first. */
  list(): readonly Execution[];
  /** Undefined for an execution before a restart of the local cloud, or an old one. */
  historyOf(name: string): readonly HistoryEvent[] | undefined;
  arnOf(name: string): string;
  /** Ends the executions that were cut off by the last stop of the local cloud, each with its event. */
  activate(): Promise<void>;
  /**
   * Stops all running executions; they are reported as failed at the next start. Resolves when the executions that have
   * ended are written to the journal.
   */
  close(): Promise<void>;
}

/** A state machine with its executions, which survive this process in its journal. */
export function createStateMachine(
  settings: StateMachineSettings,
  dependencies: StateMachineDependencies,
): StateMachine {
  const { now } = dependencies;
  const journal = openExecutionJournal(dependencies.journalFile, now());
  const executions = new Map(journal.stored.map((execution) => [execution.name, execution]));
  const cutOff = journal.stored.filter(({ status }) => status === 'RUNNING');
  const running = new Map<string, AbortController>();
  const histories = new Map<string, HistoryEvent[]>();
  const endings = new Set<Promise<void>>();
  let closed = false;

  const arnOf = (name: string): string => `${settings.arn.replace(':stateMachine:', ':execution:')}:${name}`;

  const emit = (execution: Execution): Promise<void> =>
    dependencies
      .emit(statusEvent(settings.arn, arnOf(execution.name), execution))
      .catch((error: unknown) =>
        dependencies.log(`The status of ${arnOf(execution.name)} could not be emitted: ${String(error)}`),
      );

  const end = async (execution: Execution): Promise<void> => {
    // Emit first: an end that is written but not emitted would be lost, while a second event is harmless.
    await emit(execution);
    await journal.write(execution);
  };

  const finish = (
    execution: Execution,
    outcome: { status: ExecutionStatus; output?: string; error?: string; cause?: string },
  ): Promise<void> => {
    Object.assign(execution, outcome, { stopDate: now() });
    running.delete(execution.name);
    const ending = end(execution).finally(() => endings.delete(ending));
    endings.add(ending);
    return ending;
  };

  const run = async (execution: Execution, stopped: AbortController): Promise<void> => {
    const executionArn = arnOf(execution.name);
    const history: HistoryEvent[] = [];
    histories.set(execution.name, history);
    const [oldest] = histories.keys();
    if (histories.size > maxHistories && oldest !== undefined && !running.has(oldest))
      histories.delete(oldest);
    const result = await runStateMachine({
      definition: settings.definition,
      input: JSON.parse(execution.input) as unknown,
      callLambda: dependencies.callLambda,
      s3: dependencies.s3,
      checkMapPermission: dependencies.checkMapPermission,
      now,
      signal: stopped.signal,
      identity: {
        executionArn,
        stateMachineArn: settings.arn,
        roleArn: settings.roleArn,
        startDate: execution.startDate,
      },
      onMapRun: (mapRun) => {
        execution.mapRuns.push(mapRun);
        journal.write(execution).catch((error: unknown) => dependencies.log(String(error)));
      },
      onEvent: (event) => {
        history.push(withoutPayload(event));
        dependencies.record(executionArn, event);
      },
      onChildEvent: dependencies.record,
    });
    // `stop` has already written the end of a stopped execution; after `close` the next start writes it.
    if (execution.status !== 'RUNNING' || closed) return;
    const { output, ...outcome } = result;
    await finish(execution, {
      ...outcome,
      ...(output === undefined ? {} : { output: JSON.stringify(output) }),
    });
  };

  return {
    settings,
    creationDate: now(),
    arnOf,
    find: (name) => executions.get(name),
    list: () => [...executions.values()].reverse(),
    historyOf: (name) => histories.get(name),

    async start(requestedName, input) {
      const name = requestedName ?? randomUUID();
      checkName(name);
      checkInput(input);
      const existing = executions.get(name);
      if (existing?.status === 'RUNNING' && existing.input === input && running.has(name)) return existing;
      if (existing)
        throw new StatesApiError('ExecutionAlreadyExists', `Execution Already Exists: '${arnOf(name)}'`);
      const execution: Execution = { name, startDate: now(), input, status: 'RUNNING', mapRuns: [] };
      const stopped = new AbortController();
      executions.set(name, execution);
      running.set(name, stopped);
      try {
        await journal.write(execution);
      } catch (error) {
        executions.delete(name);
        running.delete(name);
        throw error;
      }
      emit(execution)
        .then(() => run(execution, stopped))
        .catch((error: unknown) => dependencies.log(`${arnOf(name)} failed: ${String(error)}`));
      return execution;
    },

    async stop(execution, error, cause) {
      const stopped = running.get(execution.name);
      if (!stopped || execution.status !== 'RUNNING') return;
      stopped.abort(new ExecutionStopped());
      await finish(execution, {
        status: 'ABORTED',
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      });
    },

    async activate() {
      for (const execution of cutOff.splice(0)) {
        for (const mapRun of execution.mapRuns)
          if (mapRun.status === 'RUNNING') Object.assign(mapRun, { status: 'ABORTED', stopDate: now() });
        await finish(execution, {
          status: 'FAILED',
          error: 'States.Runtime',
          cause: 'The local cloud was stopped while this execution ran',
        });
      }
    },

    async close() {
      closed = true;
      for (const stopped of running.values()) stopped.abort(new ExecutionStopped('The local cloud stops'));
      await Promise.allSettled(endings);
    },
  };
}

/** Drops input and output from an event, to keep the histories in memory small. The log contains them. */
function withoutPayload(event: HistoryEvent): HistoryEvent {
  const { input: _input, output: _output, ...details } = event.details;
  return { ...event, details };
}

/** Checks the length and characters of a name (AWS: StartExecution, `name`). */
function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u.test(name))
    throw new StatesApiError('InvalidName', `Invalid Name: '${name}'`);
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > payloadLimit)
    throw new StatesApiError('InvalidExecutionInput', 'The input is larger than 262144 bytes');
  try {
    JSON.parse(input);
  } catch {
    throw new StatesApiError(
      'InvalidExecutionInput',
      'Invalid State Machine Execution Input: it is not JSON',
    );
  }
}

/** The event for EventBridge: times are milliseconds since 1970; input and output are JSON text. */
function statusEvent(stateMachineArn: string, executionArn: string, execution: Execution): StatusEvent {
  const { name, status, startDate, stopDate, input, output, error, cause } = execution;
  const included = Buffer.byteLength(input) + Buffer.byteLength(output ?? '') <= eventLimit;
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate,
      stopDate: stopDate ?? null,
      input: included ? input : null,
      inputDetails: { included },
      output: included ? (output ?? null) : null,
      outputDetails: output === undefined ? null : { included },
      error: error ?? null,
      cause: cause ?? null,
      redriveCount: 0,
      redriveDate: null,
    },
  };
}
