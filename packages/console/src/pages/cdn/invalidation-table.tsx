import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useMemberNames } from '../../api/use-member-names.ts';
import type { Pages } from '../../api/use-pages.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { appTexts } from '../../texts/app.ts';
import { cdnTexts } from '../../texts/cdn.ts';
import type { Invalidation } from './invalidation.ts';
import { InvalidationState } from './invalidation-state.tsx';

const texts = cdnTexts.list;

/** How many ids a row names. */
const namedIds = 3;

function What({ invalidation }: { invalidation: Invalidation }) {
  const { company } = useCompany();
  const { preset, assets, assetCount } = invalidation;
  const named = assets.slice(0, namedIds);
  return (
    <>
      {preset ? texts.preset(preset) : texts.assets(assetCount)}
      {named.length > 0 && (
        <Box color="text-body-secondary" fontSize="body-s">
          {named.map((id, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <PageLink to={`/${company}/assets/${id}`} fontSize="body-s">
                {id}
              </PageLink>
            </span>
          ))}
          {assetCount > named.length && ` ${texts.more(assetCount - named.length)}`}
        </Box>
      )}
    </>
  );
}

/** Whole seconds up to two minutes, then minutes. */
function duration({ submitted, completedAt }: Invalidation): string {
  if (!completedAt) return '–';
  const seconds = Math.max(0, Math.round((Date.parse(completedAt) - Date.parse(submitted)) / 1000));
  return seconds <= 120 ? texts.seconds(seconds) : texts.minutes(Math.round(seconds / 60));
}

const columnsOf = (nameOf: (subject: string) => string): TableProps.ColumnDefinition<Invalidation>[] => [
  {
    id: 'state',
    header: texts.columns.state,
    minWidth: 140,
    cell: (item) => <InvalidationState invalidation={item} />,
  },
  { id: 'what', header: texts.columns.what, minWidth: 180, cell: (item) => <What invalidation={item} /> },
  { id: 'submitted', header: texts.columns.submitted, cell: ({ submitted }) => <Time at={submitted} /> },
  { id: 'duration', header: texts.columns.duration, cell: duration },
  { id: 'by', header: texts.columns.by, cell: ({ submittedBy }) => nameOf(submittedBy) },
  { id: 'cost', header: texts.columns.cost, cell: ({ maxCostUsd }) => texts.cost(maxCostUsd) },
];

interface InvalidationTableProps {
  readonly invalidations: Pages<'listInvalidations'>;
  readonly onInvalidate: () => void;
}

/** All invalidations of the last 13 months, newest first. */
export function InvalidationTable({ invalidations, onInvalidate }: InvalidationTableProps) {
  const nameOf = useMemberNames();
  const { items, isPending } = invalidations;
  return (
    <Table
      items={items}
      columnDefinitions={columnsOf(nameOf)}
      trackBy="id"
      loading={isPending}
      loadingText={appTexts.loading}
      wrapLines
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: texts.caption }}
      header={<Header variant="h2">{texts.header}</Header>}
      empty={
        <EmptyState
          title={texts.empty}
          description={texts.emptyDescription}
          action={<Button onClick={onInvalidate}>{cdnTexts.invalidate}</Button>}
        />
      }
      footer={invalidations.hasNextPage && <ShowMore list={invalidations} />}
    />
  );
}
