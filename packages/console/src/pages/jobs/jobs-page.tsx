import { usePages } from '../../api/use-pages.ts';
import { Page } from '../../components/page.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { jobsTexts } from '../../texts/jobs.ts';
import { JobFilterBar } from './job-filter-bar.tsx';
import { JobTable } from './job-table.tsx';
import { JobsTabs } from './jobs-tabs.tsx';
import { useJobFilters } from './use-job-filters.ts';

/** The history of all jobs, with those that run. */
export default function JobsPage() {
  const used = useJobFilters();
  const jobs = usePages('jobs', 'listJobs', { query: used.query });
  const filter = <JobFilterBar used={used} />;
  return (
    <Page title={jobsTexts.title} description={jobsTexts.description}>
      <JobsTabs active="history">
        {jobs.error && jobs.items.length === 0 ? (
          <>
            {filter}
            <QueryError query={jobs} />
          </>
        ) : (
          <JobTable jobs={jobs} used={used} filter={filter} />
        )}
      </JobsTabs>
    </Page>
  );
}
