import type { changeRoutes } from '@pressroom/api/companies/change-routes';
import { changedSince } from '../../../domain/companies/changes.ts';
import { invalidField } from '../../../domain/failure.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

/** Milliseconds by which the clocks of two environments of the function may differ. */
const maxClockSkew = 60_000;

/** Half a read unit, beside the one for the caller's role; another half where jobs have changed. */
async function readChanges(
  { company, query }: Pick<RequestOf<'readChanges'>, 'company' | 'query'>,
  { changes, jobs, now }: Dependencies,
): PromisedResponse<'readChanges'> {
  // The time before the read: what is marked after it is reported next time.
  const at = now();
  const { since } = query;
  if (since !== undefined && Date.parse(since) > Date.parse(at) + maxClockSkew)
    throw invalidField(
      'since',
      `must not be in the future: send the since of the previous response. It is ${at} now`,
    );
  const changed = changedSince(await changes.readMarks(company), since);
  if (!changed.includes('jobs')) return { since: at, changed };
  return { since: at, changed, activeJobs: (await jobs.listActiveJobs(company)).length };
}

export const changeHandlers = { readChanges } satisfies HandlersOf<typeof changeRoutes>;
