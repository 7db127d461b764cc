/** The world around the action. Tests replace it. */
export interface ActionWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits, and ends with the reason of the signal if it is aborted. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** A line in the log of the step. */
  readonly log: (line: string) => void;
  /** Aborted when the workflow is cancelled. */
  readonly signal: AbortSignal;
}
