import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useEffect, useState } from 'react';
import { usePages } from '../../api/use-pages.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Time } from '../../components/time.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { useCompany } from '../../session/company.tsx';
import { appTexts } from '../../texts/app.ts';
import { jobTexts } from '../../texts/jobs.ts';
import '../jobs/jobs.css';
import type { Job } from '../jobs/use-live-job.ts';
import { LogActions, type LogEntry } from './log-actions.tsx';
import { useLogFilters } from './log-query.ts';

const texts = jobTexts.log;

/** Entries of one request: a page of the log is not shown at once on a slow line otherwise. */
const pageSize = 200;

const indicators: Readonly<Record<LogEntry['outcome'], StatusIndicatorProps.Type>> = {
  published: 'success',
  withdrawn: 'success',
  recorded: 'success',
  changed: 'success',
  warning: 'warning',
  error: 'error',
  skipped: 'info',
  'not-reached': 'stopped',
  begin: 'info',
  end: 'info',
  notice: 'info',
};

const outcomeFilters = [
  'error',
  'warning',
  'published',
  'withdrawn',
  'recorded',
  'skipped',
  'not-reached',
] as const;

interface Line {
  readonly number: number;
  readonly entry: LogEntry;
}

/** The log of a job with filters. It grows while the job runs. */
export function JobLog({ job }: { job: Job }) {
  const { company } = useCompany();
  const { notify } = useNotifications();
  const { filters, line, change, linkTo } = useLogFilters();
  const log = usePages('jobs', 'readJobLog', {
    params: { jobId: job.id },
    query: { limit: pageSize, ...filters },
  });
  const lines: Line[] = log.items.map((entry, index) => ({ number: index + 1, entry }));
  const isFiltered = Object.keys(filters).length > 0;

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = log;
  const isMarkedMissing = line !== undefined && line > lines.length && hasNextPage && !isFetchingNextPage;
  useEffect(() => {
    if (isMarkedMissing) void fetchNextPage();
  }, [isMarkedMissing, fetchNextPage]);
  const isMarkedThere = line !== undefined && line <= lines.length;
  useEffect(() => {
    if (isMarkedThere) document.querySelector('[data-marked-line]')?.scrollIntoView({ block: 'center' });
  }, [isMarkedThere]);

  async function copyLink(number: number) {
    await navigator.clipboard.writeText(linkTo(number));
    notify({ type: 'success', header: texts.linkCopied });
  }

  const columns: TableProps.ColumnDefinition<Line>[] = [
    {
      id: 'time',
      header: texts.columns.time,
      cell: ({ entry, number }) => (
        <span {...(number === line && { 'data-marked-line': true })}>
          <Time at={entry.time} />
        </span>
      ),
    },
    {
      id: 'outcome',
      header: texts.columns.outcome,
      minWidth: 140,
      cell: ({ entry: { outcome } }) => (
        <StatusIndicator type={indicators[outcome]}>{texts.outcomes[outcome]}</StatusIndicator>
      ),
    },
    {
      id: 'asset',
      header: texts.columns.asset,
      cell: ({ entry: { asset } }) =>
        asset ? <PageLink to={`/${company}/assets/${asset}`}>{asset}</PageLink> : '–',
    },
    {
      id: 'server',
      header: texts.columns.server,
      cell: ({ entry: { server } }) => (server ? jobTexts.servers[server] : '–'),
    },
    {
      id: 'message',
      header: texts.columns.message,
      cell: ({ entry: { message } }) => message,
      minWidth: 240,
    },
    {
      id: 'link',
      header: texts.columns.link,
      cell: ({ number }) => (
        <Button
          variant="icon"
          iconName="share"
          ariaLabel={texts.link}
          onClick={() => void copyLink(number)}
        />
      ),
    },
  ] as TableProps.ColumnDefinition<Line>[];

  if (log.error && lines.length === 0) return <QueryError query={log} />;
  return (
    <Table
      items={lines}
      columnDefinitions={columns}
      trackBy={({ number }) => String(number)}
      loading={log.isPending}
      loadingText={appTexts.loading}
      enableKeyboardNavigation
      wrapLines
      selectedItems={line === undefined ? [] : lines.slice(line - 1, line)}
      ariaLabels={{ tableLabel: texts.caption }}
      header={
        <Header variant="h2" actions={<LogActions job={job} filters={filters} entries={log.items} />}>
          {texts.header}
        </Header>
      }
      filter={
        <LogFilterBar filters={filters} change={change} servers={job.kind === 'publish' ? job.servers : []} />
      }
      empty={<EmptyState title={isFiltered ? texts.empty : texts.none} />}
      footer={log.hasNextPage && <ShowMore list={log} />}
    />
  );
}

interface LogFilterBarProps extends Pick<ReturnType<typeof useLogFilters>, 'filters' | 'change'> {
  readonly servers: readonly (keyof typeof jobTexts.servers)[];
}

function LogFilterBar({ filters, change, servers }: LogFilterBarProps) {
  const outcomeOption = (value: string) => ({
    value,
    label: value ? texts.outcomes[value as keyof typeof texts.outcomes] : texts.allOutcomes,
  });
  const serverOption = (value: string) => ({
    value,
    label: value ? jobTexts.servers[value as keyof typeof jobTexts.servers] : texts.allServers,
  });
  return (
    <div className="job-filters">
      <FormField label={texts.filterOutcome}>
        <Select
          selectedOption={outcomeOption(filters.outcome ?? '')}
          options={['', ...outcomeFilters].map(outcomeOption)}
          onChange={({ detail }) => change('outcome', detail.selectedOption.value)}
        />
      </FormField>
      {servers.length > 1 && (
        <FormField label={texts.filterServer}>
          <Select
            selectedOption={serverOption(filters.server ?? '')}
            options={['', ...servers].map(serverOption)}
            onChange={({ detail }) => change('server', detail.selectedOption.value)}
          />
        </FormField>
      )}
      <FormField label={texts.filterAsset}>
        <AssetFilter value={filters.asset ?? ''} onChange={(asset) => change('asset', asset)} />
      </FormField>
    </div>
  );
}

/** An id that is typed: the log is read when no key was pressed for a moment. */
function AssetFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const settled = useSettled(text.trim());
  useEffect(() => {
    if (settled !== value) onChange(settled);
  }, [settled, value, onChange]);
  return <Input type="search" value={text} onChange={({ detail }) => setText(detail.value)} />;
}
