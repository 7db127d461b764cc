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

/** What EventBridge Scheduler calls with. */
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

/** A schedule can be changed by others this often while its run is decided on. */
const maxAttempts = 5;

/**
 * Starts the job of a schedule whose time has come. What is delivered twice makes one job: its id follows from the
 * schedule and the time. Four reads and five writes for a job.
 * @throws Error where something failed on our side: the call is then made again
 */
export async function startJob(event: unknown, dependencies: StartJobDependencies): Promise<StartOutcome> {
  const { company, scheduleId, revision, due } = startEvent.parse(event);
  const jobId = scheduledRunId(scheduleId, due, dependencies.sha256);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const schedule = await dependencies.getSchedule(company, scheduleId);
    if (!schedule) return nothing(`There is no schedule ${scheduleId} any more`, dependencies);
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
      if (!(await pause(schedule, warning, dependencies))) continue;
      dependencies.log.info(`Schedule ${scheduleId}: ${warning}`);
      return { outcome: 'paused', because: warning };
    }
    if (decision.to === 'skip') {
      if (await skip(schedule, due, decision.because, dependencies))
        return { outcome: 'skipped', because: decision.because };
      continue;
    }
    try {
      const again = decision.to === 'start-again';
      const completed = !hasFutureRun(schedule, due);
      const job = await startScheduledJob(schedule, { run: { jobId, due }, again, completed }, dependencies);
      if (job) return { outcome: 'started', jobId };
    } catch (error) {
      // What the company has was changed since the schedule was made.
      if (!(error instanceof Failure) || error.code !== 'request.invalid') throw error;
      if (await skip(schedule, due, error.message, dependencies))
        return { outcome: 'skipped', because: error.message };
    }
  }
  throw new Error(`The schedule ${scheduleId} keeps changing`);
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
): Promise<boolean> {
  log.info(`Schedule ${schedule.id} is skipped at ${due}: ${because}`);
  return await recordSkipped(schedule, { due, because });
}

/** Sets a schedule to rest. EventBridge Scheduler goes on calling until reconcile-schedules has told it; nothing comes of it. */
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
