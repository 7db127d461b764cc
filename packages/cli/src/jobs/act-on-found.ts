import type { OperationBody, OperationItem } from '@pressroom/client/create-client';
import { type Command, flag, text } from '../command.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors/command-error.ts';
import type { ExitCode } from '../exit-codes.ts';
import { searchOptions, searchQuery } from '../library/search-options.ts';
import type { Paint } from '../output/paint.ts';
import { exitCodeOfJob, untilFinished } from './follow-job.ts';
import { endLine, type Job } from './job-text.ts';
import { logLine } from './log-line.ts';

/** Options of commands that work on named assets or on every asset that a search finds. */
export const foundOptions = {
  find: text('<words>', 'every asset with these words, by a job, in place of ids'),
  ...searchOptions,
  yes: flag('with --find or filters: do not ask'),
  detach: flag('do not wait for the job'),
};

type FilterOptions = Parameters<typeof searchQuery>[1] & { readonly find?: string | undefined };

/** The notes of such a command. */
export const foundNotes: NonNullable<Command['notes']> = [
  'With --find or filters, a job works on every asset that matches, up to 100,000. The command follows it and prints the outcome of each asset. Ctrl-C leaves the job running: pressroom jobs cancel latest stops it.',
];

export type FoundOutput =
  | ({ readonly kind: 'entry' } & OperationItem<'readJobLog'>)
  | { readonly kind: 'job'; readonly job: Job };

/**
 * The filters of a command as the query of a search; undefined if it names its assets.
 * @throws CommandError if it does both, or none of the two
 */
export function foundQuery(
  ids: readonly string[],
  { find, ...filters }: FilterOptions,
): ReturnType<typeof searchQuery> | undefined {
  const query = searchQuery(find === undefined ? [] : [find], filters);
  const isByQuery = Object.keys(query).length > 0;
  if (isByQuery === ids.length > 0)
    throw usageError('Name assets, or give --find or filters: one of the two.');
  return isByQuery ? query : undefined;
}

/** Has a job do the same with every asset that a search finds, and follows it unless `detach`. */
export async function* actOnFound(
  context: Context,
  action: OperationBody<'submitAction'>['action'],
  query: ReturnType<typeof searchQuery>,
  { yes, detach, question }: { readonly yes: boolean; readonly detach: boolean; readonly question: string },
): AsyncGenerator<FoundOutput, ExitCode, undefined> {
  const { client, signal } = context;
  const { total: count } = await client.call('searchAssets', { query: { ...query, limit: 1 }, signal });
  await context.confirm(`${question} ${count} assets?`, yes);
  // The types of a query string and of a scope differ in numbers only, and the API accepts their digits in both.
  const body = { action, scope: { query, count } } as OperationBody<'submitAction'>;
  return yield* act(context, body, detach);
}

/** Submits an action and follows its job, unless `detach`. */
export async function* act(
  context: Context,
  body: OperationBody<'submitAction'>,
  detach: boolean,
): AsyncGenerator<FoundOutput, ExitCode, undefined> {
  const { client, signal } = context;
  const submitted = await client.call('submitAction', { body, signal });
  if (detach) {
    yield { kind: 'job', job: submitted };
    return 0;
  }
  const job = await untilFinished(context, submitted);
  for await (const entry of client.all('readJobLog', { params: { jobId: job.id }, signal }))
    if (entry.asset !== undefined) yield { kind: 'entry', ...entry };
  yield { kind: 'job', job };
  return exitCodeOfJob(job);
}

/** The lines of a result. */
export function foundLines(output: FoundOutput, paint: Paint): string[] {
  return [output.kind === 'entry' ? logLine(output, paint) : endLine(output.job, paint)];
}
