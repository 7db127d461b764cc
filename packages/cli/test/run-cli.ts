/** Runs commands on a made-up world: streams are texts, `fetch` is given, and the folder of profiles is a temporary one. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type * as z from 'zod';
import { errorOutput, outputs } from '../contract/outputs.ts';
import { commandTable } from '../src/command-table.ts';
import type { Io } from '../src/io.ts';
import { runProgram } from '../src/program.ts';

export interface CliOptions {
  readonly fetch?: typeof fetch;
  /** Unless given: an installation, a company and a token. */
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  /** Replies to questions, in order. */
  readonly replies?: readonly string[];
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly openBrowser?: (url: string) => void;
}

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output as JSON. Each fits the schema of the command. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly home: string;
}

export const signedIn = {
  PRESSROOM_API: 'https://api.example.com',
  PRESSROOM_COMPANY: 'luma',
  PRESSROOM_TOKEN: 'token-1',
} as const;

/** A folder of its own, in which nothing of this machine is found. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'pressroom-cli-'));
}

export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }
}

const noFetch: typeof fetch = () => Promise.reject(new Error('No request was expected'));

export async function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const home = options.env?.PRESSROOM_HOME ?? temporaryFolder();
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written): Io['stdout'] => ({
    isTTY: options.isTerminal ?? false,
    columns: 100,
    write(text) {
      written[name] += text;
      return true;
    },
    once: () => undefined,
  });
  const replies = [...(options.replies ?? [])];
  const exitCode = await runProgram(
    {
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      isInteractive: options.isTerminal ?? false,
      env: { ...(options.env ?? signedIn), PRESSROOM_HOME: home },
      folder: options.folder ?? home,
      fetch: options.fetch ?? noFetch,
      now: Date.now,
      wait: async (_, signal) => signal?.throwIfAborted(),
      ask: async (question) => {
        written.stderr += question;
        return replies.shift() ?? '';
      },
      openBrowser: options.openBrowser ?? (() => {}),
    },
    words,
    options.signal ?? new AbortController().signal,
  );
  const json = words.includes('--json');
  return {
    exitCode,
    ...written,
    lines: json ? checkedLines(words, written.stdout) : [],
    home,
  };
}

/** @throws AssertionError where a line does not fit the schema of the command, for example because of an unknown field */
export function checkedLines(words: readonly string[], stdout: string): Readonly<Record<string, unknown>>[] {
  const path = commandTable
    .map((command) => command.path)
    .filter((known) => known.split(' ').every((word, index) => words[index] === word))
    .sort((a, b) => b.length - a.length)[0] as keyof typeof outputs;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => checked(outputs[path], JSON.parse(line)));
}

/** The error on standard error with `--json`. */
export function checkedError(stderr: string): Readonly<Record<string, unknown>> {
  return checked(errorOutput, JSON.parse(stderr)).error as Readonly<Record<string, unknown>>;
}

function checked(schema: z.ZodType, value: unknown): Readonly<Record<string, unknown>> {
  const { success, error } = schema.safeParse(value);
  expect(success, `${JSON.stringify(value)}: ${error?.message}`).toBe(true);
  return value as Readonly<Record<string, unknown>>;
}
