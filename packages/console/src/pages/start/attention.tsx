import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { OperationResponse } from '@pressroom/client/create-client';
import { PageLink } from '../../components/page-link.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { startTexts } from '../../texts/start.ts';
import { ShortList, type ShortListRow } from './short-list.tsx';

/** Everything that somebody should look at, the worst first, with a link to where it is put right. */
export function Attention({ overview }: { overview: OperationResponse<'readOverview'> }) {
  const texts = startTexts.attention;
  const { company } = useCompany();
  const { failedJobs, pausedSchedules, expiringSecrets, incompleteSets } = overview;
  const rows: ShortListRow[] = [
    ...failedJobs.items.map(({ id, name, counts, ended }) => ({
      id,
      text: <PageLink to={`/${company}/jobs/${id}`}>{name}</PageLink>,
      detail: <StatusIndicator type="error">{texts.failedJob(counts.errors, counts.total)}</StatusIndicator>,
      more: <Time at={ended} />,
    })),
    ...pausedSchedules.items.map(({ id, name, warning }) => ({
      id,
      text: <PageLink to={`/${company}/jobs/scheduled`}>{name}</PageLink>,
      detail: <StatusIndicator type={warning ? 'warning' : 'stopped'}>{texts.paused}</StatusIndicator>,
      more: warning,
    })),
    ...(expiringSecrets?.items ?? []).map(({ id, validUntil }) => ({
      id,
      text: <PageLink to={`/${company}/settings/notifications`}>{texts.secret}</PageLink>,
      detail: <StatusIndicator type="warning">{id}</StatusIndicator>,
      more: <Time at={validUntil} />,
    })),
    ...(incompleteSets?.items ?? []).map(({ id, title }) => ({
      id,
      text: <PageLink to={`/${company}/assets/${id}`}>{title ?? id}</PageLink>,
      detail: <StatusIndicator type="warning">{texts.incompleteSet}</StatusIndicator>,
    })),
  ];
  const count =
    failedJobs.count + pausedSchedules.count + (expiringSecrets?.count ?? 0) + (incompleteSets?.count ?? 0);
  return <ShortList texts={texts} count={count} rows={rows} />;
}
