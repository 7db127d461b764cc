import Button from '@cloudscape-design/components/button';
import { useQueryClient } from '@tanstack/react-query';
import { useMayChangeJobs } from '../../actions/use-may-change-jobs.ts';
import { useChange } from '../../api/use-change.ts';
import { queryKeyOf } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { useCompany } from '../../session/company.tsx';
import { jobsTexts } from '../../texts/jobs.ts';
import type { Job } from './use-live-job.ts';

const texts = jobsTexts.cancel;

/** Milliseconds of stopping after which a job may be ended by force (docs/jobs.md). */
const forceAfter = 5 * 60_000;

/** Cancels an active job; ends one by force that has been stopping for five minutes. Shown to those who may. */
export function CancelButton({ job }: { job: Job }) {
  const { company } = useCompany();
  const queries = useQueryClient();
  const change = useChange('cancelJob', ['jobs']);
  const { notifyError } = useNotifications();
  const mayChange = useMayChangeJobs()(job);
  const isStopping = job.status === 'stopping';
  const mayForce = isStopping && Date.now() - Date.parse(job.stopRequested ?? '') >= forceAfter;
  if (!mayChange || (isStopping && !mayForce)) return null;

  async function cancel() {
    const params = { jobId: job.id };
    const key = queryKeyOf(company, 'jobs', 'readJob', { params });
    // At once: the answer of the API may take a second.
    queries.setQueryData<Job>(key, (before) => ({ ...(before ?? job), status: 'stopping' }));
    try {
      const stopped = await change.mutateAsync({ params, body: mayForce ? { force: true } : {} });
      queries.setQueryData<Job>(key, stopped);
    } catch (error) {
      notifyError(texts.failed(job.name), error);
      await queries.invalidateQueries({ queryKey: key });
    }
  }

  return (
    <Button
      variant="inline-link"
      ariaLabel={mayForce ? texts.forceOf(job.name) : texts.of(job.name)}
      onClick={() => void cancel()}
    >
      {mayForce ? texts.force : texts.action}
    </Button>
  );
}
