import type {
  OperationItem,
  OperationName,
  OperationRequest,
  OperationResponse,
} from '@pressroom/client/create-client';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { callOperation } from './call-operation.ts';
import { useClient, useCompanyName } from './client-context.tsx';
import { type ChangeKind, queryKeyOf } from './use-read.ts';

/** The operations whose responses are pages with `items` and `next`. */
export type ListOperation = {
  [Name in OperationName]: OperationResponse<Name> extends { items: readonly unknown[] }
    ? 'cursor' extends keyof NonNullable<OperationRequest<Name>['query']>
      ? Name
      : never
    : never;
}[OperationName];

export type Pages<Name extends ListOperation> = UseInfiniteQueryResult<
  InfiniteData<OperationResponse<Name>>
> & {
  /** The items of all pages that are loaded. */
  readonly items: readonly OperationItem<Name>[];
};

/** Reads a list page by page: `fetchNextPage` loads the next one. */
export function usePages<Name extends ListOperation>(
  kind: ChangeKind,
  name: Name,
  request: OperationRequest<Name>,
  { enabled = true }: { readonly enabled?: boolean } = {},
): Pages<Name> {
  const client = useClient();
  const company = useCompanyName();
  const result = useInfiniteQuery({
    queryKey: queryKeyOf(company, kind, name, { ...request, pages: true }),
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...request.query, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return callOperation(client, name, { ...request, query, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last as { next?: string }).next,
    enabled,
  });
  const items = (result.data?.pages ?? []).flatMap(
    (page) => (page as { items: readonly OperationItem<Name>[] }).items,
  );
  return { ...result, items } as Pages<Name>;
}
