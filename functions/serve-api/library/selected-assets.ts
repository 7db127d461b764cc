import type { selectionOrScope } from '@pressroom/api/library/asset-selection';
import type * as z from 'zod';
import type { AssetSelection, LoadedAssets } from '../../../application/assets/load-assets.ts';
import { maxScopeOfCall } from '../../../domain/library/limits.ts';
import { matchesSearch } from '../../../domain/library/search-filters.ts';
import type { Dependencies } from '../dependencies.ts';
import { idsOfQuery, type ScopeLimit } from './ids-of-query.ts';

type Scope = NonNullable<z.output<typeof selectionOrScope.scope>>;

interface Selection {
  readonly assetIds?: readonly string[] | undefined;
  readonly partial: boolean;
  readonly scope?: Scope | undefined;
}

const ofCall: ScopeLimit = {
  max: maxScopeOfCall,
  advice: 'submit a job with POST /actions, or add filters',
};

/**
 * The assets of a request on many: those that it names, or those that a search finds.
 * @param load reads named assets
 * @throws Failure as `load` and `assetsOfQuery`
 */
export async function selectedAssets(
  company: string,
  { assetIds = [], partial, scope }: Selection,
  load: (selection: AssetSelection) => Promise<LoadedAssets>,
  dependencies: Dependencies,
  limit = ofCall,
): Promise<LoadedAssets> {
  return scope ? assetsOfQuery(company, scope, dependencies, limit) : load({ assetIds, partial });
}

/**
 * The assets that a search finds, by id. An asset that has been changed, so that it does not match any more, is left out. Costs: the
 * search, and 1 read unit for each asset.
 * @throws Failure `scope.changed` if more assets match than the caller has seen; `scope.too-large` above the limit;
 * `search.not-ready`
 */
export async function assetsOfQuery(
  company: string,
  scope: Scope,
  dependencies: Dependencies,
  limit = ofCall,
): Promise<LoadedAssets> {
  const { type: types, ...others } = scope.query;
  const ids = await idsOfQuery(company, scope, dependencies, limit);
  const records = await dependencies.assets.getAssets(company, ids, { consistent: true });
  const found = ids.flatMap((id) => records.get(id) ?? []);
  return { assets: found.filter((asset) => matchesSearch(asset, { ...others, types })), unknown: [] };
}
