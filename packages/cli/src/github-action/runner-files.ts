import { appendFile } from 'node:fs/promises';
import type { ActionWorld } from './action-world.ts';

/** Outputs of the step. A test compares them with action.yml. */
export const outputNames = [
  'skipped',
  'plan-id',
  'counts',
  'to-publish',
  'comment-url',
  'files',
  'job-id',
  'job-status',
  'published',
  'errors',
] as const;

export type ActionOutputs = Readonly<
  Partial<Record<(typeof outputNames)[number], string | number | boolean>>
>;

/** Sets outputs of the step: each value is one line. Outside of a workflow there is no file, and nothing is written. */
export async function writeOutputs({ env }: ActionWorld, outputs: ActionOutputs): Promise<void> {
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  await append(env.GITHUB_OUTPUT, lines.join(''));
}

/** Adds Markdown to the summary of the job. */
export async function writeSummary({ env }: ActionWorld, markdown: string): Promise<void> {
  await append(env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
}

async function append(file: string | undefined, text: string): Promise<void> {
  if (file) await appendFile(file, text);
}

/** A message that GitHub shows above the log. */
export function annotation(kind: 'error' | 'warning' | 'notice', text: string): string {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${kind} title=Pressroom::${escaped}`;
}
