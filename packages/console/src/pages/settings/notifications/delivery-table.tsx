import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import type { OperationItem } from '@pressroom/client/create-client';
import { useMayChangeJobs } from '../../../actions/use-may-change-jobs.ts';
import { useChange } from '../../../api/use-change.ts';
import { usePages } from '../../../api/use-pages.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { PageLink } from '../../../components/page-link.tsx';
import { QueryError } from '../../../components/query-error.tsx';
import { ShowMore } from '../../../components/show-more.tsx';
import { Time } from '../../../components/time.tsx';
import { useCompany } from '../../../session/company.tsx';
import { notificationSettingsTexts } from '../../../texts/notification-settings.ts';
import { SettingsTable } from '../settings-table.tsx';

const texts = notificationSettingsTexts.deliveries;

type Delivery = OperationItem<'listDeliveries'>;

const icons: Readonly<Record<Delivery['state'], StatusIndicatorProps.Type>> = {
  received: 'success',
  waiting: 'pending',
  'given-up': 'error',
  ended: 'stopped',
};

function Response({ delivery: { status, response, reason, milliseconds, last } }: { delivery: Delivery }) {
  return (
    <>
      {status === undefined ? texts.noResponse : `HTTP ${status}`} · {texts.milliseconds(milliseconds)}
      {[reason, response].map(
        (text) =>
          text && (
            <Box key={text} color="text-body-secondary" fontSize="body-s">
              {text}
            </Box>
          ),
      )}
      <Box color="text-body-secondary" fontSize="body-s">
        <Time at={last} />
      </Box>
    </>
  );
}

/** What became of the notification about each job, and another attempt. */
export function DeliveryTable() {
  const { company } = useCompany();
  const deliveries = usePages('jobs', 'listDeliveries', { query: { limit: 50 } });
  const send = useChange('sendAgain', ['jobs']);
  const { notify, notifyError } = useNotifications();
  const mayChange = useMayChangeJobs();

  async function sendAgain({ jobId, jobName }: Delivery) {
    try {
      await send.mutateAsync({ params: { jobId } });
      notify({ type: 'success', header: texts.sent(jobName) });
    } catch (error) {
      notifyError(texts.notSent(jobName), error);
    }
  }

  const columns: TableProps.ColumnDefinition<Delivery>[] = [
    {
      id: 'job',
      header: texts.columns.job,
      isRowHeader: true,
      minWidth: 160,
      cell: ({ jobId, jobName, url }) => (
        <>
          <PageLink to={`/${company}/jobs/${jobId}`}>{jobName}</PageLink>
          <Box color="text-body-secondary" fontSize="body-s">
            {url}
          </Box>
        </>
      ),
    },
    {
      id: 'state',
      header: texts.columns.state,
      minWidth: 160,
      cell: ({ state, attempts, next }) => (
        <>
          <StatusIndicator type={icons[state]}>{texts.states[state]}</StatusIndicator>
          <Box color="text-body-secondary" fontSize="body-s">
            {texts.attempts(attempts)}
            {next && (
              <div>
                {texts.next}: <Time at={next} />
              </div>
            )}
          </Box>
        </>
      ),
    },
    {
      id: 'response',
      header: texts.columns.response,
      minWidth: 160,
      cell: (delivery) => <Response delivery={delivery} />,
    },
    {
      id: 'actions',
      header: texts.columns.actions,
      minWidth: 130,
      cell: (delivery) =>
        mayChange(delivery) && (
          <Button
            variant="inline-link"
            ariaLabel={texts.againOf(delivery.jobName)}
            loading={send.isPending && send.variables.params.jobId === delivery.jobId}
            onClick={() => void sendAgain(delivery)}
          >
            {texts.again}
          </Button>
        ),
    },
  ];
  const { items, isPending } = deliveries;
  if (deliveries.error && items.length === 0) return <QueryError query={deliveries} />;
  return (
    <SettingsTable
      items={items}
      columnDefinitions={columns}
      trackBy="jobId"
      texts={texts}
      isLoading={isPending}
      footer={deliveries.hasNextPage && <ShowMore list={deliveries} />}
    />
  );
}
