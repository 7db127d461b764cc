import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { OperationItem } from '@pressroom/client/create-client';
import { useChange } from '../../../api/use-change.ts';
import { usePages } from '../../../api/use-pages.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { PageLink } from '../../../components/page-link.tsx';
import { QueryError } from '../../../components/query-error.tsx';
import { Time } from '../../../components/time.tsx';
import { useCompany } from '../../../session/company.tsx';
import { appTexts } from '../../../texts/app.ts';
import { notificationSettingsTexts } from '../../../texts/notification-settings.ts';

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
      cell: (delivery) => (
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
  const { items, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = deliveries;
  if (deliveries.error && items.length === 0) return <QueryError query={deliveries} />;
  return (
    <Table
      items={items}
      columnDefinitions={columns}
      trackBy="jobId"
      wrapLines
      stickyColumns={{ last: 1 }}
      loading={isPending}
      loadingText={appTexts.loading}
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: texts.caption }}
      header={
        <Header variant="h2" description={texts.description}>
          {texts.header}
        </Header>
      }
      empty={<EmptyState title={texts.empty} description={texts.emptyDescription} />}
      footer={
        hasNextPage && (
          <Box textAlign="center">
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {texts.showMore}
            </Button>
          </Box>
        )
      }
    />
  );
}
