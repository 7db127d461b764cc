import { QueryClient } from '@tanstack/react-query';

/** What is loaded is fresh until `GET /changes` names its kind (use-changes.ts). The client itself retries. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });
}
