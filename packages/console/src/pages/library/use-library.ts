import type { OperationItem, OperationResponse } from '@pressroom/client/create-client';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useClient, useCompanyName } from '../../api/client-context.tsx';
import { queryKeyOf } from '../../api/use-read.ts';
import { type LibraryAddress, pageSize, searchOf } from './library-query.ts';

export type LibraryAsset = OperationItem<'searchAssets'>;
type Page = OperationResponse<'searchAssets'>;

/** Assets before the end of what is loaded, from which on the next page is asked for. */
const ahead = 100;

export interface Library {
  readonly assets: readonly LibraryAsset[];
  /** All that match; undefined while it is not known. */
  readonly total: number | undefined;
  readonly hasMore: boolean;
  readonly error: unknown;
  readonly isFetching: boolean;
  refetch(): void;
  /** To be called with the first and last index that are on the screen: they are kept up to date, others are not. */
  readonly see: (first: number, last: number) => void;
}

/**
 * The assets that the address names. Each page is a query of its own: a change by others reads again only what is on the
 * screen, however far somebody has scrolled.
 */
export function useLibrary(address: LibraryAddress): Library {
  const client = useClient();
  const company = useCompanyName();
  const queries = useQueryClient();
  const query = useMemo(() => searchOf(address), [address]);
  const identity = JSON.stringify(query);
  const [chain, setChain] = useState<{
    readonly of: string;
    readonly cursors: readonly (string | undefined)[];
  }>({
    of: identity,
    cursors: [undefined],
  });
  const cursors = chain.of === identity ? chain.cursors : [undefined];
  const [seen, setSeen] = useState({ first: 0, last: 0 });
  const firstPage = Math.max(0, Math.floor(seen.first / pageSize) - 1);
  const lastPage = Math.floor((seen.last + ahead) / pageSize);

  const pages = useQueries({
    queries: cursors.map((cursor, index) => {
      const request = { query: { ...query, ...(cursor === undefined ? {} : { cursor }) } };
      return {
        queryKey: queryKeyOf(company, 'assets', 'searchAssets', request),
        queryFn: ({ signal }: { signal: AbortSignal }): Promise<Page> =>
          client.call('searchAssets', { ...request, signal }),
        enabled: index === 0 || (index >= firstPage && index <= lastPage),
      };
    }),
  });

  // Follows the cursors of the pages, which change when assets before them do.
  const next = pages.map(({ data }) => data?.next);
  useEffect(() => {
    const followed: (string | undefined)[] = [undefined];
    for (const [index, cursor] of next.entries()) {
      const isWanted = index < lastPage || cursors[index + 1] !== undefined;
      if (cursor === undefined || !isWanted) break;
      followed.push(cursor);
    }
    const isSame =
      chain.of === identity &&
      followed.length === cursors.length &&
      followed.every((cursor, index) => cursor === cursors[index]);
    if (!isSame) setChain({ of: identity, cursors: followed });
  });

  const loaded = pages.map(({ data }) => data);
  const assets = useSameUntilChanged(loaded);
  return {
    assets,
    total: loaded[0]?.total,
    hasMore: loaded.at(-1) === undefined || loaded.at(-1)?.next !== undefined,
    // What was read before stays on the screen while it cannot be read again.
    error: loaded[0] ? undefined : (pages[0]?.error ?? undefined),
    isFetching: pages.some(({ isFetching }) => isFetching),
    refetch: () => void queries.invalidateQueries({ queryKey: [company, 'assets'] }),
    see: (first, last) => {
      if (
        Math.floor(first / pageSize) !== Math.floor(seen.first / pageSize) ||
        Math.floor((last + ahead) / pageSize) !== lastPage
      )
        setSeen({ first, last });
    },
  };
}

/** The assets of all pages, in one array until one of the pages changes. */
function useSameUntilChanged(loaded: readonly (Page | undefined)[]): readonly LibraryAsset[] {
  const last = useRef<{
    readonly of: readonly (Page | undefined)[];
    readonly assets: readonly LibraryAsset[];
  }>(undefined);
  const before = last.current;
  if (
    before &&
    before.of.length === loaded.length &&
    before.of.every((page, index) => page === loaded[index])
  )
    return before.assets;
  const all = loaded.flatMap((page) => page?.items ?? []);
  // An asset that has moved between two reads is on two pages.
  const assets = [...new Map(all.map((asset) => [asset.id, asset] as const)).values()];
  last.current = { of: loaded, assets };
  return assets;
}
