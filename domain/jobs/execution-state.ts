/** The state of an execution of the state machine. */
export interface ExecutionState {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  /** When it ended: ISO 8601, UTC. */
  readonly stopped?: string;
  readonly error?: string;
  readonly cause?: string;
}
