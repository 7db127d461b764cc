import { type Asset, type AssetType, isPublished } from '../assets/asset.ts';
import { foldText } from './fold-text.ts';
import { foldKeyword } from './keyword.ts';
import {
  foldName,
  isChanged,
  type Orientation,
  orientationOf,
  type RelationFlags,
  type SearchFilters,
  searchText,
} from './search-filters.ts';

/**
 * The form of indexed assets and of the index itself. An index of another number is not read but built again: raise it
 * with every change of what is indexed or how.
 */
export const indexFormat = 1;

/** An asset as the search index holds it. */
export interface IndexedAsset {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly type: AssetType;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  readonly orientation?: Orientation;
  readonly created: string;
  readonly modified: string;
  readonly uploader: string;
  readonly published: boolean;
  readonly changed: boolean;
  readonly held: boolean;
  readonly title: string;
  readonly parent?: string;
  readonly text: string;
  /** Keywords and fields, as `keywordTerm` and `fieldTerm` write them. */
  readonly terms: readonly string[];
}

export const keywordPrefix = 'k:';

export const keywordTerm = (keyword: string) => `${keywordPrefix}${foldKeyword(keyword)}`;

export const fieldTerm = (name: string, value: string | number | boolean) =>
  `f:${JSON.stringify(name)}:${foldText(String(value))}`;

export function toIndexedAsset(asset: Asset): IndexedAsset {
  const { id, folder, type, bytes, width, height, created, modified, createdBy, parent } = asset;
  const orientation = orientationOf(asset);
  return {
    id,
    name: foldName(id),
    folder,
    type,
    bytes,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(orientation === undefined ? {} : { orientation }),
    created,
    modified,
    uploader: createdBy,
    published: isPublished(asset),
    changed: isChanged(asset),
    held: asset.intent === 'held',
    title: foldText(asset.title ?? ''),
    ...(parent === undefined ? {} : { parent }),
    text: searchText(asset),
    terms: [
      ...new Set([
        ...(asset.keywords ?? []).map(keywordTerm),
        ...Object.entries(asset.fields ?? {}).map(([name, value]) => fieldTerm(name, value)),
      ]),
    ],
  };
}

/** Orders the changes of one item. */
export interface ChangeOrder {
  /** The stream's sequence number, padded to `sequenceDigits`; empty for what was read from the table. */
  readonly sequence: string;
  /** When the item was written: ISO 8601, UTC, whole seconds. */
  readonly at: string;
}

/** Sequence numbers of DynamoDB's streams have 21 to 40 digits: API reference, StreamRecord. */
export const sequenceDigits = 40;

/** A change of one item of the table. */
export type IndexChange = ChangeOrder &
  (
    | { readonly kind: 'asset'; readonly id: string; readonly asset?: IndexedAsset | undefined }
    | {
        readonly kind: 'use';
        readonly member: string;
        readonly set: string;
        readonly shown: boolean;
      }
  );

export const searchSorts = [
  'name',
  'title',
  'date',
  'created',
  'size',
  'width',
  'type',
  'folder',
  'uploader',
] as const;
export type SearchSort = (typeof searchSorts)[number];
export type SearchOrder = 'asc' | 'desc';

/** Newest or largest first, otherwise ascending. */
export function defaultOrder(sort: SearchSort): SearchOrder {
  return sort === 'date' || sort === 'created' || sort === 'size' || sort === 'width' ? 'desc' : 'asc';
}

export const searchFacets = ['type', 'state', 'orientation', 'keyword', 'folder', 'uploader'] as const;
export type SearchFacet = (typeof searchFacets)[number];

/** The last asset of a page. */
export interface SearchPosition {
  readonly value: string | number;
  readonly id: string;
}

export interface IndexQuery {
  readonly filters: SearchFilters;
  readonly sort: SearchSort;
  readonly order: SearchOrder;
  readonly limit: number;
  readonly after?: SearchPosition | undefined;
  readonly facets?: readonly SearchFacet[] | undefined;
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

export interface IndexHits {
  readonly hits: readonly ({ readonly id: string } & RelationFlags)[];
  /** All matches, also those before and after the page. */
  readonly total: number;
  readonly next?: SearchPosition;
  /** The values with the highest counts. */
  readonly facets: Readonly<Partial<Record<SearchFacet, readonly FacetValue[]>>>;
}
