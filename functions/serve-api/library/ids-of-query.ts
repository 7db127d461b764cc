import type { queryScope } from '@pressroom/api/jobs/publish-options';
import type * as z from 'zod';
import { Failure } from '../../../domain/failure.ts';
import { checkCount } from '../../../domain/library/check-count.ts';
import { maxScopeAssets } from '../../../domain/library/limits.ts';
import type { Dependencies } from '../dependencies.ts';

/** How many assets a request may take, and what to do about more. */
export interface ScopeLimit {
  readonly max: number;
  /** `add filters` */
  readonly advice: string;
}

/** Of a job. */
const ofJob: ScopeLimit = {
  max: maxScopeAssets,
  advice: 'add filters',
};

/**
 * The ids of the assets that a search finds, in the order of ids.
 * @throws Failure `scope.changed` if more assets match than the caller has seen; `scope.too-large` above the limit;
 * `search.not-ready`
 */
export async function idsOfQuery(
  company: string,
  { query: { type: types, ...others }, count }: z.output<typeof queryScope>,
  { library }: Pick<Dependencies, 'library'>,
  { max, advice } = ofJob,
): Promise<string[]> {
  const filters = { ...others, types };
  const { hits, total } = await library.search(company, { filters, sort: 'name', order: 'asc', limit: max });
  checkCount(total, count);
  if (total > max) {
    throw new Failure(
      'scope.too-large',
      `${total} assets match. A scope may have at most ${max} here: ${advice}`,
      {
        facts: { matches: String(total) },
      },
    );
  }
  return hits.map(({ id }) => id);
}
