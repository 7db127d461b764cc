import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { OperationItem, OperationResponse } from '@pressroom/client/create-client';
import { useState } from 'react';
import { usePages } from '../../api/use-pages.ts';
import { CompareImages } from '../../components/compare-images.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { useCompany } from '../../session/company.tsx';
import { appTexts } from '../../texts/app.ts';
import { formatBytes } from '../../texts/bytes.ts';
import { jobTexts } from '../../texts/jobs.ts';
import { publishTexts } from '../../texts/publish.ts';

const texts = publishTexts.plan;

type PlannedAsset = OperationItem<'listPlanEntries'>;
type Change = PlannedAsset['change'];

const changes: readonly Change[] = ['added', 'changed', 'republished', 'refused', 'skipped', 'unchanged'];

const indicators: Readonly<Record<Change, StatusIndicatorProps.Type>> = {
  added: 'success',
  changed: 'success',
  republished: 'success',
  refused: 'error',
  skipped: 'info',
  unchanged: 'info',
};

interface PlanTableProps {
  readonly planId: string;
  readonly counts: OperationResponse<'readPlan'>['counts'];
}

/** The assets of a plan, by what happens to them; those that change with both versions beside each other. */
export function PlanTable({ planId, counts }: PlanTableProps) {
  const { company } = useCompany();
  const [change, setChange] = useState<Change>();
  const [compared, setCompared] = useState<PlannedAsset>();
  const entries = usePages('jobs', 'listPlanEntries', {
    params: { planId },
    query: { limit: 50, previews: 'true', ...(change && { change }) },
  });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const options = [
    { id: 'all', text: texts.all(total) },
    ...changes
      .filter((one) => counts[one] > 0)
      .map((id) => ({ id, text: texts.tab(texts.changes[id], counts[id]) })),
  ];

  const columns: TableProps.ColumnDefinition<PlannedAsset>[] = [
    {
      id: 'picture',
      header: texts.columns.picture,
      width: 72,
      cell: (asset) => (
        <span className="plan-picture">
          <Thumbnail asset={asset} alt="" />
        </span>
      ),
    },
    {
      id: 'asset',
      header: texts.columns.asset,
      isRowHeader: true,
      cell: ({ id }) => <PageLink to={`/${company}/assets/${id}`}>{id}</PageLink>,
    },
    {
      id: 'change',
      header: texts.columns.change,
      cell: ({ change: one, message }) => (
        <>
          <StatusIndicator type={indicators[one]}>{texts.changes[one]}</StatusIndicator>
          {message && (
            <Box color="text-body-secondary" fontSize="body-s">
              {message}
            </Box>
          )}
        </>
      ),
    },
    {
      id: 'servers',
      header: texts.columns.servers,
      cell: ({ servers }) => servers.map((server) => jobTexts.servers[server]).join(', ') || '–',
    },
    { id: 'size', header: texts.columns.size, cell: ({ bytes }) => (bytes === 0 ? '–' : formatBytes(bytes)) },
    {
      id: 'compare',
      header: texts.columns.compare,
      cell: (asset) =>
        asset.previewUrl && asset.livePreviewUrl && asset.change === 'changed' ? (
          <Button
            variant="inline-link"
            ariaLabel={texts.compareOf(asset.id)}
            onClick={() => setCompared(asset)}
          >
            {texts.compare}
          </Button>
        ) : (
          '–'
        ),
    },
  ];

  if (entries.error && entries.items.length === 0) return <QueryError query={entries} />;
  return (
    <>
      <Table
        items={entries.items}
        columnDefinitions={columns}
        trackBy="id"
        wrapLines
        loading={entries.isPending}
        loadingText={appTexts.loading}
        enableKeyboardNavigation
        ariaLabels={{ tableLabel: texts.caption }}
        filter={
          options.length > 2 && (
            <SegmentedControl
              label={texts.columns.change}
              selectedId={change ?? 'all'}
              options={options}
              onChange={({ detail }) =>
                setChange(detail.selectedId === 'all' ? undefined : (detail.selectedId as Change))
              }
            />
          )
        }
        empty={<EmptyState title={texts.nothing} />}
        footer={entries.hasNextPage && <ShowMore list={entries} />}
      />
      {compared?.previewUrl && compared.livePreviewUrl && (
        <Modal
          visible
          size="large"
          header={publishTexts.compare.header(compared.id)}
          onDismiss={() => setCompared(undefined)}
        >
          <CompareImages
            before={{ url: compared.livePreviewUrl, label: publishTexts.compare.before }}
            after={{ url: compared.previewUrl, label: publishTexts.compare.after }}
          />
        </Modal>
      )}
    </>
  );
}
