import type { OperationResponse } from '@pressroom/client/create-client';
import { useQuery } from '@tanstack/react-query';
import { useNewClient } from './client-context.tsx';

export type Me = OperationResponse<'readMe'>;

/** Who is signed in, and in which companies with which role. Read again after five minutes, when roles may have changed. */
export function useMe() {
  const client = useNewClient();
  return useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => client.call('readMe', { signal }),
    refetchInterval: 300_000,
  });
}
