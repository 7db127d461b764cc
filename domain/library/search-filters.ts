import { type Asset, type AssetType, isPublished } from '../assets/asset.ts';
import { isOutdatedOn } from '../assets/publish-state.ts';
import type { Server } from '../delivery/server.ts';
import { foldName } from './fold-name.ts';
import { foldKeyword } from './keyword.ts';

export const searchStates = ['published', 'unpublished', 'changed', 'held'] as const;
export type SearchState = (typeof searchStates)[number];

/** What an asset must be to be found: all of what is given. */
export interface SearchFilters {
  /** How its name begins, in any case. */
  readonly q?: string | undefined;
  readonly keyword?: string | undefined;
  /** One of these. */
  readonly types?: readonly AssetType[] | undefined;
  /** `changed`: live somewhere in an older version. `held`: somebody unpublished it. */
  readonly state?: SearchState | undefined;
  /** ISO 8601, UTC, with milliseconds; both ends belong to it. */
  readonly modifiedFrom?: string | undefined;
  readonly modifiedTo?: string | undefined;
  readonly bytesFrom?: number | undefined;
  readonly bytesTo?: number | undefined;
  readonly folder?: string | undefined;
  /** And the folders below it. */
  readonly below?: boolean | undefined;
}

/** Whether an asset is what a search asks for. What is in the trash never is. */
export function matchesSearch(asset: Asset, filters: SearchFilters): boolean {
  const { q, keyword, types, state, modifiedFrom, modifiedTo, bytesFrom, bytesTo, folder, below } = filters;
  return (
    asset.trashed === undefined &&
    (q === undefined || foldName(asset.id).startsWith(foldName(q))) &&
    (keyword === undefined ||
      (asset.keywords ?? []).some((borne) => foldKeyword(borne) === foldKeyword(keyword))) &&
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
