import * as z from 'zod';
import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import {
  type StartScheduledJobDependencies,
  startScheduledJob,
} from '../../application/schedules/start-scheduled-job.ts';
import { Failure } from '../../domain/failure.ts';
import { decideRun, lostRights } from '../../domain/schedules/decide-run.ts';
import { hasFutureRun } from '../../domain/schedules/next-runs.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import { scheduledRunId } from '../../domain/schedules/scheduled-run-id.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';

/** The event that EventBridge Scheduler sends. */
export const startEvent = z.object({
  company: z.string().min(1),
  scheduleId: z.string().min(1),
  revision: z.int(),
  due: z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString()),
});

export interface StartJobDependencies
  extends Pick<ScheduleStore, 'getSchedule' | 'recordSkipped' | 'changeSchedule'>,
    Pick<JobStore, 'getJob'>,
    Pick<MemberStore, 'findRole'>,
    StartScheduledJobDependencies {
  readonly sha256: (text: string) => string;
  readonly log: StartScheduledJobDependencies['log'] & { info(message: string): void };
}

export type StartOutcome =
  | { readonly outcome: 'started'; readonly jobId: string }
  | { readonly outcome: 'skipped' | 'paused' | 'nothing'; readonly because: string };

/**
 * "Start Job": starts the job of a schedule at its time. EventBridge Scheduler calls it. Duplicate events create only one
 * job, because the job's id is derived from the schedule and the time.
 *
 * Costs: four reads and five writes for a job.
 * @throws Error if something failed on our side; Failure `schedule.changed-meanwhile`. Scheduler then calls again
 */
export async function startJob(event: unknown, dependencies: StartJobDependencies): Promise<StartOutcome> {
  const { company, scheduleId, revision, due } = startEvent.parse(event);
  const jobId = scheduledRunId(scheduleId, due, dependencies.sha256);
  return untilUnchanged(
    () => startOnce({ company, scheduleId, revision, due, jobId }, dependencies),
    () => new Failure('schedule.changed-meanwhile', `Schedule ${scheduleId} keeps changing`),
  );
}

async function startOnce(
  { company, scheduleId, revision, due, jobId }: z.infer<typeof startEvent> & { readonly jobId: string },
  dependencies: StartJobDependencies,
): Promise<StartOutcome | typeof changedMeanwhile> {
  const schedule = await dependencies.getSchedule(company, scheduleId);
  if (!schedule) return nothing(`Schedule ${scheduleId} no longer exists`, dependencies);
  const previous = schedule.lastRun && (await dependencies.getJob(company, schedule.lastRun.jobId));
  const now = dependencies.now();
  const decision = decideRun(schedule, { due, revision }, jobId, previous, now);
  if (decision.to === 'nothing')
    return nothing(`Schedule ${scheduleId} does nothing at ${due}: ${decision.because}`, dependencies);

  const { runAs } = schedule.job;
  const warning = lostRights(schedule, {
    owner: await dependencies.findRole(company, schedule.submittedBy),
    runAs: runAs === undefined ? undefined : await dependencies.findRole(company, runAs),
  });
  if (warning !== undefined && decision.to !== 'start-again') {
    if (!(await pause(schedule, warning, dependencies))) return changedMeanwhile;
    dependencies.log.info(`Schedule ${scheduleId}: ${warning}`);
    return { outcome: 'paused', because: warning };
  }
  if (decision.to === 'skip') return skip(schedule, due, decision.because, dependencies);
  try {
    const again = decision.to === 'start-again';
    const completed = !hasFutureRun(schedule, due);
    const job = await startScheduledJob(schedule, { run: { jobId, due }, again, completed }, dependencies);
    return job ? { outcome: 'started', jobId } : changedMeanwhile;
  } catch (error) {
    // The company's servers or settings were changed after the schedule was made.
    if (!(error instanceof Failure) || error.code !== 'request.invalid') throw error;
    return skip(schedule, due, error.message, dependencies);
  }
}

function nothing(because: string, { log }: Pick<StartJobDependencies, 'log'>): StartOutcome {
  log.info(because);
  return { outcome: 'nothing', because };
}

async function skip(
  schedule: Schedule,
  due: string,
  because: string,
  { recordSkipped, log }: Pick<StartJobDependencies, 'recordSkipped' | 'log'>,
): Promise<StartOutcome | typeof changedMeanwhile> {
  log.info(`Schedule ${schedule.id} is skipped at ${due}: ${because}`);
  return (await recordSkipped(schedule, { due, because }))
    ? { outcome: 'skipped', because }
    : changedMeanwhile;
}

/** Pauses a schedule. EventBridge Scheduler calls until reconcile-schedules deletes the slots; those calls do nothing. */
async function pause(
  { company, id, version, revision }: Schedule,
  warning: string,
  { changeSchedule, now }: Pick<StartJobDependencies, 'changeSchedule' | 'now'>,
): Promise<boolean> {
  const changed = await changeSchedule(company, id, version, {
    active: false,
    warning: `The schedule was paused. ${warning}`,
    modified: now(),
    version: version + 1,
    revision: revision + 1,
    sync: 'pending',
  });
  return changed !== undefined;
}
