import type { OperationItem } from '@pressroom/client/create-client';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { queryKeyOf } from '../../api/use-read.ts';
import { useCompany } from '../../session/company.tsx';

export type Job = OperationItem<'listJobs'>;

/** Milliseconds between two looks at a job that runs. */
const pollMilliseconds = 2_000;

const activeStatuses: readonly Job['status'][] = ['queued', 'running', 'stopping'];

/** Whether a job waits, runs or stops. */
export function isActive({ status }: Pick<Job, 'status'>): boolean {
  return activeStatuses.includes(status);
}

/** A job of a list, with its live counts as long as it is active. The lists are read again when it ends. */
export function useLiveJob(listed: Job): Job {
  const client = useClient();
  const refresh = useRefresh();
  const { company } = useCompany();
  const request = { params: { jobId: listed.id } };
  const wasActive = isActive(listed);
  const { data } = useQuery<Job>({
    queryKey: queryKeyOf(company, 'jobs', 'readJob', request),
    queryFn: ({ signal }) => client.call('readJob', { ...request, signal }),
    enabled: wasActive,
    refetchInterval: ({ state }) => (state.data && !isActive(state.data) ? false : pollMilliseconds),
  });
  const job = wasActive && data ? data : listed;
  const hasEnded = wasActive && !isActive(job);
  useEffect(() => {
    if (hasEnded) void refresh('jobs', 'assets');
  }, [hasEnded, refresh]);
  return job;
}
