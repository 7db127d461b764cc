import type { OperationRequest } from '@pressroom/client/create-client';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

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

const viewKey = 'pressroom.library.view';

/** Largest and newest first, otherwise ascending. */
export function usualOrder(sort: Sort): 'asc' | 'desc' {
  return ['date', 'created', 'size', 'width'].includes(sort) ? 'desc' : 'asc';
}

function read(params: URLSearchParams): LibraryAddress {
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

function write({ folder, below, filters, sort, order, view }: LibraryAddress): URLSearchParams {
  return new URLSearchParams({
    ...(folder !== '/' && { folder }),
    ...(!below && { below: 'false' }),
    ...filters,
    ...(sort !== 'name' && { sort }),
    ...(order !== usualOrder(sort) && { order }),
    view,
  });
}

/** The address, and what changes parts of it. A change of the filter can be taken back by the browser's button. */
export function useLibraryAddress(): readonly [LibraryAddress, (change: Partial<LibraryAddress>) => void] {
  const [params, setParams] = useSearchParams();
  const address = useMemo(() => read(params), [params]);
  return [
    address,
    (change) => {
      if (change.view) localStorage.setItem(viewKey, change.view);
      setParams(write({ ...address, ...change }), { replace: change.view !== undefined });
    },
  ];
}

/** The filter of a search or of a scope for these assets. There is always one, since a scope needs it. */
export function filterOf({ folder, below, filters }: LibraryAddress): SearchQuery {
  return { ...filters, folder, ...(below && { below: 'true' as const }) } as SearchQuery;
}
