import { randomUUID } from 'node:crypto';
import { type Execution, type ExecutionStatus, openExecutionJournal } from './execution-journal.ts';
import type { HistoryEvent } from './history.ts';
import { payloadLimit } from './payload-size.ts';
import { ExecutionStopped, type RunStateMachineOptions, runStateMachine } from './run-state-machine.ts';
import type { MapStorage } from './scope.ts';

/** Histories of closed executions that are kept in memory, the newest. They aren't kept over a restart. */
const historiesKept = 100;
/** Bytes of input and output that a status event carries; more is left out and `included` says so (AWS: Step Functions events). */
const eventLimit = 248 * 1024;

export interface StateMachineSettings {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** As DescribeStateMachine gives it. */
  readonly definitionText: string;
  readonly definition: unknown;
  readonly logging: Readonly<Record<string, unknown>>;
}

export interface StateMachineDependencies {
  readonly journalFile: string;
  readonly now: () => number;
  readonly callLambda: RunStateMachineOptions['callLambda'];
  readonly s3: MapStorage;
  /** @throws StatesError where the machine's role may not start the children of a Distributed Map */
  readonly checkMapPermission: () => Promise<void>;
  /** Puts a status event on the bus. */
  readonly emit: (event: StatusEvent) => Promise<void>;
  /** Gets every event of an execution or a child, with the execution's ARN. */
  readonly record: (executionArn: string, event: HistoryEvent) => void;
  readonly log: (line: string) => void;
}

interface StatusEvent {
  readonly source: 'aws.states';
  readonly detailType: 'Step Functions Execution Status Change';
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An error of the API, by the name that AWS gives it. */
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
   * Starts an execution. The same name and input again, while it runs, gives the running one.
   * @throws StatesApiError InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  start(name: string | undefined, input: string): Promise<Execution>;
  /** Ends an execution as ABORTED. Functions that it has called run on; one that has ended stays as it is. */
  stop(execution: Execution, error?: string, cause?: string): Promise<void>;
  find(name: string): Execution | undefined;
  /** Newest first. */
  list(): readonly Execution[];
  /** Undefined for an execution of an earlier start of the local cloud, or one long ago. */
  historyOf(name: string): readonly HistoryEvent[] | undefined;
  arnOf(name: string): string;
  /** Ends the executions that the last stop of the local cloud cut off, each with its event. */
  activate(): Promise<void>;
  /**
   * Lets go of everything that runs; it is reported as failed at the next start. Resolves when what has ended by
   * then is written down.
   */
  close(): Promise<void>;
}

/** A state machine with its executions, which outlive this process in its journal. */
export function createStateMachine(
  settings: StateMachineSettings,
  dependencies: StateMachineDependencies,
): StateMachine {
  const { now } = dependencies;
  const journal = openExecutionJournal(dependencies.journalFile, now());
  const executions = new Map(journal.found.map((execution) => [execution.name, execution]));
  const cutOff = journal.found.filter(({ status }) => status === 'RUNNING');
  const running = new Map<string, AbortController>();
  const histories = new Map<string, HistoryEvent[]>();
  const endings = new Set<Promise<void>>();
  let closed = false;

  const arnOf = (name: string): string => `${settings.arn.replace(':stateMachine:', ':execution:')}:${name}`;

  const emit = (execution: Execution): Promise<void> =>
    dependencies
      .emit(statusEvent(settings.arn, arnOf(execution.name), execution))
      .catch((error: unknown) =>
        dependencies.log(`The status of ${arnOf(execution.name)} could not be sent: ${String(error)}`),
      );

  const end = async (execution: Execution): Promise<void> => {
    // The event first: an end that was written but not sent would never be sent, one sent twice does no harm.
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
    if (histories.size > historiesKept && oldest !== undefined && !running.has(oldest))
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
    // Whoever stopped it has already written how it ended; the next start does where the local cloud stops.
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

    async start(wanted, input) {
      const name = wanted ?? randomUUID();
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

/** Input and output would make the histories in memory as large as the log files that hold them already. */
function withoutPayload(event: HistoryEvent): HistoryEvent {
  const { input: _input, output: _output, ...details } = event.details;
  return { ...event, details };
}

/** The characters that AWS allows in a name and its logs can show (AWS: StartExecution, `name`). */
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

/** The event as EventBridge gets it: times in milliseconds since 1970, input and output as JSON text. */
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
