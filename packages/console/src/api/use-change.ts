import type { OperationName, OperationRequest, OperationResponse } from '@pressroom/client/create-client';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { callOperation } from './call-operation.ts';
import { useClient, useCompanyName } from './client-context.tsx';
import type { ChangeKind } from './use-read.ts';

/**
 * Changes something by the API: `mutateAsync(request)` or `mutate(request)`.
 * @param kinds what is read again afterwards
 */
export function useChange<Name extends OperationName>(
  name: Name,
  kinds: readonly ChangeKind[],
): UseMutationResult<OperationResponse<Name>, Error, OperationRequest<Name>> {
  const client = useClient();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (request: OperationRequest<Name>) => callOperation(client, name, request),
    // After a failure too: part of it may be done.
    onSettled: () => refresh(...kinds),
  });
}

/** Gives a function that reads everything of these kinds again. */
export function useRefresh(): (...kinds: readonly ChangeKind[]) => Promise<void> {
  const queries = useQueryClient();
  const company = useCompanyName();
  return async (...kinds) => {
    await Promise.all(kinds.map((kind) => queries.invalidateQueries({ queryKey: [company, kind] })));
  };
}
