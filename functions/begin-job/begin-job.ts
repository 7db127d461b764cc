import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PermitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { staleLocks, withoutStale } from '../../application/jobs/start-waiting-jobs.ts';
import { Failure } from '../../domain/failure.ts';
import { executionName, type PublishJob } from '../../domain/jobs/job.ts';
import { beginLogEntry } from '../../domain/jobs/job-log-entries.ts';
import { uniqueJobName } from '../../domain/jobs/job-name.ts';
import { decideBegin } from '../../domain/jobs/lifecycle.ts';
import { freePermits, permitToTake } from '../../domain/jobs/permits.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { type BeginJobOutput, beginJobInput } from '../../statemachines/publish-job.contract.ts';

export type BeginJobDependencies = Pick<JobStore, 'getJob'> &
  Pick<QueueStore, 'readQueue' | 'readLocks' | 'takeLocksAndRun'> &
  Pick<PermitStore, 'readPermits' | 'readWaiting' | 'freePermit'> &
  Pick<SettingsStore, 'getSettings'> &
  Pick<NotificationQueue, 'sendNotification'> &
  Pick<EventBus, 'emitStatus'> &
  Pick<JobLogs, 'writeBegin'> & {
    /** Publish jobs that run at once in the whole installation. */
    readonly maxRunningJobs: number;
    /** ISO 8601, UTC. */
    readonly now: () => string;
  };

/**
 * "Begin Job": takes a permit and the locks of the job's servers and sets the job running, or leaves it in the queue. A
 * repeated call for the same execution writes the same log entry and emits the same event again.
 * @throws Failure `job.not-found`; `storage.busy` if the queue or the locks keep changing; Step Functions then calls again
 */
export async function beginJob(event: unknown, dependencies: BeginJobDependencies): Promise<BeginJobOutput> {
  const { company, jobId, execution } = beginJobInput.parse(event);
  return untilUnchanged(
    async () => {
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
      // It got a permit, and then another job of the company took one of its servers.
      if (decision === 'wait') await dependencies.freePermit(company, jobId);
      if (decision !== 'run') return { company, jobId, decision };

      if (job.status !== 'queued') {
        await recordBegin(job, job.started ?? dependencies.now(), dependencies);
        return { company, jobId, decision };
      }
      const permit = await findPermit(company, jobId, dependencies);
      if (permit === undefined) return { company, jobId, decision: 'wait' };
      const started = dependencies.now();
      const { timeZone } = await dependencies.getSettings(company);
      const name = uniqueJobName(job.givenName, started, timeZone);
      if (!(await dependencies.takeLocksAndRun(job, { execution, name, started, permit }, stale)))
        return changedMeanwhile;
      await recordBegin({ ...job, status: 'running', name, started, execution }, started, dependencies);
      return { company, jobId, decision };
    },
    () => new Failure('storage.busy', `The queue of publish jobs of ${company} keeps changing`),
  );
}

/** @returns undefined if the job has to wait. finish-job then lets its company wait, behind those that wait already */
async function findPermit(
  company: string,
  jobId: string,
  { readPermits, readWaiting, maxRunningJobs }: BeginJobDependencies,
): Promise<number | undefined> {
  const held = await readPermits();
  const waiting = freePermits(held, maxRunningJobs).length === 0 ? [] : await readWaiting();
  return permitToTake({ company, jobId }, held, waiting, maxRunningJobs);
}

/** Writes the first log entry, sends the mail notification if the job asks for one, and emits the status. */
async function recordBegin(
  job: PublishJob,
  started: string,
  dependencies: Pick<BeginJobDependencies, 'writeBegin' | 'sendNotification' | 'emitStatus'>,
): Promise<void> {
  const { company, id } = job;
  await dependencies.writeBegin(company, id, beginLogEntry(job, started));
  if (job.email === 'all') await dependencies.sendNotification({ kind: 'begun', company, jobId: id });
  dependencies.emitStatus(job, started);
}
