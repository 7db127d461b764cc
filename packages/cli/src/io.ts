/** A stream that a command writes to. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** The world around a command. Tests replace it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder where the command was started. */
  readonly folder: string;
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits, and ends with the reason of the signal if it is aborted. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Asks a question on the terminal. */
  readonly ask: (question: string) => Promise<string>;
  /** Opens an address in the browser of the person. */
  readonly openBrowser: (url: string) => void;
}
