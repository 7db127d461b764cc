import type { MemberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import type { RateLimit, RateLimitStore } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import type { TriggerStore } from '../../../adapters/dynamodb/schedules/trigger-store.ts';
import {
  type StartScheduledJobDependencies,
  startScheduledJob,
} from '../../../application/schedules/start-scheduled-job.ts';
import { Failure } from '../../../domain/failure.ts';
import { isTerminal } from '../../../domain/jobs/job.ts';
import { type Chain, followUp, readChain } from '../../../domain/notifications/chain.ts';
import { isTestNotification } from '../../../domain/notifications/test-notification.ts';
import { triggerTokenHash } from '../../../domain/notifications/trigger-token.ts';
import { lostRights } from '../../../domain/schedules/decide-run.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { enforceRateLimit } from '../companies/rate-limit.ts';

export interface TriggerJobDependencies
  extends Pick<ScheduleStore, 'getSchedule'>,
    Pick<TriggerStore, 'findTrigger' | 'findStarted' | 'claimStartedJob'>,
    Pick<JobStore, 'getJob'>,
    Pick<MemberStore, 'findRole'>,
    RateLimitStore,
    StartScheduledJobDependencies {
  readonly newId: () => string;
  /** In hex. */
  readonly sha256: (text: string) => string;
}

export interface TriggerRequest {
  readonly token: string;
  /** The header `webhook-id`. */
  readonly messageId?: string | undefined;
  /** Parsed, where it was JSON. */
  readonly body: unknown;
}

/** Of a URL. A chain of jobs needs one at a time; what comes faster is a fault, or somebody who should not have it. */
const limit: RateLimit = { calls: 6, windowSeconds: 60 };

/** Times that it is tried because somebody else changed or started the schedule. */
const maxAttempts = 5;

/** Seconds that who finds a job unfinished is asked to wait: long enough for a small one to end. */
const retryAfterSeconds = '60';

/**
 * Starts a schedule's job because somebody called its trigger URL: as its owner's, and one deeper in the chain that a
 * notification carries. Reads five items, writes four; a call that is refused costs two or three.
 * @throws Failure `trigger.not-found`, the same for every URL that starts nothing; `request.rate-limited`;
 * `trigger.schedule-paused`; `schedule.job-unfinished`, with its `jobId`; `trigger.chain-too-deep`
 */
export async function triggerJob(
  { token, messageId, body }: TriggerRequest,
  dependencies: TriggerJobDependencies,
): Promise<{ jobId?: string }> {
  const { sha256, now } = dependencies;
  const hash = triggerTokenHash(token, sha256);
  const trigger = hash === undefined ? undefined : await dependencies.findTrigger(hash);
  if (hash === undefined || trigger === undefined) throw notFound();
  await enforceRateLimit(`trigger#${hash}`, limit, dependencies);
  const { company, scheduleId } = trigger;
  const message = messageId === undefined ? undefined : sha256(messageId);
  const known = message === undefined ? undefined : await dependencies.findStarted(hash, message);
  if (known !== undefined && (await dependencies.getJob(company, known))) return { jobId: known };

  const chain = chainOf(body);
  let jobId = known;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const schedule = await dependencies.getSchedule(company, scheduleId);
    if (schedule?.triggerTokenHash !== hash) throw notFound();
    await checkMayStart(schedule, dependencies);
    if (isTestNotification(body)) return {};
    const again = jobId !== undefined && schedule.lastRun?.jobId === jobId;
    if (!again) await checkIsFree(schedule, dependencies);
    // Now that nothing stands against it: the notification comes again for a job that could not start.
    jobId ??= dependencies.newId();
    if (message !== undefined) jobId = await dependencies.claimStartedJob(hash, message, jobId, now());
    const job = await startScheduledJob(
      schedule,
      { run: { jobId, due: now() }, again, more: chain === undefined ? {} : { chain } },
      dependencies,
    );
    if (job) return { jobId };
  }
  throw new Failure('storage.busy', 'The schedule keeps being changed; try again');
}

function chainOf(body: unknown): Chain | undefined {
  const before = readChain(body);
  if (before === undefined) return undefined;
  const chain = followUp(before);
  if ('refused' in chain) throw new Failure('trigger.chain-too-deep', chain.refused);
  return chain;
}

/** Whoever has the URL learns that nothing is started, and not what has become of the people. */
async function checkMayStart(
  schedule: Schedule,
  { findRole }: Pick<TriggerJobDependencies, 'findRole'>,
): Promise<void> {
  const { company, submittedBy, job, active } = schedule;
  const runAs = job.runAs ?? submittedBy;
  const lost = lostRights(schedule, {
    owner: await findRole(company, submittedBy),
    runAs: runAs === submittedBy ? undefined : await findRole(company, runAs),
  });
  if (active && lost === undefined) return;
  throw new Failure(
    'trigger.schedule-paused',
    'The schedule is paused, or has had its last run: resume it first',
  );
}

/** A run that is due is skipped while a job is unfinished; who calls can come again, as notifications do. */
async function checkIsFree(
  { company, lastRun }: Schedule,
  { getJob }: Pick<TriggerJobDependencies, 'getJob'>,
): Promise<void> {
  const last = lastRun && (await getJob(company, lastRun.jobId));
  if (!last || isTerminal(last.status)) return;
  throw new Failure(
    'schedule.job-unfinished',
    `Its job ${last.id} is still ${last.status}: try again when it has ended`,
    { facts: { jobId: last.id, retryAfter: retryAfterSeconds } },
  );
}

function notFound(): Failure {
  return new Failure('trigger.not-found', 'There is no such trigger URL, or it was revoked');
}
