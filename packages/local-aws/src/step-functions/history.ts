import { StatesError } from './states-error.ts';

/** Events that one execution's history may hold (AWS: Step Functions quotas, a hard limit of Standard executions). */
const maximumEvents = 25_000;

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** As in GetExecutionHistory: `TaskStateEntered`, `LambdaFunctionFailed`, … */
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Name of a state, error, cause, input, output, index: whatever the type has. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Counts an execution's events and hands each of them on. */
export interface History {
  add(type: string, details?: Readonly<Record<string, unknown>>): HistoryEvent;
}

/**
 * @param limited whether the execution fails when it reaches the limit (Express executions have none)
 * @throws StatesError States.Runtime from `add`, once the history is full; the execution's last event always fits
 */
export function startHistory(options: {
  readonly now: () => number;
  readonly record: (event: HistoryEvent) => void;
  readonly limited: boolean;
}): History {
  let id = 0;
  return {
    add(type, details = {}) {
      if (options.limited && id >= maximumEvents - 1 && !type.startsWith('Execution'))
        throw new StatesError(
          'States.Runtime',
          `The execution reached the maximum number of history events (${maximumEvents}).`,
        );
      id += 1;
      const event = { id, previousEventId: id - 1, type, timestamp: options.now(), details };
      options.record(event);
      return event;
    },
  };
}
