import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { ConfirmDelete } from '../../components/confirm-delete.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { toCsv } from '../../metadata-tables/csv-text.ts';
import { type ImportRun, importRun } from '../../metadata-tables/import-run.ts';
import type { RowResult } from '../../metadata-tables/import-table.ts';
import { saveCsv } from '../../metadata-tables/save-csv.ts';
import { useCompany } from '../../session/company.tsx';
import { formatNumber } from '../../texts/app.ts';
import { metadataTableTexts as texts } from '../../texts/metadata-table.ts';
import { ChangedCells } from './changed-cells.tsx';
import './metadata.css';
import { countsOf, outcomes } from './row-counts.ts';
import { useApplying } from './use-applying.ts';

/** Rows of a page: what each changes is read from its asset. */
const pageSize = 20;

const indicators: Readonly<Record<RowResult['outcome'], StatusIndicatorProps.Type>> = {
  changed: 'success',
  trashed: 'warning',
  unchanged: 'info',
  failed: 'error',
};

/** What a table would change, or has changed, row by row, and the button that does it. */
export function CheckedTable({ run }: { run: ImportRun }) {
  const { company } = useCompany();
  const { apply } = useApplying();
  const { table, phase, results, warnings } = run;
  const counts = countsOf(run);
  const [shown, setShown] = useState<RowResult['outcome'] | undefined>(
    counts.failed > 0 && phase === 'checked' ? 'failed' : undefined,
  );
  const [page, setPage] = useState(1);
  const [isAsking, setAsking] = useState(false);
  const state = phase === 'checked' ? 'checked' : 'done';
  const rows = [...results.values()]
    .filter(({ outcome }) => shown === undefined || outcome === shown)
    .sort((a, b) => a.row - b.row);
  const isWork = counts.changed + counts.trashed > 0;
  const options = [
    { value: '', label: texts.filter.all(results.size) },
    ...outcomes
      .filter((outcome) => counts[outcome] > 0)
      .map((value) => ({ value, label: texts.filter.of(texts.counts[value][state], counts[value]) })),
  ];

  function downloadFailed() {
    const failed = table.rows.filter(({ row }) => results.get(row)?.outcome === 'failed');
    saveCsv(toCsv([table.header, ...failed.map(({ cells }) => cells)]), `problems of ${table.name}`);
  }

  const columns: TableProps.ColumnDefinition<RowResult>[] = [
    { id: 'row', header: texts.columns.row, cell: ({ row }) => formatNumber(row), width: 80 },
    {
      id: 'asset',
      header: texts.columns.asset,
      isRowHeader: true,
      minWidth: 140,
      cell: ({ id, errors = [] }) =>
        // There is no page of an asset that does not exist.
        errors.some(({ column }) => column === 'id') ? (
          id
        ) : (
          <PageLink to={`/${company}/assets/${encodeURIComponent(id)}`}>{id}</PageLink>
        ),
    },
    {
      id: 'outcome',
      header: texts.columns.outcome,
      minWidth: 180,
      cell: ({ outcome }) => (
        <StatusIndicator type={indicators[outcome]}>{texts.outcomes[outcome][state]}</StatusIndicator>
      ),
    },
    {
      id: 'details',
      header: texts.columns.details,
      minWidth: 240,
      cell: (result) =>
        result.errors ? (
          <ul className="cells">
            {result.errors.map(({ column, message }) => (
              <li key={`${column} ${message}`}>{texts.cell(column, message)}</li>
            ))}
          </ul>
        ) : (
          result.outcome === 'changed' && phase === 'checked' && <ChangedCells run={run} result={result} />
        ),
    },
  ];

  return (
    <SpaceBetween size="l">
      {phase === 'checked' && counts.failed > 0 && (
        <Alert type="warning" action={<Button onClick={downloadFailed}>{texts.downloadFailed}</Button>}>
          {texts.leftOut(counts.failed)}
        </Alert>
      )}
      {phase === 'checked' && !isWork && <Alert type="info">{texts.nothingToDo}</Alert>}
      {phase === 'done' && (
        <Alert
          type={counts.failed > 0 ? 'warning' : 'success'}
          header={texts.applied(counts.changed, counts.trashed)}
          action={counts.failed > 0 && <Button onClick={downloadFailed}>{texts.downloadFailed}</Button>}
        >
          {warnings.map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
        </Alert>
      )}
      <Table
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween size="xs" direction="horizontal">
                <Button onClick={importRun.clear}>{texts.another}</Button>
                {phase === 'checked' && isWork && (
                  <Button
                    variant="primary"
                    onClick={() => (counts.trashed > 0 ? setAsking(true) : void apply())}
                  >
                    {texts.apply(counts.changed, counts.trashed)}
                  </Button>
                )}
              </SpaceBetween>
            }
          >
            {phase === 'checked' ? texts.checked(table.name) : texts.done(table.name)}
          </Header>
        }
        filter={
          <div className="row-filter">
            <Select
              ariaLabel={texts.filter.label}
              selectedOption={options.find(({ value }) => value === (shown ?? '')) ?? null}
              options={options}
              onChange={({ detail }) => {
                setShown((detail.selectedOption.value || undefined) as RowResult['outcome'] | undefined);
                setPage(1);
              }}
            />
          </div>
        }
        pagination={
          rows.length > pageSize && (
            <Pagination
              currentPageIndex={page}
              pagesCount={Math.ceil(rows.length / pageSize)}
              ariaLabels={{ paginationLabel: texts.pages }}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
            />
          )
        }
        items={rows.slice((page - 1) * pageSize, page * pageSize)}
        columnDefinitions={columns}
        trackBy={({ row }) => String(row)}
        wrapLines
        enableKeyboardNavigation
        ariaLabels={{ tableLabel: texts.caption }}
        empty={<EmptyState title={texts.none} />}
      />
      {isAsking && (
        <ConfirmDelete
          visible
          header={texts.deleteHeader(counts.trashed)}
          confirm={texts.apply(counts.changed, counts.trashed)}
          onConfirm={async () => void apply()}
          onDismiss={() => setAsking(false)}
        >
          {texts.deleteText}
        </ConfirmDelete>
      )}
    </SpaceBetween>
  );
}
