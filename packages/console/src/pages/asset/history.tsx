import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { OperationItem } from '@pressroom/client/create-client';
import { useMemberNames } from '../../api/use-member-names.ts';
import { usePages } from '../../api/use-pages.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { appTexts } from '../../texts/app.ts';
import { assetTexts } from '../../texts/asset.ts';
import { jobTexts } from '../../texts/jobs.ts';
import type { Asset } from './read-asset.ts';

const texts = assetTexts.history;

type Event = OperationItem<'readAssetHistory'>;

/** On which servers the asset is live, and when it was published and withdrawn. */
export function History({ asset }: { asset: Asset }) {
  const { company } = useCompany();
  const nameOf = useMemberNames();
  const history = usePages('assets', 'readAssetHistory', {
    params: { id: asset.id },
    query: { limit: 50 },
  });
  const servers = Object.entries(asset.publications);

  const columns: TableProps.ColumnDefinition<Event>[] = [
    { id: 'at', header: texts.columns.at, cell: ({ at }) => <Time at={at} /> },
    {
      id: 'event',
      header: texts.columns.event,
      isRowHeader: true,
      cell: ({ event }) => (
        <StatusIndicator type={event === 'published' ? 'success' : 'stopped'}>
          {texts.events[event]}
        </StatusIndicator>
      ),
    },
    { id: 'server', header: texts.columns.server, cell: ({ server }) => jobTexts.servers[server] },
    { id: 'version', header: texts.columns.version, cell: ({ version }) => version },
    { id: 'by', header: texts.columns.by, cell: ({ by }) => nameOf(by) },
    {
      id: 'job',
      header: texts.columns.job,
      cell: ({ jobId }) =>
        jobId ? <PageLink to={`/${company}/jobs/${jobId}`}>{texts.toJob}</PageLink> : texts.byHand,
    },
  ];

  return (
    <SpaceBetween size="l">
      <section aria-label={texts.servers}>
        {servers.length === 0 ? (
          <Box color="text-body-secondary">{texts.noServers}</Box>
        ) : (
          <KeyValuePairs
            columns={4}
            items={servers.map(([server, { version, at }]) => ({
              label: jobTexts.servers[server as keyof typeof jobTexts.servers],
              value: (
                <>
                  {texts.version(version)}
                  {version < asset.version && ` (${texts.outdated})`}
                  <br />
                  <Time at={at} />
                </>
              ),
            }))}
          />
        )}
      </section>
      {history.error && history.items.length === 0 ? (
        <QueryError query={history} />
      ) : (
        <Table
          variant="embedded"
          items={history.items}
          columnDefinitions={columns}
          loading={history.isPending}
          loadingText={appTexts.loading}
          ariaLabels={{ tableLabel: texts.caption }}
          empty={<EmptyState title={texts.empty} />}
          footer={history.hasNextPage && <ShowMore list={history} />}
        />
      )}
    </SpaceBetween>
  );
}
