import type { Client } from '@pressroom/client/create-client';
import type { Completion } from './command-line/completion-script.ts';
import type { Io } from './io.ts';
import type { Paint } from './output/paint.ts';
import type { Progress } from './output/progress.ts';
import type { Session } from './session/session.ts';

/** What a command works with. */
export interface Context {
  readonly io: Io;
  /** The API with the login and the company of the session. Connects with the first call. */
  readonly client: Client;
  readonly session: Session;
  /** What the command line names in place of the profile's values. */
  readonly options: { readonly profile?: string | undefined; readonly company?: string | undefined };
  /** Whether results are printed as JSON. */
  readonly json: boolean;
  /** Colours for messages on standard error. */
  readonly paint: Paint;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** What can follow each word of a command line. */
  readonly completions: () => readonly Completion[];
  /** A remark on standard error. Not shown with `--json`, whose readers are programs. */
  note(text: string): void;
  /**
   * Asks for a confirmation, or takes `--yes` as one.
   * @throws CommandError if there is no terminal, or the person declines
   */
  confirm(question: string, yes: boolean): Promise<void>;
}
