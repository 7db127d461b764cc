import { type Asset, type AssetType, isPublished } from '../assets/asset.ts';
import { isOutdatedOn } from '../assets/publish-state.ts';
import type { Server } from '../delivery/server.ts';
import { foldText, searchWords } from './fold-text.ts';
import { foldKeyword } from './keyword.ts';

export const searchStates = ['published', 'unpublished', 'changed', 'held'] as const;
export type SearchState = (typeof searchStates)[number];

export const orientations = ['landscape', 'portrait', 'square'] as const;
export type Orientation = (typeof orientations)[number];

/** How an asset relates to others. Its own record does not know it: only the search index does. */
export interface RelationFlags {
  /** No set shows the asset. */
  readonly unused: boolean;
  /** The asset is a published set with a member that is not published. */
  readonly incomplete: boolean;
  /** The asset is a derived image that is published although its parent is not. */
  readonly stillLive: boolean;
}

/** Filters of a search. An asset matches if it meets all that are given. */
export interface SearchFilters
  extends Partial<{ readonly [Flag in keyof RelationFlags]: boolean | undefined }> {
  /** Each word is part of the id, the file name, a text, a keyword or a field; case and accents do not matter. */
  readonly q?: string | undefined;
  readonly keyword?: string | undefined;
  /** A whole value of a metadata field; case and accents do not matter. */
  readonly field?: { readonly name: string; readonly value: string } | undefined;
  /** The asset has one of these types. */
  readonly types?: readonly AssetType[] | undefined;
  /** `changed`: an older version is live on at least one server. `held`: a member unpublished it. */
  readonly state?: SearchState | undefined;
  /** ISO 8601, UTC, with milliseconds; both bounds are inclusive. */
  readonly modifiedFrom?: string | undefined;
  readonly modifiedTo?: string | undefined;
  readonly createdFrom?: string | undefined;
  readonly createdTo?: string | undefined;
  readonly bytesFrom?: number | undefined;
  readonly bytesTo?: number | undefined;
  /** Pixels. An asset without a size in pixels does not match. */
  readonly widthFrom?: number | undefined;
  readonly widthTo?: number | undefined;
  readonly heightFrom?: number | undefined;
  readonly heightTo?: number | undefined;
  readonly orientation?: Orientation | undefined;
  /** Subject of the member that uploaded or built it first. */
  readonly uploader?: string | undefined;
  readonly folder?: string | undefined;
  /** Include the folders below `folder`. */
  readonly below?: boolean | undefined;
}

/** A name as sorts compare it: in NFC and lower case. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Everything that a search text looks at, folded. A line break separates the texts, so that no word spans two. */
export function searchText(asset: Asset): string {
  const { id, fileName, title, description, altText, keywords = [], fields = {} } = asset;
  return [id, fileName, title, description, altText, ...keywords, ...Object.values(fields).map(String)]
    .filter((text) => text !== undefined)
    .map((text) => foldText(text))
    .join('\n');
}

/** Undefined for an asset without a size in pixels. */
export function orientationOf({ width, height }: Pick<Asset, 'width' | 'height'>): Orientation | undefined {
  if (width === undefined || height === undefined) return undefined;
  return width === height ? 'square' : width > height ? 'landscape' : 'portrait';
}

/** Whether an older version of the asset is live on at least one server. */
export function isChanged(asset: Asset): boolean {
  return (Object.keys(asset.publications) as Server[]).some((server) => isOutdatedOn(asset, server));
}

/** Whether an asset meets all filters that its own record can decide. Trashed assets never do. */
export function matchesSearch(asset: Asset, filters: SearchFilters): boolean {
  const { q, keyword, field, types, state, orientation, uploader, folder, below } = filters;
  return (
    asset.trashed === undefined &&
    (q === undefined || searchWords(q).every((word) => searchText(asset).includes(word))) &&
    (keyword === undefined ||
      (asset.keywords ?? []).some((each) => foldKeyword(each) === foldKeyword(keyword))) &&
    (field === undefined || hasField(asset, field)) &&
    (types === undefined || types.includes(asset.type)) &&
    (state === undefined || isInState(asset, state)) &&
    isWithin(asset.modified, filters.modifiedFrom, filters.modifiedTo) &&
    isWithin(asset.created, filters.createdFrom, filters.createdTo) &&
    isWithin(asset.bytes, filters.bytesFrom, filters.bytesTo) &&
    isWithin(asset.width, filters.widthFrom, filters.widthTo) &&
    isWithin(asset.height, filters.heightFrom, filters.heightTo) &&
    (orientation === undefined || orientationOf(asset) === orientation) &&
    (uploader === undefined || asset.createdBy === uploader) &&
    (folder === undefined || (below ? asset.folder.startsWith(folder) : asset.folder === folder))
  );
}

function isWithin<Value extends string | number>(
  value: Value | undefined,
  from: Value | undefined,
  to: Value | undefined,
): boolean {
  if (from === undefined && to === undefined) return true;
  return value !== undefined && (from === undefined || value >= from) && (to === undefined || value <= to);
}

function hasField(asset: Asset, { name, value }: { readonly name: string; readonly value: string }): boolean {
  const found = Object.entries(asset.fields ?? {}).find(([known]) => known === name)?.[1];
  return found !== undefined && foldText(String(found)) === foldText(value);
}

function isInState(asset: Asset, state: SearchState): boolean {
  switch (state) {
    case 'published':
      return isPublished(asset);
    case 'unpublished':
      return !isPublished(asset);
    case 'changed':
      return isChanged(asset);
    case 'held':
      return asset.intent === 'held';
  }
}
