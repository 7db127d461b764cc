import { QueryClient } from '@tanstack/react-query';

/** What is loaded is fresh until `GET /changes` names its kind (use-changes.ts). The client itself retries. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Not held back while the browser says that it is offline: people see that the network failed, and try again.
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
