/** How a search is read: by the index that leaves the fewest assets to check. */
import { type AssetType, assetTypes } from '../assets/asset.ts';
import { foldKeyword } from './keyword.ts';
import { foldName, type SearchFilters } from './search-filters.ts';

export const searchSorts = ['name', 'date', 'size'] as const;
export type SearchSort = (typeof searchSorts)[number];
export type SearchOrder = 'asc' | 'desc';

/** Bounds of an index's sort key, both inclusive. */
export type SearchRange<Value> = { readonly from?: Value | undefined; readonly to?: Value | undefined };

/**
 * The index to read. `keyword`: assets with one keyword, by id. `name`: all names of the company, in lower case.
 * `folder`, `folder-date`, `folder-size`: one folder, by id, date or size. `below`: one folder after the other, each by
 * id. `date`, `size`: one index for each asset type, merged in order.
 */
export type SearchPlan = { readonly descending: boolean } & (
  | { readonly by: 'keyword'; readonly keyword: string }
  | { readonly by: 'name'; readonly prefix: string }
  | { readonly by: 'folder' | 'below'; readonly folder: string }
  | { readonly by: 'folder-date'; readonly folder: string; readonly range: SearchRange<string> }
  | { readonly by: 'folder-size'; readonly folder: string; readonly range: SearchRange<number> }
  | { readonly by: 'date'; readonly types: readonly AssetType[]; readonly range: SearchRange<string> }
  | { readonly by: 'size'; readonly types: readonly AssetType[]; readonly range: SearchRange<number> }
);

/** Characters: a name prefix of this length is assumed to be rarer than a keyword. */
const selectivePrefixLength = 3;

/**
 * Chooses the index. If `sort` is given, only indexes with that order qualify. Otherwise the narrowest one is chosen, in
 * this order: a name prefix of three characters or more, a keyword, one folder, a shorter prefix, a folder with the
 * folders below it, sizes, dates. All filters are checked against the records afterwards.
 */
export function planSearch(filters: SearchFilters, sort?: SearchSort, order?: SearchOrder): SearchPlan {
  const { q = '', keyword, folder, below = false } = filters;
  const dates = { from: filters.modifiedFrom, to: filters.modifiedTo };
  const sizes = { from: filters.bytesFrom, to: filters.bytesTo };
  const types = filters.types ?? assetTypes;
  const only = below ? undefined : folder;
  const ascending = { descending: order === 'desc' };
  const newestFirst = { descending: order !== 'asc' };

  const byName = { by: 'name', prefix: foldName(q), ...ascending } as const;
  const byDate = { by: 'date', types, range: dates, ...newestFirst } as const;
  const bySize = { by: 'size', types, range: sizes, ...ascending } as const;
  const ofFolder = (one: string): SearchPlan => ({ by: 'folder', folder: one, ...ascending });

  switch (sort) {
    case 'name':
      if ([...q].length >= selectivePrefixLength) return byName;
      if (keyword !== undefined) return { by: 'keyword', keyword: foldKeyword(keyword), ...ascending };
      return only === undefined ? byName : ofFolder(only);
    case 'date':
      return only === undefined ? byDate : { by: 'folder-date', folder: only, range: dates, ...newestFirst };
    case 'size':
      return only === undefined ? bySize : { by: 'folder-size', folder: only, range: sizes, ...ascending };
    case undefined:
      break;
  }
  if ([...q].length >= selectivePrefixLength) return byName;
  if (keyword !== undefined) return { by: 'keyword', keyword: foldKeyword(keyword), ...ascending };
  if (only !== undefined) {
    if (isBound(dates)) return { by: 'folder-date', folder: only, range: dates, ...newestFirst };
    if (isBound(sizes)) return { by: 'folder-size', folder: only, range: sizes, ...ascending };
    return ofFolder(only);
  }
  if (q !== '') return byName;
  if (folder !== undefined && folder !== '/') return { by: 'below', folder, ...ascending };
  return isBound(sizes) && !isBound(dates) ? bySize : byDate;
}

function isBound(range: SearchRange<unknown>): boolean {
  return range.from !== undefined || range.to !== undefined;
}
