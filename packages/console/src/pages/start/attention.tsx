import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { OperationResponse } from '@pressroom/client/create-client';
import { Time } from '../../components/time.tsx';
import { startTexts } from '../../texts/start.ts';
import { ShortList, type ShortListRow } from './short-list.tsx';

interface AttentionProps {
  readonly overview: OperationResponse<'readOverview'> | undefined;
  /** Published sets with members that are not. Without them while they are searched, and if that fails. */
  readonly incomplete: { readonly data?: OperationResponse<'searchAssets'> | undefined };
}

/** Everything that somebody should look at, the worst first. */
export function Attention({ overview, incomplete }: AttentionProps) {
  const texts = startTexts.attention;
  if (!overview) return <ShortList texts={texts} count={undefined} rows={undefined} />;
  const { failedJobs, pausedSchedules, expiringSecrets } = overview;
  const sets = incomplete.data;
  const rows: ShortListRow[] = [
    ...failedJobs.items.map(({ id, name, counts, ended }) => ({
      id,
      text: name,
      detail: <StatusIndicator type="error">{texts.failedJob(counts.errors, counts.total)}</StatusIndicator>,
      more: <Time at={ended} />,
    })),
    ...pausedSchedules.items.map(({ id, name, warning }) => ({
      id,
      text: name,
      detail: <StatusIndicator type={warning ? 'warning' : 'stopped'}>{texts.paused}</StatusIndicator>,
      more: warning,
    })),
    ...(expiringSecrets?.items ?? []).map(({ id, validUntil }) => ({
      id,
      text: texts.secret,
      detail: <StatusIndicator type="warning">{id}</StatusIndicator>,
      more: <Time at={validUntil} />,
    })),
    ...(sets?.items ?? []).map(({ id }) => ({
      id,
      text: id,
      detail: <StatusIndicator type="warning">{texts.incompleteSet}</StatusIndicator>,
    })),
  ];
  const count = failedJobs.count + pausedSchedules.count + (expiringSecrets?.count ?? 0) + (sets?.total ?? 0);
  return <ShortList texts={texts} count={count} rows={rows} />;
}
