import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { OperationItem } from '@pressroom/client/create-client';
import { useMemberNames } from '../../api/use-member-names.ts';
import type { Pages } from '../../api/use-pages.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { appTexts } from '../../texts/app.ts';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { trashTexts as texts } from '../../texts/trash.ts';
import './trash.css';

export type TrashItem = OperationItem<'listTrash'>;

interface TrashTableProps {
  readonly trash: Pages<'listTrash'>;
  readonly selected: readonly TrashItem[];
  /** Missing for viewers, who cannot do anything with a selection. */
  readonly onSelect?: (items: readonly TrashItem[]) => void;
}

/** What is in the trash, by whom, and for how long. */
export function TrashTable({ trash, selected, onSelect }: TrashTableProps) {
  const { company } = useCompany();
  const nameOf = useMemberNames();
  const columns: TableProps.ColumnDefinition<TrashItem>[] = [
    {
      id: 'picture',
      header: texts.columns.picture,
      cell: ({ asset }) => (
        <span className="trash-picture">
          <Thumbnail asset={asset} alt="" />
        </span>
      ),
    },
    {
      id: 'asset',
      header: texts.columns.asset,
      isRowHeader: true,
      minWidth: 160,
      cell: ({ asset: { id, folder, trashed } }) => (
        <>
          <PageLink to={`/${company}/assets/${encodeURIComponent(id)}`}>{id}</PageLink>
          <Box color="text-body-secondary" fontSize="body-s">
            {trashed?.with === undefined ? folder : texts.with(trashed.with)}
          </Box>
        </>
      ),
    },
    {
      id: 'left',
      header: texts.columns.left,
      minWidth: 110,
      cell: ({ asset, daysLeft }) =>
        asset.trashed?.purging ? (
          <StatusIndicator type="in-progress">{texts.purging}</StatusIndicator>
        ) : (
          texts.left(daysLeft)
        ),
    },
    { id: 'type', header: texts.columns.type, cell: ({ asset }) => assetTypeTexts[asset.type] },
    {
      id: 'deleted',
      header: texts.columns.deleted,
      minWidth: 160,
      cell: ({ asset: { trashed } }) =>
        trashed && (
          <>
            <Time at={trashed.at} />
            <Box color="text-body-secondary" fontSize="body-s">
              {texts.by(nameOf(trashed.by))}
            </Box>
          </>
        ),
    },
  ];
  return (
    <Table
      items={trash.items}
      columnDefinitions={columns}
      trackBy={({ asset }) => asset.id}
      wrapLines
      loading={trash.isPending}
      loadingText={appTexts.loading}
      enableKeyboardNavigation
      ariaLabels={{
        tableLabel: texts.caption,
        selectionGroupLabel: texts.caption,
        allItemsSelectionLabel: () => texts.selectAll,
        itemSelectionLabel: (_, { asset }) => texts.select(asset.id),
      }}
      {...(onSelect && {
        selectionType: 'multi',
        selectedItems: [...selected],
        isItemDisabled: ({ asset }: TrashItem) => asset.trashed?.purging === true,
        onSelectionChange: ({ detail }: { detail: TableProps.SelectionChangeDetail<TrashItem> }) =>
          onSelect(detail.selectedItems),
      })}
      empty={
        <EmptyState
          title={texts.empty}
          description={texts.emptyDescription}
          action={<LinkButton to={`/${company}/library`}>{texts.toLibrary}</LinkButton>}
        />
      }
      footer={trash.hasNextPage && <ShowMore list={trash} />}
    />
  );
}
