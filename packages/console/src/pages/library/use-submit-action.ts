import type { OperationBody, OperationRequest } from '@pressroom/client/create-client';
import { useNavigate } from 'react-router';
import { useClient, useCompanyName } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';

/** All that a search finds. */
export interface Found {
  readonly query: NonNullable<OperationRequest<'searchAssets'>['query']>;
  readonly count: number;
}

/**
 * Gives a function that has a job do something with all that a search finds, and opens the page of the job, which shows its
 * progress and the outcome of each asset. It throws ApiError.
 */
export function useSubmitAction() {
  const client = useClient();
  const company = useCompanyName();
  const navigate = useNavigate();
  const refresh = useRefresh();
  return async (action: OperationBody<'submitAction'>['action'], { query, count }: Found): Promise<void> => {
    const body = { action, scope: { query: query as never, count } };
    const job = await client.call('submitAction', { body });
    await refresh('jobs');
    await navigate(`/${company}/jobs/${job.id}`);
  };
}
