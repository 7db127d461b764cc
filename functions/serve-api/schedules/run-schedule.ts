import type { MemberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import {
  type StartScheduledJobDependencies,
  startScheduledJob,
} from '../../../application/schedules/start-scheduled-job.ts';
import { Failure } from '../../../domain/failure.ts';
import { isTerminal } from '../../../domain/jobs/job.ts';
import { toJobResponse } from '../jobs/job-response.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { checkMayChange, findSchedule, lastJobOf } from './find-schedule.ts';
import { checkJobRights } from './scheduled-job.ts';

export interface RunScheduleDependencies
  extends Pick<ScheduleStore, 'getSchedule'>,
    Pick<JobStore, 'getJob'>,
    Pick<MemberStore, 'findRole'>,
    StartScheduledJobDependencies {
  readonly newId: () => string;
}

/** Times that it is tried because somebody else changed or started the schedule. */
const maxAttempts = 5;

/** Starts a schedule's job now, as the caller's. The runs that are due stay as they are. */
export async function runSchedule(
  { company, user, params }: Pick<RequestOf<'runSchedule'>, 'company' | 'user' | 'params'>,
  dependencies: RunScheduleDependencies,
): PromisedResponse<'runSchedule'> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const schedule = await findSchedule(company, params.id, dependencies);
    checkMayChange(user, schedule);
    await checkJobRights(user, { ...schedule, submittedBy: user.subject }, dependencies);
    const last = await lastJobOf(schedule, dependencies);
    if (last && !isTerminal(last.status))
      throw new Failure(
        'schedule.job-unfinished',
        `Its job ${last.id} is still ${last.status}; wait for its end, or cancel it`,
      );
    const now = dependencies.now();
    const job = await startScheduledJob(
      schedule,
      { run: { jobId: dependencies.newId(), due: now }, more: { submittedBy: user.subject } },
      dependencies,
    );
    if (job) return toJobResponse(job, now);
  }
  throw new Failure('schedule.changed-meanwhile', `The schedule ${params.id} keeps being changed; try again`);
}
