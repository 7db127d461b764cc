import type { queryScope } from '@pressroom/api/jobs/publish-options';
import type * as z from 'zod';
import type { LoadedAssets } from '../../../application/assets/load-assets.ts';
import { maxSelectedAssets } from '../../../domain/library/limits.ts';
import { matchesSearch } from '../../../domain/library/search-filters.ts';
import type { Dependencies } from '../dependencies.ts';
import { idsOfQuery } from './ids-of-query.ts';

/**
 * Every asset that a search finds, for a request that works on many at once. An asset that has been changed, so that it does
 * not match any more, is left out. Costs: the search, and 1 read unit for each asset.
 * @throws Failure `scope.changed` if more assets match than the caller has seen; `scope.too-large` above 1,000;
 * `search.not-ready`
 */
export async function assetsOfQuery(
  company: string,
  scope: z.output<typeof queryScope>,
  dependencies: Dependencies,
): Promise<LoadedAssets> {
  const { type: types, ...others } = scope.query;
  const ids = await idsOfQuery(company, scope, dependencies, maxSelectedAssets);
  const records = await dependencies.assets.getAssets(company, ids, { consistent: true });
  const assets = ids.flatMap((id) => records.get(id) ?? []);
  return { assets: assets.filter((asset) => matchesSearch(asset, { ...others, types })), unknown: [] };
}
