import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import type { OperationItem } from '@pressroom/client/create-client';
import type { Pages } from '../../../api/use-pages.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Time } from '../../../components/time.tsx';
import { auditTexts as texts } from '../../../texts/audit.ts';
import { SettingsTable } from '../settings-table.tsx';
import { AuditFilterBar } from './audit-filter-bar.tsx';
import { ExportAudit } from './export-audit.tsx';
import type { useAuditFilters } from './use-audit-filters.ts';

export type AuditEntry = OperationItem<'listAudit'>;

/** Subjects that a row names. */
const namedSubjects = 2;

const icons = { unknown: 'warning', done: 'success', failed: 'error' } as const;

interface AuditTableProps {
  readonly audit: Pages<'listAudit'>;
  readonly used: ReturnType<typeof useAuditFilters>;
  readonly onShow: (entry: AuditEntry) => void;
}

export function AuditTable({ audit, used, onShow }: AuditTableProps) {
  const { items, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = audit;
  const columns: TableProps.ColumnDefinition<AuditEntry>[] = [
    {
      id: 'at',
      header: texts.columns.at,
      minWidth: 160,
      cell: ({ at, byName }) => (
        <>
          <Time at={at} />
          <Box color="text-body-secondary" fontSize="body-s">
            {byName}
          </Box>
        </>
      ),
    },
    {
      id: 'what',
      header: texts.columns.what,
      isRowHeader: true,
      minWidth: 150,
      cell: ({ kind, operation }) => (
        <>
          {texts.kinds[kind]}
          <Box color="text-body-secondary" fontSize="body-s">
            {operation}
          </Box>
        </>
      ),
    },
    {
      id: 'subjects',
      header: texts.columns.subjects,
      minWidth: 250,
      cell: ({ subjects, subjectCount }) => {
        const named = subjects.slice(0, namedSubjects);
        return (
          <span className="settings-code">
            {named.join(', ')} {subjectCount > named.length && texts.more(subjectCount - named.length)}
          </span>
        );
      },
    },
    {
      id: 'outcome',
      header: texts.columns.outcome,
      minWidth: 130,
      cell: ({ outcome }) => (
        <StatusIndicator type={icons[outcome]}>{texts.outcomes[outcome]}</StatusIndicator>
      ),
    },
    {
      id: 'change',
      header: texts.columns.change,
      cell: (entry) => (
        <Button variant="inline-link" ariaLabel={texts.showOf(entry.operation)} onClick={() => onShow(entry)}>
          {texts.show}
        </Button>
      ),
    },
  ];
  const more = (text: string) => (
    <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {text}
    </Button>
  );
  return (
    <SettingsTable
      items={items}
      columnDefinitions={columns}
      trackBy="id"
      texts={texts}
      isLoading={isPending}
      actions={<ExportAudit query={used.query} />}
      filter={<AuditFilterBar used={used} />}
      empty={emptyState()}
      footer={hasNextPage && items.length > 0 && <Box textAlign="center">{more(texts.showMore)}</Box>}
    />
  );

  function emptyState() {
    if (!used.isFiltered) return undefined;
    // A request reads for five seconds at most: a page may be empty although older entries match.
    if (hasNextPage)
      return (
        <EmptyState
          title={texts.noMatchSoFar}
          description={texts.noMatchSoFarDescription}
          action={more(texts.searchOn)}
        />
      );
    return (
      <EmptyState
        title={texts.noMatch}
        action={<Button onClick={used.reset}>{texts.filters.reset}</Button>}
      />
    );
  }
}
