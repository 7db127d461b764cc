import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useMemberNames } from '../../api/use-member-names.ts';
import type { Pages } from '../../api/use-pages.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany, useMay } from '../../session/company.tsx';
import { appTexts, formatNumber } from '../../texts/app.ts';
import { jobsTexts } from '../../texts/jobs.ts';
import { JobProgress } from './job-progress.tsx';
import type { JobSort, useJobFilters } from './use-job-filters.ts';
import { type Job, useLiveJob } from './use-live-job.ts';
import './jobs.css';

const texts = jobsTexts;

/** Columns of the specification's Jobs page, in its order. Each is sorted by the API. */
const columnIds = [
  'type',
  'name',
  'started',
  'total',
  'warnings',
  'errors',
  'duration',
  'status',
  'destination',
  'user',
] as const satisfies readonly JobSort[];

/** Pixels. At 1,440 the status is in sight beside the navigation, as wide as its progress bar needs. */
const minWidths: Partial<Readonly<Record<(typeof columnIds)[number], { readonly minWidth: number }>>> = {
  name: { minWidth: 150 },
  started: { minWidth: 160 },
  status: { minWidth: 170 },
};

function Live({ listed, children }: { listed: Job; children: (job: Job) => React.ReactNode }) {
  return children(useLiveJob(listed));
}

function NumberCell({ value }: { value: number }) {
  return value === 0 ? <Box color="text-body-secondary">0</Box> : formatNumber(value);
}

interface JobTableProps {
  readonly jobs: Pages<'listJobs'>;
  readonly used: ReturnType<typeof useJobFilters>;
  readonly filter: React.ReactNode;
}

/** The folder of an upload, or the one that an action moves assets to. */
function destinationOf(job: Job): string {
  if (job.kind === 'upload') return job.destination;
  return (job.kind === 'action' ? job.folder : undefined) ?? '–';
}

/** The history of jobs, with live progress of those that run. */
export function JobTable({ jobs, used, filter }: JobTableProps) {
  const { company } = useCompany();
  const mayUpload = useMay('user');
  const nameOf = useMemberNames();
  const { filters, isFiltered, change, reset } = used;

  const cells: Readonly<Record<(typeof columnIds)[number], (job: Job) => React.ReactNode>> = {
    type: ({ kind }) => texts.kinds[kind],
    name: ({ id, givenName }) => <PageLink to={`/${company}/jobs/${id}`}>{givenName}</PageLink>,
    started: ({ submitted }) => (
      <span className="job-time">
        <Time at={submitted} />
      </span>
    ),
    total: (listed) => <Live listed={listed}>{({ counts }) => formatNumber(counts.total)}</Live>,
    warnings: (listed) => (
      <Live listed={listed}>{({ counts }) => <NumberCell value={counts.warnings} />}</Live>
    ),
    errors: (listed) => <Live listed={listed}>{({ counts }) => <NumberCell value={counts.errors} />}</Live>,
    duration: (listed) => (
      <Live listed={listed}>
        {({ duration }) => (duration === undefined ? '–' : texts.duration(duration))}
      </Live>
    ),
    status: (listed) => <Live listed={listed}>{(job) => <JobProgress job={job} />}</Live>,
    destination: destinationOf,
    user: ({ user }) => nameOf(user),
  };

  const columns: TableProps.ColumnDefinition<Job>[] = columnIds.map((id) => ({
    id,
    header: texts.columns[id],
    cell: cells[id],
    sortingField: id,
    ...(id === 'name' && { isRowHeader: true }),
    ...minWidths[id],
  }));

  const { items, isPending } = jobs;
  return (
    <Table
      items={items}
      columnDefinitions={columns}
      trackBy="id"
      wrapLines
      loading={isPending}
      loadingText={appTexts.loading}
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: texts.caption }}
      filter={filter}
      sortingColumn={{ sortingField: filters.sort }}
      sortingDescending={filters.descending}
      onSortingChange={({ detail }) =>
        change({
          sort: detail.sortingColumn.sortingField,
          order: detail.isDescending ? 'desc' : 'asc',
        })
      }
      empty={
        isFiltered ? (
          <EmptyState
            title={texts.noMatch}
            {...(jobs.hasNextPage && { description: texts.mayBeMore })}
            action={<Button onClick={reset}>{texts.filters.reset}</Button>}
          />
        ) : (
          <EmptyState
            title={texts.empty}
            description={texts.emptyDescription}
            action={mayUpload && <LinkButton to={`/${company}/upload`}>{texts.upload}</LinkButton>}
          />
        )
      }
      footer={jobs.hasNextPage && <ShowMore list={jobs} />}
    />
  );
}
