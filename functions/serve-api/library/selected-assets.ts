import type { selectionOrScope } from '@pressroom/api/library/asset-selection';
import type * as z from 'zod';
import type { AssetSelection, LoadedAssets } from '../../../application/assets/load-assets.ts';
import { maxSelectedAssets } from '../../../domain/library/limits.ts';
import { matchesSearch } from '../../../domain/library/search-filters.ts';
import type { Dependencies } from '../dependencies.ts';
import { idsOfQuery } from './ids-of-query.ts';

type Scope = NonNullable<z.output<typeof selectionOrScope.scope>>;

interface Selection {
  readonly assetIds?: readonly string[] | undefined;
  readonly partial: boolean;
  readonly scope?: Scope | undefined;
}

export interface SelectedAssets extends LoadedAssets {
  /** The id that the scope goes on behind. */
  readonly next?: string | undefined;
}

/**
 * The assets of a request on many: those that it names, or the next 1,000 that a search finds.
 * @param load reads named assets
 * @throws Failure as `load` and `assetsOfQuery`
 */
export async function selectedAssets(
  company: string,
  { assetIds = [], partial, scope }: Selection,
  load: (selection: AssetSelection) => Promise<LoadedAssets>,
  dependencies: Dependencies,
): Promise<SelectedAssets> {
  return scope ? assetsOfQuery(company, scope, dependencies) : load({ assetIds, partial });
}

/**
 * The next 1,000 assets that a search finds, by id. An asset that has been changed, so that it does not match any more, is
 * left out. Costs: the search, and 1 read unit for each asset.
 * @throws Failure `scope.changed` if more assets match than the caller has seen; `scope.too-large` above 100,000;
 * `search.not-ready`
 */
export async function assetsOfQuery(
  company: string,
  scope: Scope,
  dependencies: Dependencies,
): Promise<SelectedAssets> {
  const { type: types, ...others } = scope.query;
  const page = { limit: maxSelectedAssets, after: scope.after };
  const { ids, next } = await idsOfQuery(company, scope, dependencies, page);
  const records = await dependencies.assets.getAssets(company, ids, { consistent: true });
  const found = ids.flatMap((id) => records.get(id) ?? []);
  return { assets: found.filter((asset) => matchesSearch(asset, { ...others, types })), unknown: [], next };
}

/** `next` of a response: only when nothing of this page is left. */
export function nextOf(next: string | undefined, remaining = false): { next?: string } {
  return next === undefined || remaining ? {} : { next };
}
