import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { staleLocks, withoutStale } from '../../application/jobs/start-waiting-jobs.ts';
import { Failure } from '../../domain/failure.ts';
import { executionName, type PublishJob } from '../../domain/jobs/job.ts';
import { beginLogEntry } from '../../domain/jobs/job-log-entries.ts';
import { uniqueJobName } from '../../domain/jobs/job-name.ts';
import { decideBegin } from '../../domain/jobs/lifecycle.ts';
import { type BeginJobOutput, beginJobInput } from '../../statemachines/publish-job.contract.ts';

export type BeginJobDependencies = Pick<JobStore, 'getJob' | 'readQueue' | 'readLocks' | 'takeLocksAndRun'> &
  Pick<SettingsStore, 'getSettings'> &
  Pick<NotificationQueue, 'sendNotification'> &
  Pick<JobFiles, 'writeBegin'> & { readonly now: () => string };

/** Times that it decides anew because queue or locks changed meanwhile; Step Functions then calls again. */
const maxAttempts = 5;

/**
 * "Begin Job": sets a job running with the locks of its servers, or leaves it in the queue.
 * @throws Failure `job.not-found`; `storage.busy` where others keep being faster
 */
export async function beginJob(event: unknown, dependencies: BeginJobDependencies): Promise<BeginJobOutput> {
  const { company, jobId, execution } = beginJobInput.parse(event);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const job = await dependencies.getJob(company, jobId);
    if (job?.kind !== 'publish') throw new Failure('job.not-found', `There is no publish job ${jobId}`);
    const locks = await dependencies.readLocks(company);
    const stale = await staleLocks(company, locks, dependencies);
    const { decision } = decideBegin(
      {
        jobId,
        servers: job.servers,
        status: job.status,
        execution: job.execution,
        lastExecution: executionName(jobId, job.executionNumber),
      },
      execution,
      job.status === 'queued' ? await dependencies.readQueue(company) : [],
      withoutStale(locks, stale),
    );
    if (decision !== 'run') return { company, jobId, decision };

    if (job.status !== 'queued') {
      await dependencies.writeBegin(company, jobId, beginLogEntry(job, job.started ?? dependencies.now()));
      await notifyBegin(job, dependencies);
      return { company, jobId, decision };
    }
    const started = dependencies.now();
    const { timeZone } = await dependencies.getSettings(company);
    const name = uniqueJobName(job.givenName, started, timeZone);
    if (await dependencies.takeLocksAndRun(job, { execution, name, started }, stale)) {
      await dependencies.writeBegin(company, jobId, beginLogEntry({ ...job, name }, started));
      await notifyBegin(job, dependencies);
      return { company, jobId, decision };
    }
  }
  throw new Failure('storage.busy', 'The queue of publish jobs keeps changing');
}

/** Only mail tells of it, and only where the job asks for that. */
async function notifyBegin(
  { company, id, email }: PublishJob,
  { sendNotification }: Pick<BeginJobDependencies, 'sendNotification'>,
): Promise<void> {
  if (email === 'all') await sendNotification({ kind: 'begun', company, jobId: id });
}
