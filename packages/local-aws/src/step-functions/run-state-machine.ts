import { randomUUID } from 'node:crypto';
import { parseDefinition } from './definition.ts';
import { type HistoryEvent, startHistory } from './history.ts';
import { runStates } from './run-states.ts';
import type { MapRun, MapRunDependencies, MapStorage, Scope } from './scope.ts';
import { StatesError } from './states-error.ts';
import { wait, withinTime } from './wait.ts';

export interface RunStateMachineOptions {
  /** The definition as an object, after its substitutions. */
  readonly definition: unknown;
  readonly input: unknown;
  /**
   * Invokes the function with the ARN that the state names, and returns its result.
   * @throws Error whose name is the function's `errorType`, which Retry and Catch match
   */
  readonly callLambda: (arn: string, payload: unknown) => unknown;
  /** For ItemReader and ResultWriter of a Distributed Map. */
  readonly s3?: MapStorage;
  readonly now?: () => number;
  /** Waits between retries and in Wait states; tests shorten it. Timeouts always run in real time. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Stops the execution: it ends as ABORTED, and running functions continue. */
  readonly signal?: AbortSignal;
  /** Identity for the context object and the ARNs of Map Runs. */
  readonly identity?: {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly roleArn: string;
    readonly startDate: number;
  };
  /** Receives each event of the execution as it happens. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Receives each event of a Map Run's child executions. */
  readonly onChildEvent?: MapRunDependencies['recordChild'];
  /** Receives every Map Run when it starts; its counts change while it runs. */
  readonly onMapRun?: (mapRun: MapRun) => void;
  /** @throws StatesError if the machine's role may not start the children of a Distributed Map */
  readonly checkMapPermission?: () => Promise<void>;
}

export interface RunResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** The abort reason of an execution that is stopped from outside. */
export class ExecutionStopped extends Error {
  constructor(message = 'The execution was stopped') {
    super(message);
    this.name = 'ExecutionStopped';
  }
}

/**
 * Runs a state machine in this process to its end, as a Standard execution. A failed execution is a result, not an
 * exception.
 * @throws Error only if the definition is invalid or not honoured
 */
export async function runStateMachine(options: RunStateMachineOptions): Promise<RunResult> {
  const definition = parseDefinition(options.definition);
  const now = options.now ?? Date.now;
  const signal = options.signal ?? new AbortController().signal;
  const identity = options.identity ?? anonymous(now());
  const history = startHistory({ now, limited: true, record: options.onEvent ?? (() => {}) });
  const scope: Scope = {
    callLambda: options.callLambda,
    mapRuns: {
      ...(options.s3 ? { storage: options.s3 } : {}),
      ...(options.checkMapPermission ? { checkPermission: options.checkMapPermission } : {}),
      ...(options.onMapRun ? { register: options.onMapRun } : {}),
      ...(options.onChildEvent ? { recordChild: options.onChildEvent } : {}),
    },
    history,
    signal,
    now,
    wait: options.wait ?? wait,
    context: {
      Execution: {
        Id: identity.executionArn,
        Input: options.input,
        Name: lastPart(identity.executionArn),
        RoleArn: identity.roleArn,
        StartTime: new Date(identity.startDate).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: identity.stateMachineArn, Name: lastPart(identity.stateMachineArn) },
    },
  };
  const timeout = new StatesError(
    'States.Timeout',
    `The execution did not end within ${definition.TimeoutSeconds} s`,
  );
  history.add('ExecutionStarted', { input: options.input, roleArn: identity.roleArn });
  try {
    const output = await withinTime(definition.TimeoutSeconds, timeout, signal, (inner) =>
      runStates(definition, options.input, { ...scope, signal: inner }),
    );
    history.add('ExecutionSucceeded', { output });
    return { status: 'SUCCEEDED', output };
  } catch (error) {
    if (signal.aborted) {
      history.add('ExecutionAborted');
      return { status: 'ABORTED' };
    }
    if (error === timeout) {
      history.add('ExecutionTimedOut');
      return { status: 'TIMED_OUT', error: timeout.error };
    }
    const failure = error instanceof StatesError ? error : internalError(error);
    history.add('ExecutionFailed', { error: failure.error, cause: failure.causeText });
    return { status: 'FAILED', error: failure.error, cause: failure.causeText };
  }
}

/** An error of the interpreter itself: it fails the execution instead of leaving it running. */
function internalError(error: unknown): StatesError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new StatesError('States.Runtime', `The local Step Functions failed: ${text}`);
}

function anonymous(startDate: number): NonNullable<RunStateMachineOptions['identity']> {
  const arn = 'arn:aws:states:eu-west-1:123456789012';
  return {
    executionArn: `${arn}:execution:machine:${randomUUID()}`,
    stateMachineArn: `${arn}:stateMachine:machine`,
    roleArn: 'arn:aws:iam::123456789012:role/machine',
    startDate,
  };
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
