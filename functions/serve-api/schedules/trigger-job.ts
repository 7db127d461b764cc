import { publicTriggerRoutes } from '@pressroom/api/schedules/trigger-routes';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RateLimit } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import { jsonResponse, type ServedRoute } from '../../../adapters/http/handle-request.ts';
import { startScheduledJob } from '../../../application/schedules/start-scheduled-job.ts';
import { submitFetchingUpload } from '../../../application/uploads/submit-fetching-upload.ts';
import { Failure } from '../../../domain/failure.ts';
import { isTerminal, type UploadJob } from '../../../domain/jobs/job.ts';
import { type Chain, followUp, readChain } from '../../../domain/notifications/chain.ts';
import { isTestNotification } from '../../../domain/notifications/test-notification.ts';
import { triggerTokenHash } from '../../../domain/notifications/trigger-token.ts';
import { lostRights } from '../../../domain/schedules/decide-run.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { changedMeanwhile, untilUnchanged } from '../../../domain/until-unchanged.ts';
import type { UploadSource } from '../../../domain/uploads/upload-source.ts';
import { enforceRateLimit } from '../companies/rate-limit.ts';
import type { Dependencies } from '../dependencies.ts';

interface TriggerRequest {
  readonly token: string;
  /** The header `webhook-id`. */
  readonly messageId?: string | undefined;
  /** Parsed, where it was JSON. */
  readonly body: unknown;
}

/** Of a URL. A chain of jobs needs one at a time; what comes faster is a fault, or somebody who should not have it. */
const limit: RateLimit = { calls: 6, windowSeconds: 60 };

/** Seconds that who finds a job unfinished is asked to wait: long enough for a small one to end. */
const retryAfterSeconds = '60';

/**
 * Starts a schedule's job because somebody called its trigger URL: as its owner's, and one deeper in the chain that a
 * notification carries. Reads five items, writes four; a call that is refused costs two or three.
 * @throws Failure `trigger.not-found`, the same for every URL that starts nothing; `request.rate-limited`;
 * `trigger.schedule-paused`; `schedule.job-unfinished`, with its `jobId`; `trigger.chain-too-deep`
 */
async function triggerJob(
  { token, messageId, body }: TriggerRequest,
  dependencies: Dependencies,
): Promise<{ jobId?: string }> {
  const { sha256, now } = dependencies;
  const hash = triggerTokenHash(token, sha256);
  const trigger = hash === undefined ? undefined : await dependencies.schedules.findTrigger(hash);
  if (hash === undefined || trigger === undefined) throw notFound();
  await enforceRateLimit(`trigger#${hash}`, limit, dependencies);
  const { company, scheduleId } = trigger;
  const message = messageId === undefined ? undefined : sha256(messageId);
  const known = message === undefined ? undefined : await dependencies.schedules.findStarted(hash, message);
  if (known !== undefined && (await dependencies.jobs.getJob(company, known))) return { jobId: known };

  const chain = chainOf(body);
  let jobId = known;
  return untilUnchanged(
    async () => {
      const schedule = await dependencies.schedules.getSchedule(company, scheduleId);
      if (schedule?.triggerTokenHash !== hash) throw notFound();
      await checkMayStart(schedule, dependencies);
      if (isTestNotification(body)) return {};
      const again = jobId !== undefined && schedule.lastRun?.jobId === jobId;
      if (!again) await checkIsFree(schedule, dependencies);
      // Now that nothing stands against it: the notification comes again for a job that could not start.
      jobId ??= dependencies.newId();
      if (message !== undefined)
        jobId = await dependencies.schedules.claimStartedJob(hash, message, jobId, now());
      const job = await startScheduledJob(
        schedule,
        { run: { jobId, due: now() }, again, more: chain === undefined ? {} : { chain } },
        startingOf(dependencies),
      );
      return job ? { jobId } : changedMeanwhile;
    },
    () => new Failure('storage.busy', 'The schedule keeps being changed; try again'),
  );
}

/** The dependencies of the use case that starts a schedule's job. */
export function startingOf({ companies, jobs, schedules, uploads, now, log }: Dependencies) {
  return {
    getSettings: companies.getSettings,
    submit: jobs.submit,
    submitUpload: (job: UploadJob, from: UploadSource) => submitFetchingUpload(job, from, uploads),
    recordRun: schedules.recordRun,
    now,
    log,
  };
}

function chainOf(body: unknown): Chain | undefined {
  const before = readChain(body);
  if (before === undefined) return undefined;
  const chain = followUp(before);
  if ('refused' in chain) throw new Failure('trigger.chain-too-deep', chain.refused);
  return chain;
}

/** Whoever has the URL learns that nothing is started, and not what has become of the people. */
async function checkMayStart(schedule: Schedule, { companies: { findRole } }: Dependencies): Promise<void> {
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
  { jobs: { getJob } }: Dependencies,
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

/** Bytes. Our own notifications are smaller by far; of more nothing is read. */
const maxBodyLength = 100_000;

/** The trigger URLs: answered to everyone who has one. */
export function serveTrigger(dependencies: Dependencies): ServedRoute {
  return {
    ...publicTriggerRoutes.triggerJob,
    respond: async (event, { token = '' }) => {
      const messageId = Object.entries(event.headers ?? {}).find(
        ([name]) => name.toLowerCase() === 'webhook-id',
      )?.[1];
      const response = await triggerJob({ token, messageId, body: readBody(event) }, dependencies);
      return jsonResponse(publicTriggerRoutes.triggerJob.response.status, response);
    },
  };
}

/** Anything may be sent, and most of it says nothing. */
function readBody({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  if (body.length > maxBodyLength) return undefined;
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  } catch {
    return undefined;
  }
}
