import { CommanderError, Command as Program, Option as ProgramOption } from 'commander';
import type { Argument, Command, Option } from './command.ts';
import { completionsOf } from './command-line/completions-of.ts';
import { commandTable, groups } from './command-table.ts';
import { usageError } from './errors/command-error.ts';
import { explainError } from './errors/explain-error.ts';
import type { ExitCode } from './exit-codes.ts';
import { flagOf, kebabCase } from './flag-names.ts';
import type { Io } from './io.ts';
import { type Given, type GlobalOptions, runCommand } from './run-command.ts';

declare const PRESSROOM_VERSION: string;

/**
 * Runs the command that the words name.
 * @param words after `pressroom`
 * @returns the exit code
 */
export async function runProgram(io: Io, words: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = makeProgram(io, async (command, given, options) => {
    exitCode = await runCommand(io, command, given, options, {
      signal,
      completions: () => completionsOf(commandTable, groups),
    });
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      const { message, hint, exitCode: code, code: name } = explainError(error);
      writeUsageError(io, words, message, hint, name);
      return code;
    }
    // Help and version are no errors.
    if (error.exitCode === 0) return 0;
    // Commander has written nothing: see configureOutput.
    if (error.code !== 'commander.help')
      writeUsageError(io, words, sentence(error.message), helpHint(words), 'usage.invalid');
    return 2;
  }
  return exitCode;
}

type Action = (command: Command, given: Given, options: GlobalOptions) => Promise<void>;

/** Commander's program of the command table. */
export function makeProgram(io: Pick<Io, 'stdout' | 'stderr'>, action: Action): Program {
  const program = new Program('pressroom')
    .description('Upload, publish and follow media of Pressroom, on AWS or on the local cloud.')
    .version(typeof PRESSROOM_VERSION === 'undefined' ? '0.0.0' : PRESSROOM_VERSION, '--version')
    .addHelpText(
      'after',
      '\nStart with: pressroom login\nEvery command has examples: pressroom <command> --help',
    );
  prepare(program, io);
  const nodes = new Map<string, Program>([['', program]]);

  /** The program of a path. Words before the last are groups. */
  function nodeOf(path: string): Program {
    const known = nodes.get(path);
    if (known) return known;
    const words = path.split(' ');
    const node = nodeOf(words.slice(0, -1).join(' ')).command(words.at(-1) ?? '');
    prepare(node, io);
    const description = groups[path];
    if (description !== undefined) node.description(description);
    nodes.set(path, node);
    return node;
  }

  for (const command of commandTable) {
    const node = nodeOf(command.path).description(command.summary);
    for (const [name, argument] of Object.entries(command.args)) addArgument(node, name, argument);
    for (const [name, option] of Object.entries(command.options)) addOption(node, name, option);
    node
      .option('--json', 'print results as JSON, one a line')
      .option('--profile <name>', 'use another profile than the current one')
      .option('--company <name>', 'use another company than that of the profile');
    if (command.notes) node.addHelpText('after', `\n${command.notes.join('\n\n')}`);
    node.addHelpText('after', `\nExamples:\n${examplesText(command)}`);
    node.action(async (...parameters: unknown[]) => {
      const options = node.opts<Record<string, unknown> & GlobalOptions>();
      const names = Object.keys(command.args);
      const values = Object.fromEntries(names.map((name, index) => [name, parameters[index]]));
      for (const [name, argument] of Object.entries(command.args)) checkWords(name, argument, values[name]);
      const { json, profile, company } = options;
      const own = Object.fromEntries(
        Object.entries(command.options).map(([name, option]) => [name, givenValue(option, options[name])]),
      );
      await action(command, { ...values, ...own }, { json, profile, company });
    });
  }
  return program;
}

function prepare(program: Program, { stdout, stderr }: Pick<Io, 'stdout' | 'stderr'>): void {
  program
    .exitOverride()
    .helpCommand(false)
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // A group without a command shows its help as an error; other errors are written by runProgram.
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    });
}

function addArgument(program: Program, name: string, { count, description, words }: Argument): void {
  const shown = kebabCase(name);
  const text = words ? `${description} (${words.join(', ')})` : description;
  const forms = { one: `<${shown}>`, optional: `[${shown}]`, many: `<${shown}...>`, any: `[${shown}...]` };
  program.argument(forms[count], text);
}

function addOption(program: Program, name: string, option: Option): void {
  const made = new ProgramOption(flagOf(name, option), descriptionOf(option));
  if (option.kind === 'texts') made.argParser((value: string, before: string[] = []) => [...before, value]);
  if (option.kind === 'number') made.argParser((value: string) => wholeNumber(name, option, value));
  if (option.kind === 'choice')
    made.argParser((value: string) => word(`--${kebabCase(name)}`, option, value));
  if (option.kind === 'choices')
    made.argParser((value: string) =>
      value.split(',').map((one) => word(`--${kebabCase(name)}`, option, one.trim())),
    );
  program.addOption(made);
  if (option.kind === 'toggle')
    program.addOption(new ProgramOption(`--no-${kebabCase(name)}`, 'the opposite'));
}

/** The text of an option in the help and in the reference. */
export function descriptionOf({ description, words }: Pick<Option, 'description' | 'words'>): string {
  return words ? `${description} (${words.join(', ')})` : description;
}

function givenValue({ kind }: Option, value: unknown): unknown {
  // With both forms, commander's default is true; only what was given counts.
  return kind === 'flag' ? value === true : value;
}

function wholeNumber(
  name: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: Option,
  value: string,
): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw usageError(`--${kebabCase(name)}: "${value}" must be a whole number from ${min} to ${max}.`);
}

function word(name: string, { words = [] }: Pick<Option, 'words'>, value: string): string {
  if (words.includes(value)) return value;
  throw usageError(`${name}: "${value}" must be one of ${words.join(', ')}.`);
}

function checkWords(name: string, { words }: Argument, value: unknown): void {
  if (words && typeof value === 'string') word(`<${kebabCase(name)}>`, { words }, value);
}

function examplesText({ examples }: Command): string {
  return examples.map(({ command, does }) => `  $ pressroom ${command}\n      ${does}`).join('\n');
}

/** Commander's texts begin with `error: `. */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '').replace(/\n/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.)?]$/.test(text) ? '' : '.');
}

function helpHint(words: readonly string[]): string {
  const path = commandTable
    .map((command) => command.path)
    .filter((known) => known.split(' ').every((part, index) => words[index] === part))
    .sort((a, b) => b.length - a.length)[0];
  return `See: pressroom ${path === undefined ? '' : `${path} `}--help`;
}

function writeUsageError(
  io: Io,
  words: readonly string[],
  message: string,
  hint: string | undefined,
  code: string,
): void {
  if (words.includes('--json')) {
    const error = { code, message, exitCode: 2, ...(hint === undefined ? {} : { hint }) };
    io.stderr.write(`${JSON.stringify({ error })}\n`);
    return;
  }
  io.stderr.write(`Error: ${message}\n`);
  if (hint !== undefined) io.stderr.write(`→ ${hint}\n`);
}
