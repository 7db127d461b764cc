import Box from '@cloudscape-design/components/box';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { JobStatus } from '../../components/job-status.tsx';
import { jobsTexts } from '../../texts/jobs.ts';
import { CancelButton } from './cancel-button.tsx';
import { isActive, type Job } from './use-live-job.ts';

const texts = jobsTexts.progress;

/** "12 of 40 · about 30 s left", or why the job has not begun. */
function describeProgress(job: Job): string {
  const { counts, planned, status, eta } = job;
  if (status === 'queued')
    return job.kind === 'publish' && job.position !== undefined ? texts.position(job.position) : '';
  if (status === 'stopping')
    return job.kind === 'action' ? jobsTexts.cancel.stoppingAction : jobsTexts.cancel.stopping;
  if (!planned) return texts.planning;
  const finished = counts.done + counts.skipped + counts.errors + counts.notReached;
  const secondsLeft = eta === undefined ? undefined : (Date.parse(eta) - Date.now()) / 1000;
  return [
    texts.of(finished, counts.total),
    ...(secondsLeft !== undefined && secondsLeft > 1 ? [texts.left(secondsLeft)] : []),
  ].join(' · ');
}

/** The status of a job; while it is active with a progress bar and a button that cancels it. */
export function JobProgress({ job }: { job: Job }) {
  if (!isActive(job)) return <JobStatus status={job.status} />;
  return (
    <SpaceBetween size="xxs">
      <SpaceBetween size="s" direction="horizontal">
        <JobStatus status={job.status} />
        <CancelButton job={job} />
      </SpaceBetween>
      {job.status === 'queued' ? (
        <Box color="text-body-secondary" fontSize="body-s">
          {describeProgress(job)}
        </Box>
      ) : (
        <ProgressBar
          value={job.progress * 100}
          ariaLabel={texts.label(job.name)}
          additionalInfo={describeProgress(job)}
        />
      )}
    </SpaceBetween>
  );
}
