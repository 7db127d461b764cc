import { createClient } from '@pressroom/client/create-client';
import type { ErrorOutput } from '../contract/outputs.ts';
import type { Column, Command, Show } from './command.ts';
import type { Context } from './context.ts';
import { usageError } from './errors/command-error.ts';
import { explainError } from './errors/explain-error.ts';
import { suggestIds } from './errors/suggest-ids.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io, Output } from './io.ts';
import { paintFor } from './output/paint.ts';
import { noProgress, terminalProgress } from './output/progress.ts';
import { tableText } from './output/table-text.ts';
import { openSession, type Session } from './session/session.ts';

/** Options of every command. */
export interface GlobalOptions {
  readonly profile?: string | undefined;
  readonly company?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Values of arguments and options by their names. */
export type Given = Readonly<Record<string, unknown>>;

/**
 * Runs a command and prints its results and its error.
 * @returns the exit code
 */
export async function runCommand(
  io: Io,
  command: Command,
  given: Given,
  options: GlobalOptions,
  { signal, completions }: Pick<Context, 'signal' | 'completions'>,
): Promise<ExitCode> {
  const json = options.json ?? false;
  let context: Context | undefined;
  try {
    context = await contextOf(io, command, options, { signal, completions });
    return await printResults(context, command, given);
  } catch (error) {
    const failure = signal.aborted ? signal.reason : error;
    const explanation = explainError(failure);
    const near =
      context && command.connects !== false
        ? await suggestIds(context.client, failure, idsIn(given))
        : undefined;
    printError(io, json, { ...explanation, ...(near === undefined ? {} : { hint: near }) });
    return explanation.exitCode;
  }
}

async function contextOf(
  io: Io,
  command: Command,
  options: GlobalOptions,
  { signal, completions }: Pick<Context, 'signal' | 'completions'>,
): Promise<Context> {
  const json = options.json ?? false;
  const paint = paintFor(io.stderr, io.env);
  const session = command.connects === false ? detached : await openSession(io, options);
  if (command.connects !== false && command.connects !== 'without company' && session.company === undefined)
    throw usageError(
      'No company is chosen.',
      'Add --company <name>, or choose one: pressroom company use <name>',
    );
  return {
    io,
    session,
    options,
    client: createClient(session.api, session.getToken, {
      ...(session.company === undefined ? {} : { company: session.company }),
      fetch: io.fetch,
      wait: io.wait,
    }),
    json,
    paint,
    signal,
    completions,
    progress: !json && canDraw(io.stderr) ? terminalProgress(io.stderr) : noProgress,
    note(text) {
      if (!json) io.stderr.write(`${text}\n`);
    },
    async confirm(question, yes) {
      if (yes) return;
      if (!io.isInteractive)
        throw usageError('This needs a confirmation, and there is no terminal to ask.', 'Add --yes.');
      const reply = (await io.ask(`${question} [y/N] `)).trim().toLowerCase();
      if (reply !== 'y' && reply !== 'yes')
        throw usageError('Nothing was changed: the question was not confirmed with y.');
    },
  };
}

/** A terminal without a width, as some CI systems have it, would break every letter into a line. */
function canDraw({ isTTY, columns = 80 }: Output): boolean {
  return isTTY === true && columns >= 20;
}

/** Of a command that needs no installation. */
const detached: Session = {
  profile: undefined,
  api: 'http://localhost',
  company: undefined,
  getToken: () => '',
  reachable: (url) => url,
};

async function printResults(context: Context, command: Command, given: Given): Promise<ExitCode> {
  const { stdout, env } = context.io;
  const paint = paintFor(stdout, env);
  const show = command.show as unknown as Show<unknown>;
  const table = 'columns' in show ? tableText(show.columns as readonly Column<unknown>[], paint) : undefined;
  // Lines for people wait while progress is drawn on the same terminal.
  let held: string[] = [];
  const print = async (lines: readonly string[]) => {
    held.push(...lines);
    if (context.progress.isDrawing || held.length === 0) return;
    const text = held.map((line) => `${line}\n`).join('');
    held = [];
    await write(stdout, text);
  };
  const results = command.run(context, given as never);
  for (;;) {
    const { done, value } = await results.next();
    if (done) {
      if (table) await print(table.end());
      if (table?.rows === 0 && !context.json && 'none' in show) context.note(show.none);
      await print([]);
      return (value as ExitCode | undefined) ?? 0;
    }
    if (context.json) await write(stdout, `${JSON.stringify(value)}\n`);
    else if (table) await print(table.add(value));
    else if ('lines' in show) await print(show.lines(value, paint));
  }
}

/** Waits while the reader is slower, so that a long list does not fill the memory. */
async function write(stream: Output, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise<void>((resolve) => stream.once('drain', resolve));
}

function printError(io: Io, json: boolean, explanation: ReturnType<typeof explainError>): void {
  const { exitCode, code, message, hint, errors, requestId } = explanation;
  if (json) {
    const output: ErrorOutput = {
      error: {
        code,
        message,
        exitCode,
        ...(hint === undefined ? {} : { hint }),
        ...(errors === undefined ? {} : { errors: [...errors] }),
        ...(requestId === undefined ? {} : { requestId }),
      },
    };
    io.stderr.write(`${JSON.stringify(output)}\n`);
    return;
  }
  const paint = paintFor(io.stderr, io.env);
  io.stderr.write(`${paint('red', 'Error:')} ${message}\n`);
  for (const { field, nearest } of errors ?? [])
    if (nearest !== undefined) io.stderr.write(`  ${field}: nearest: ${nearest}\n`);
  if (hint !== undefined) io.stderr.write(`${paint('dim', '→')} ${hint}\n`);
  if (requestId !== undefined && exitCode === 6) io.stderr.write(`${paint('dim', `Request ${requestId}`)}\n`);
}

/** Ids of assets among the arguments. */
function idsIn(given: Given): string[] {
  return [given.id, given.ids].flat().filter((id): id is string => typeof id === 'string');
}
