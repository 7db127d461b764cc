import type { OperationRequest } from '@pressroom/client/create-client';

type SearchQuery = NonNullable<OperationRequest<'searchAssets'>['query']>;

/** Everything by which a search is narrowed, as in its query string, without folder, order and page. */
export type Filters = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

const filterNames = [
  'q',
  'keyword',
  'field',
  'type',
  'state',
  'modifiedFrom',
  'modifiedTo',
  'createdFrom',
  'createdTo',
  'bytesFrom',
  'bytesTo',
  'widthFrom',
  'widthTo',
  'heightFrom',
  'heightTo',
  'orientation',
  'uploader',
  'unused',
  'incomplete',
  'stillLive',
] as const satisfies readonly (keyof SearchQuery)[];

export const sorts = ['name', 'title', 'date', 'created', 'size', 'width', 'type', 'folder'] as const;
export type Sort = (typeof sorts)[number];
export type View = 'grid' | 'list';

/** What the address of the library says: a link to it shows the same. */
export interface LibraryAddress {
  readonly folder: string;
  readonly below: boolean;
  readonly filters: Filters;
  readonly sort: Sort;
  readonly order: 'asc' | 'desc';
  readonly view: View;
}

export const viewKey = 'pressroom.library.view';

/** Largest and newest first, otherwise ascending. */
export function usualOrder(sort: Sort): 'asc' | 'desc' {
  return ['date', 'created', 'size', 'width'].includes(sort) ? 'desc' : 'asc';
}

/** What the query string of the library's address says. */
export function readAddress(params: URLSearchParams): LibraryAddress {
  const sort = sorts.find((one) => one === params.get('sort')) ?? 'name';
  const order = params.get('order');
  const view = params.get('view') ?? localStorage.getItem(viewKey);
  return {
    folder: params.get('folder') ?? '/',
    below: params.get('below') !== 'false',
    filters: Object.fromEntries(
      filterNames.flatMap((name) => {
        const value = params.get(name);
        return value === null || value === '' ? [] : [[name, value]];
      }),
    ),
    sort,
    order: order === 'asc' || order === 'desc' ? order : usualOrder(sort),
    view: view === 'list' ? 'list' : 'grid',
  };
}

/** The filter of a search or of a scope for these assets. There is always one, since a scope needs it. */
export function filterOf({ folder, below, filters }: LibraryAddress): SearchQuery {
  return { ...filters, folder, ...(below && { below: 'true' as const }) } as SearchQuery;
}

/** Assets of a page: a screen of small cards, so that the first one comes with one request. */
export const pageSize = 100;

/** The query of the search for the assets of an address. */
export function searchOf(address: LibraryAddress): SearchQuery {
  return { ...filterOf(address), sort: address.sort, order: address.order, limit: pageSize };
}

/** The same as the text of a query string has it. */
export function searchQueryOf(params: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    Object.entries(searchOf(readAddress(params))).map(([name, value]) => [name, String(value)]),
  );
}
