import type { ExitCode } from '../exit-codes.ts';

/** An error that a person at the command line can act on. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  /** Stable, for programs. */
  readonly code: string;
  /** What to do next. */
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, code: string, message: string, hint?: string) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
    this.hint = hint;
  }
}

/** The command line itself is wrong. */
export const usageError = (message: string, hint?: string) =>
  new CommandError(2, 'usage.invalid', message, hint);

/** The caller has to sign in. */
export const signedOutError = (message: string, hint = 'Run: pressroom login') =>
  new CommandError(3, 'login.needed', message, hint);
