import type { SmokeOutcome } from './run-smoke.ts';

const marks = { passed: '✓', failed: '✗', 'not-run': '✗', 'left-out': '-' } as const;

/** One line for a step: mark, title, seconds, and what was seen or the reason. */
export function reportLine({ name, title, status, milliseconds, text }: SmokeOutcome): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  return `${marks[status]} ${title} (${name}, ${seconds} s): ${text}`;
}

/** The last line, for people and for the exit code: undefined if every step passed or was left out. */
export function failureOf(outcomes: readonly SmokeOutcome[]): string | undefined {
  const failed = outcomes.filter(({ status }) => status === 'failed' || status === 'not-run');
  if (failed.length === 0) return undefined;
  return `${failed.length} of ${outcomes.length} steps failed: ${failed.map(({ name }) => name).join(', ')}`;
}
