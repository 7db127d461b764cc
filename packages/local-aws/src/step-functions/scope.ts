import type { History, HistoryEvent } from './history.ts';

/** What a run of states has around it. Nested runs (branches, iterations, children) get a copy with less time or another context. */
export interface Scope {
  /**
   * Calls a function and waits for its answer.
   * @throws an Error whose name is the function's `errorType`; a StatesError is taken as it is
   */
  readonly callLambda: (arn: string, payload: unknown) => unknown;
  readonly mapRuns: MapRunDependencies;
  readonly history: History;
  /** Aborted when the execution is stopped or its time is over, or a sibling failed: no further state is entered. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Waits between retries and in Wait states. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Of the context object: Execution, StateMachine, Map. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** S3 as ItemReader and ResultWriter use it. */
export interface MapStorage {
  getObject(request: { Bucket: string; Key: string; VersionId?: string }): Promise<string>;
  putObject(request: { Bucket: string; Key: string; Body: string; ContentType: string }): Promise<unknown>;
}

export interface MapRunDependencies {
  /** Absent in a run that reads and writes no S3. */
  readonly storage?: MapStorage;
  /** Whether the machine's role may start the children (states:StartExecution on the machine itself); throws else. */
  readonly checkPermission?: () => Promise<void>;
  /** Gets every Map Run when it begins; the object's numbers change while it runs. */
  readonly register?: (mapRun: MapRun) => void;
  /** Gets the events of child executions. */
  readonly recordChild?: (executionArn: string, event: HistoryEvent) => void;
}

/** A Map Run as DescribeMapRun shows it. Times in milliseconds since 1970. */
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
