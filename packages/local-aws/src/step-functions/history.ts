import { StatesError } from './states-error.ts';

/** Limit of events in an execution's history (AWS: Step Functions quotas, a hard limit of Standard executions). */
const maxEvents = 25_000;

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** As in GetExecutionHistory: `TaskStateEntered`, `LambdaFunctionFailed`, … */
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Name of a state, error, cause, input, output or index, by type. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Counts an execution's events and records each of them. */
export interface History {
  add(type: string, details?: Readonly<Record<string, unknown>>): HistoryEvent;
}

/**
 * Starts the history of an execution.
 * @param limited whether the execution fails at the limit of events; Express executions have no limit
 * @throws StatesError States.Runtime from `add` if the history is full; the execution's last event always fits
 */
export function startHistory(options: {
  readonly now: () => number;
  readonly record: (event: HistoryEvent) => void;
  readonly limited: boolean;
}): History {
  let id = 0;
  return {
    add(type, details = {}) {
      if (options.limited && id >= maxEvents - 1 && !type.startsWith('Execution'))
        throw new StatesError(
          'States.Runtime',
          `The execution reached the maximum number of history events (${maxEvents}).`,
        );
      id += 1;
      const event = { id, previousEventId: id - 1, type, timestamp: options.now(), details };
      options.record(event);
      return event;
    },
  };
}
