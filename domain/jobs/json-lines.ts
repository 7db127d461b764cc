import type { LogEntry } from './job.ts';

/** Values as JSON Lines. */
export function toJsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** The lines of a text, without empty ones. */
export function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** The entries of a log file. */
export function parseLogEntries(text: string): LogEntry[] {
  return splitLines(text).map((line) => JSON.parse(line) as LogEntry);
}
