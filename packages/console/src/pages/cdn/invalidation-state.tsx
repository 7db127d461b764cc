import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { queryKeyOf } from '../../api/use-read.ts';
import { useCompany } from '../../session/company.tsx';
import { cdnTexts } from '../../texts/cdn.ts';
import type { Invalidation } from './invalidation.ts';

/** Milliseconds between two looks at an invalidation in progress: it takes about half a minute. */
const pollMilliseconds = 3_000;

/** The state of an invalidation. One in progress is looked at until it has reached all edges. */
export function InvalidationState({ invalidation }: { invalidation: Invalidation }) {
  const client = useClient();
  const refresh = useRefresh();
  const { company } = useCompany();
  const request = { params: { id: invalidation.id } };
  const isOpen = invalidation.status === 'in-progress';
  const { data } = useQuery({
    queryKey: queryKeyOf(company, 'settings', 'readInvalidation', request),
    queryFn: ({ signal }) => client.call('readInvalidation', { ...request, signal }),
    enabled: isOpen,
    refetchInterval: ({ state }) => (state.data?.status === 'completed' ? false : pollMilliseconds),
  });
  const status = data?.status ?? invalidation.status;
  const hasEnded = isOpen && status === 'completed';
  // The list has its duration then.
  useEffect(() => {
    if (hasEnded) void refresh('settings');
  }, [hasEnded, refresh]);
  return (
    <StatusIndicator type={status === 'completed' ? 'success' : 'in-progress'}>
      {cdnTexts.list.state[status]}
    </StatusIndicator>
  );
}
