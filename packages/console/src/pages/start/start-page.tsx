import Alert from '@cloudscape-design/components/alert';
import Grid from '@cloudscape-design/components/grid';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useRead } from '../../api/use-read.ts';
import { JobStatus } from '../../components/job-status.tsx';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { startTexts } from '../../texts/start.ts';
import { Attention } from './attention.tsx';
import { LibraryInNumbers } from './library-in-numbers.tsx';
import { ShortList } from './short-list.tsx';
import { UsageInNumbers } from './usage-in-numbers.tsx';

const wide = { default: 12, m: 6 } as const;

/** What needs attention, what runs, what was published lately, what comes next. */
export default function StartPage() {
  const overview = useRead('jobs', 'readOverview');
  const { company } = useCompany();
  const { data } = overview;
  if (overview.error && !data)
    return (
      <Page title={startTexts.title}>
        <QueryError query={overview} />
      </Page>
    );
  // Sections that grow would move those below them: all of them come at once.
  if (!data)
    return (
      <Page title={startTexts.title}>
        <Skeleton rows={12} />
      </Page>
    );
  return (
    <Page title={startTexts.title}>
      <SpaceBetween size="l">
        {data.partial && <Alert type="info">{startTexts.partial}</Alert>}
        <Grid
          gridDefinition={[
            { colspan: wide },
            { colspan: wide },
            { colspan: wide },
            { colspan: wide },
            { colspan: 12 },
            { colspan: 12 },
          ]}
        >
          <Attention overview={data} />
          <ShortList
            texts={startTexts.running}
            count={data.unfinishedJobs.count}
            rows={data.unfinishedJobs.items.map(({ id, name, status }) => ({
              id,
              text: <PageLink to={`/${company}/jobs/${id}`}>{name}</PageLink>,
              detail: <JobStatus status={status} />,
            }))}
          />
          <ShortList
            texts={startTexts.published}
            count={data.lastPublished.count}
            rows={data.lastPublished.items.map(({ id, name, ended, counts }) => ({
              id,
              text: <PageLink to={`/${company}/jobs/${id}`}>{name}</PageLink>,
              detail: startTexts.published.assets(counts.done),
              more: <Time at={ended} />,
            }))}
          />
          <ShortList
            texts={startTexts.next}
            count={data.nextRuns.count}
            rows={data.nextRuns.items.map(({ id, name, at }) => ({
              id,
              text: <PageLink to={`/${company}/jobs/scheduled`}>{name}</PageLink>,
              more: <Time at={at} />,
            }))}
          />
          <LibraryInNumbers />
          <UsageInNumbers />
        </Grid>
      </SpaceBetween>
    </Page>
  );
}
