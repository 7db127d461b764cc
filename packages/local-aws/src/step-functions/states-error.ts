/** Errors that end the execution: no Retry or Catch matches them, not even States.ALL. */
const terminalErrors: ReadonlySet<string> = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** A failure in Step Functions: the name that Retry and Catch match, and its cause, often JSON text. */
export class StatesError extends Error {
  readonly error: string;
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.name = error;
    this.error = error;
    this.causeText = causeText;
  }

  /** Whether the error always fails the execution. */
  get terminal(): boolean {
    return terminalErrors.has(this.error);
  }
}

/**
 * Whether a Retry or Catch with these names matches an error. States.TaskFailed matches every error of a Task except
 * States.Timeout; States.ALL matches every error except the terminal ones.
 */
export function matchesError(names: readonly string[], failure: StatesError, stateType: string): boolean {
  if (failure.terminal) return false;
  return names.some(
    (name) =>
      name === failure.error ||
      name === 'States.ALL' ||
      (name === 'States.TaskFailed' && stateType === 'Task' && failure.error !== 'States.Timeout'),
  );
}
