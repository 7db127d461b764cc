import type { OperationName, OperationRequest, OperationResponse } from '@pressroom/client/create-client';
import { type QueryKey, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { callOperation } from './call-operation.ts';
import { useClient, useCompanyName } from './client-context.tsx';

/** What `GET /changes` names: everything that is read belongs to one of them, and is read again when it changes. */
export type ChangeKind = 'assets' | 'jobs' | 'schedules' | 'settings';

/** The key of a query: its company and kind come first, so that a change finds it. */
export function queryKeyOf(
  company: string,
  kind: ChangeKind,
  name: OperationName,
  request: unknown,
): QueryKey {
  return [company, kind, name, request ?? {}];
}

type Arguments<Name extends OperationName> =
  Partial<OperationRequest<Name>> extends OperationRequest<Name>
    ? [request?: OperationRequest<Name>, options?: ReadOptions]
    : [request: OperationRequest<Name>, options?: ReadOptions];

interface ReadOptions {
  /** False: not read yet. */
  readonly enabled?: boolean;
  /** Shows the previous response while another one is loaded, for lists whose filter changes. */
  readonly keepPrevious?: boolean;
}

/**
 * Reads from the API, and again when others change it.
 * @param kind what the response changes with
 */
export function useRead<Name extends OperationName>(
  kind: ChangeKind,
  name: Name,
  ...[request, { enabled = true, keepPrevious = false } = {}]: Arguments<Name>
): UseQueryResult<OperationResponse<Name>> {
  const client = useClient();
  const company = useCompanyName();
  return useQuery<OperationResponse<Name>>({
    queryKey: queryKeyOf(company, kind, name, request),
    queryFn: ({ signal }) => callOperation(client, name, { ...request, signal } as OperationRequest<Name>),
    enabled,
    ...(keepPrevious && { placeholderData: (before: OperationResponse<Name> | undefined) => before }),
  } as Parameters<typeof useQuery<OperationResponse<Name>>>[0]);
}
