import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useMayChangeJobs } from '../../actions/use-may-change-jobs.ts';
import { useChange } from '../../api/use-change.ts';
import { useRead } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { OutcomeList } from '../../components/outcome-list.tsx';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useCompany } from '../../session/company.tsx';
import { jobTexts } from '../../texts/jobs.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { isActive, type Job, useLiveJob } from '../jobs/use-live-job.ts';
import { JobCounts } from './job-counts.tsx';
import { JobFields } from './job-fields.tsx';
import { JobLog } from './job-log.tsx';
import { UndoDialog } from './undo-dialog.tsx';

/** Everything about one job: what it was asked to do, how far it is, its log, and what can be done about it. */
export default function JobPage() {
  const { jobId = '' } = useParams();
  const { company } = useCompany();
  const job = useRead('jobs', 'readJob', { params: { jobId } });
  if (job.data) return <LoadedJob key={jobId} read={job.data} />;
  return (
    <Page title={jobTexts.summary} description={<PageLink to={`/${company}/jobs`}>{jobTexts.back}</PageLink>}>
      {job.error ? <QueryError query={job} /> : <Skeleton rows={8} />}
    </Page>
  );
}

function LoadedJob({ read }: { read: Job }) {
  const job = useLiveJob(read);
  const { company } = useCompany();
  return (
    <Page
      title={job.name}
      description={<PageLink to={`/${company}/jobs`}>{jobTexts.back}</PageLink>}
      actions={<JobActions job={job} />}
    >
      <SpaceBetween size="l">
        {job.reason && (
          <Alert type="error" header={jobTexts.reason}>
            {job.reason}
          </Alert>
        )}
        {job.kind === 'upload' && job.more && <Alert type="info">{jobTexts.more}</Alert>}
        <Container header={<Header variant="h2">{jobTexts.summary}</Header>}>
          <SpaceBetween size="m">
            <JobProgress job={job} />
            <JobFields job={job} />
          </SpaceBetween>
        </Container>
        {job.kind === 'publish' && job.leftOut && job.leftOut.length > 0 && (
          <Alert type="warning" header={jobTexts.leftOut(job.leftOut.length)}>
            <OutcomeList
              outcomes={job.leftOut.map(({ id, message }) => ({ id, type: 'warning', text: message }))}
            />
          </Alert>
        )}
        <JobCounts job={job} />
        <JobLog job={job} />
      </SpaceBetween>
    </Page>
  );
}

/** What can be retried: assets failed, or the job did not reach them. */
function isRetryable(job: Job): boolean {
  if (job.kind === 'upload' || (job.kind === 'publish' && job.publish === 'undo')) return false;
  return !isActive(job) && job.counts.errors + job.counts.notReached > 0;
}

function isUndoable(job: Job): boolean {
  if (job.kind !== 'publish' || isActive(job) || job.counts.done === 0) return false;
  return !['undo', 'enable-server', 'disable-server'].includes(job.publish);
}

function JobActions({ job }: { job: Job }) {
  const { company } = useCompany();
  const navigate = useNavigate();
  const mayChange = useMayChangeJobs()(job);
  const retry = useChange('retryJob', ['jobs']);
  const { notify, notifyError } = useNotifications();
  const [isUndoOpen, setUndoOpen] = useState(false);
  if (!mayChange) return null;

  async function retryFailed() {
    try {
      const submitted = await retry.mutateAsync({ params: { jobId: job.id } });
      notify({ type: 'success', header: jobTexts.retry.submitted(submitted.name) });
      await navigate(`/${company}/jobs/${submitted.id}`);
    } catch (error) {
      notifyError(jobTexts.retry.failed, error);
    }
  }

  return (
    <SpaceBetween size="xs" direction="horizontal">
      {isRetryable(job) && (
        <Button loading={retry.isPending} onClick={() => void retryFailed()}>
          {jobTexts.retry.action}
        </Button>
      )}
      {isUndoable(job) && <Button onClick={() => setUndoOpen(true)}>{jobTexts.undo.action}</Button>}
      {isUndoOpen && <UndoDialog jobId={job.id} onDismiss={() => setUndoOpen(false)} />}
    </SpaceBetween>
  );
}
