import { type Asset, type AssetType, isPublished } from '../assets/asset.ts';
import { isOutdatedOn } from '../assets/publish-state.ts';
import type { Server } from '../delivery/server.ts';
import { foldKeyword } from './keyword.ts';

export const searchStates = ['published', 'unpublished', 'changed', 'held'] as const;
export type SearchState = (typeof searchStates)[number];

/** Filters of a search. An asset matches if it meets all that are given. */
export interface SearchFilters {
  /** The beginning of its name; case does not matter. */
  readonly q?: string | undefined;
  readonly keyword?: string | undefined;
  /** The asset has one of these types. */
  readonly types?: readonly AssetType[] | undefined;
  /** `changed`: an older version is live on at least one server. `held`: a member unpublished it. */
  readonly state?: SearchState | undefined;
  /** ISO 8601, UTC, with milliseconds; both bounds are inclusive. */
  readonly modifiedFrom?: string | undefined;
  readonly modifiedTo?: string | undefined;
  readonly bytesFrom?: number | undefined;
  readonly bytesTo?: number | undefined;
  readonly folder?: string | undefined;
  /** Include the folders below `folder`. */
  readonly below?: boolean | undefined;
}

/** A name as searches and sorts compare it: in NFC and lower case. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Whether an asset meets all filters of a search. Trashed assets never do. */
export function matchesSearch(asset: Asset, filters: SearchFilters): boolean {
  const { q, keyword, types, state, modifiedFrom, modifiedTo, bytesFrom, bytesTo, folder, below } = filters;
  return (
    asset.trashed === undefined &&
    (q === undefined || foldName(asset.id).startsWith(foldName(q))) &&
    (keyword === undefined ||
      (asset.keywords ?? []).some((each) => foldKeyword(each) === foldKeyword(keyword))) &&
    (types === undefined || types.includes(asset.type)) &&
    (state === undefined || isInState(asset, state)) &&
    (modifiedFrom === undefined || asset.modified >= modifiedFrom) &&
    (modifiedTo === undefined || asset.modified <= modifiedTo) &&
    (bytesFrom === undefined || asset.bytes >= bytesFrom) &&
    (bytesTo === undefined || asset.bytes <= bytesTo) &&
    (folder === undefined || (below ? asset.folder.startsWith(folder) : asset.folder === folder))
  );
}

function isInState(asset: Asset, state: SearchState): boolean {
  switch (state) {
    case 'published':
      return isPublished(asset);
    case 'unpublished':
      return !isPublished(asset);
    case 'changed':
      return (Object.keys(asset.publications) as Server[]).some((server) => isOutdatedOn(asset, server));
    case 'held':
      return asset.intent === 'held';
  }
}
