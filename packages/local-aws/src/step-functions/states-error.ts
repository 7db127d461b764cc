/** Errors that no Retry and no Catch can match, States.ALL included: AWS ends the execution with them. */
const terminalErrors: ReadonlySet<string> = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** A failure as Step Functions sees it: the name that Retry and Catch match, and its cause, often JSON text. */
export class StatesError extends Error {
  readonly error: string;
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.name = error;
    this.error = error;
    this.causeText = causeText;
  }

  /** Whether the execution fails whatever the state catches. */
  get terminal(): boolean {
    return terminalErrors.has(this.error);
  }
}

/**
 * Whether a Retry or Catch that lists these names takes this error. States.TaskFailed stands for every error of a
 * Task but States.Timeout; States.ALL for every error but the terminal ones.
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
