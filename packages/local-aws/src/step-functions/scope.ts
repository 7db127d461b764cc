import type { History, HistoryEvent } from './history.ts';

/** The environment of a run of states. Nested runs (branches, iterations, children) get a copy with their own values. */
export interface Scope {
  /**
   * Invokes a function and waits for its result.
   * @throws Error whose name is the function's `errorType`, or a StatesError
   */
  readonly callLambda: (arn: string, payload: unknown) => unknown;
  readonly mapRuns: MapRunDependencies;
  readonly history: History;
  /** Aborted when the execution is stopped or times out, or a sibling fails. Then no further state is entered. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Waits between retries and in Wait states. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Fields of the context object: Execution, StateMachine, Map. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** S3 for ItemReader and ResultWriter. */
export interface MapStorage {
  getObject(request: { Bucket: string; Key: string; VersionId?: string }): Promise<string>;
  putObject(request: { Bucket: string; Key: string; Body: string; ContentType: string }): Promise<unknown>;
}

export interface MapRunDependencies {
  /** Absent in a run without S3. */
  readonly storage?: MapStorage;
  /** @throws StatesError unless the machine's role may start the children (states:StartExecution on the machine) */
  readonly checkPermission?: () => Promise<void>;
  /** Receives every Map Run when it starts; its counts change while it runs. */
  readonly register?: (mapRun: MapRun) => void;
  /** Receives the events of child executions. */
  readonly recordChild?: (executionArn: string, event: HistoryEvent) => void;
}

/** A Map Run with the data of DescribeMapRun. Times are milliseconds since 1970. */
export interface MapRun {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  readonly startDate: number;
  stopDate?: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  counts: {
    total: number;
    pending: number;
    running: number;
    succeeded: number;
    failed: number;
    timedOut: number;
    aborted: number;
    resultsWritten: number;
  };
}
