import { maxListed } from '@pressroom/api/assets/dry-run';
import type { jobRoutes } from '@pressroom/api/jobs/job-routes';
import * as z from 'zod';
import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { readQueryCursor, refuseCursor, writeQueryCursor } from '../../../adapters/http/query-cursor.ts';
import { closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { endUpload } from '../../../application/uploads/end-upload.ts';
import { isAtLeast, mayChange } from '../../../domain/companies/role.ts';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import {
  type ActionJob,
  isServerToggle,
  isTerminal,
  type Job,
  type JobScope,
  type PublishJob,
} from '../../../domain/jobs/job.ts';
import { decideCancel } from '../../../domain/jobs/lifecycle.ts';
import { newPublishJob } from '../../../domain/jobs/new-publish-job.ts';
import { installationPosition } from '../../../domain/jobs/permits.ts';
import {
  isInPlan,
  type JobFilters,
  type JobListPlan,
  planJobList,
} from '../../../domain/jobs/plan-job-list.ts';
import { type QueuePosition, queuePosition, startable } from '../../../domain/jobs/queue.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { dayBounds } from '../../../domain/schedules/zone-clock.ts';
import { fileLogEntry } from '../../../domain/uploads/upload-log-entries.ts';
import { toDryRunResponse } from '../assets/dry-run-response.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { checkNotificationOptions, saveMailAddress } from '../notifications/notification-options.ts';
import { retryAction } from './action-handlers.ts';
import { toJobResponse } from './job-response.ts';
import { leftOutOf, scopeOf } from './job-scope.ts';
import { nameWith } from './name-with.ts';
import { planToRun } from './plan-to-run.ts';
import { publishOptionsOf } from './publish-options.ts';
import { submitOnce } from './submit-once.ts';
import { undoJob } from './undo-job.ts';

/**
 * Submits a publish job, or previews it within 20 seconds. By default it publishes the whole library to all servers of
 * the company.
 */
async function submitJob(
  { company, user, body, idempotencyKey }: RequestOf<'submitJob'>,
  dependencies: Dependencies,
): PromisedResponse<'submitJob'> {
  const settings = await dependencies.companies.getSettings(company);
  const { name, dryRun, partial, scope: asked, servers, publish, invalidate, runAs } = body;
  if (invalidate) requireAdmin(user, 'have a job flush the CDN');
  if (runAs !== undefined) await checkRunAs(company, user, runAs, dependencies);
  const notificationOptions = checkNotificationOptions(body, '', undefined, dependencies);
  const found = await scopeOf(company, asked, partial, dependencies);
  const plan =
    body.plan === undefined
      ? undefined
      : await planToRun(
          company,
          body.plan,
          {
            settings,
            compares: !body.skipChanged && !(await isRepeated(company, idempotencyKey, dependencies)),
          },
          dependencies,
        );
  const { ids, unknown, trashed } = found;
  const scope: JobScope | undefined = plan ? { kind: 'plan', planId: plan.id } : found.scope;
  const to = plan ? serversStillEnabled(plan.servers, settings) : servers;
  const now = dependencies.now();
  const job = newPublishJob(
    {
      publish: plan?.publish ?? publish ?? 'new',
      ...(to === undefined ? {} : { servers: to }),
      ...(scope === undefined ? {} : { scope }),
      ...publishOptionsOf({
        force: plan?.force ?? body.force ?? false,
        invalidate,
        runAs: runAs === user.subject ? undefined : runAs,
      }),
      ...notificationOptions,
    },
    { company, id: dependencies.newId(), givenName: name, submittedBy: user.subject, submitted: now },
    settings,
  );
  if (dryRun) {
    const until = dependencies.clock() + maxCallMs;
    return toDryRunResponse(
      await dependencies.jobs.previewJob(job, { settings, until, maxListed, ids: [...ids, ...trashed] }),
      unknown,
    );
  }
  await saveMailAddress(company, user, notificationOptions, dependencies);
  // Before the job: a job that is there has its list.
  if (scope?.kind === 'assets') await dependencies.jobs.writeScope(company, job.id, ids);
  const submitted = await submitOnce(job, { key: idempotencyKey, request: body }, dependencies);
  const leftOut = leftOutOf(found);
  return { ...toJobResponse(submitted, now), ...(leftOut.length === 0 ? {} : { leftOut }) };
}

/** A repeated request gets its first job, which may have published the plan since. */
async function isRepeated(
  company: string,
  key: string | undefined,
  { jobs: { findSubmission } }: Dependencies,
): Promise<boolean> {
  return key !== undefined && (await findSubmission(company, key)) !== undefined;
}

/** A job of a plan that skips what has changed also skips the servers that were disabled since. */
function serversStillEnabled(planned: readonly Server[], settings: CompanySettings): readonly Server[] {
  const available = serversOf(settings);
  const left = planned.filter((server) => available.includes(server));
  return left.length === 0 ? planned : left;
}

function requireAdmin(user: CompanyUser, what: string): void {
  if (user.role === 'admin') return;
  throw new Failure('access.role-too-low', `Only an admin may ${what}`, { facts: { requiredRole: 'admin' } });
}

async function checkRunAs(
  company: string,
  user: CompanyUser,
  runAs: string,
  { companies: { findRole } }: Dependencies,
): Promise<void> {
  if (runAs === user.subject) return;
  requireAdmin(user, 'have a job run as somebody else');
  const role = await findRole(company, runAs);
  if (role !== undefined && isAtLeast(role, 'user')) return;
  throw invalidField(
    'runAs',
    role === undefined
      ? 'must be the subject of a member of the company'
      : `must be a member who may publish; ${runAs} is a ${role}`,
  );
}

/** Makes a job of what failed, or was not reached, in another, with its options. */
async function retryJob(
  { company, user, params, idempotencyKey }: RequestOf<'retryJob'>,
  dependencies: Dependencies,
): PromisedResponse<'retryJob'> {
  const failed = await dependencies.jobs.getJob(company, params.jobId);
  if (!failed) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  if (!mayChange(user, failed)) {
    throw new Failure('access.role-too-low', 'Only an admin may retry a job of another member', {
      facts: { requiredRole: 'admin' },
    });
  }
  if (failed.kind === 'action') return retryAction(failed, { company, user, idempotencyKey }, dependencies);
  if (failed.kind !== 'publish') {
    throw new Failure('job.not-retryable', 'The job is an upload job. Upload the failed files again');
  }
  if (!isTerminal(failed.status)) {
    throw new Failure('job.not-retryable', `The job "${failed.name}" is ${failed.status}: wait for its end`);
  }
  if (isServerToggle(failed)) {
    throw new Failure('job.not-retryable', 'The job enabled or disabled a server. Repeat that call instead');
  }
  if (failed.publish === 'undo') {
    throw new Failure('job.not-retryable', 'The job undoes another one. Undo that job again instead');
  }
  const { errors, notReached } = failed.counts;
  if (failed.counts.total === 0 && failed.status !== 'succeeded') {
    const message = `The job "${failed.name}" ended before anything was planned: submit it again`;
    throw new Failure('job.not-retryable', message);
  }
  if (errors + notReached === 0) {
    throw new Failure('job.not-retryable', `Nothing failed in the job "${failed.name}", and all was reached`);
  }
  const settings = await dependencies.companies.getSettings(company);
  const available = serversOf(settings);
  if (!failed.servers.some((server) => available.includes(server))) {
    const message = `The company has none of its servers any more: ${failed.servers.join(', ')}`;
    throw new Failure('job.not-retryable', message);
  }
  const now = dependencies.now();
  const job = newPublishJob(
    optionsOf(failed),
    {
      company,
      id: dependencies.newId(),
      givenName: nameWith(failed.givenName, ' (retry)'),
      submittedBy: user.subject,
      submitted: now,
    },
    settings,
  );
  const submission = { key: idempotencyKey, request: { retry: failed.id } };
  return toJobResponse(await submitOnce(job, submission, dependencies), now);

  /** Of its servers those that the company still has. Its notification was set for a job of another time, or member. */
  function optionsOf({ publish, servers, force, email, id }: PublishJob) {
    return {
      publish,
      servers: servers.filter((server) => available.includes(server)),
      scope: { kind: 'failed' as const, jobId: id },
      ...(force === undefined ? {} : { force }),
      ...(email === undefined ? {} : { email }),
    };
  }
}

const ulid = z.string().length(26);

/** `firstId`: where the range begins, so that the default range of the first page is that of all pages. */
const position = z.strictObject({
  id: ulid,
  key: z.string().min(1).max(1_024),
  firstId: ulid.optional(),
});

/**
 * Publish, upload and action jobs. By time of submission without end; by other columns those of a date range, sorted in memory.
 * A cursor holds the position of the last job in the order of the list, and the beginning of the range: `listJobs` of
 * the job list store says what happens to jobs that change between two pages.
 * @throws Failure `job.range-too-wide` where there are too many jobs to sort; `request.invalid` for a wrong cursor
 */
async function listJobs(
  { company, user, query }: RequestOf<'listJobs'>,
  dependencies: Dependencies,
): PromisedResponse<'listJobs'> {
  const { limit, cursor, sort, order = sort === 'started' ? 'desc' : 'asc' } = query;
  const filters: JobFilters = {
    state: query.state,
    kind: query.kind === 'all' ? undefined : query.kind,
    user: query.by === 'mine' ? user.subject : query.user,
    statuses: query.status,
    ...(await datesOf(company, query, dependencies)),
  };
  const asked = [filters, sort, order];
  const after = readQueryCursor(position, asked, cursor);
  const planned = planJobList(filters, sort, order, dependencies.now());
  const plan = after?.firstId === undefined ? planned : { ...planned, firstId: after.firstId };
  if (after && !isInPlan(plan, after)) refuseCursor('is not one that this list gave');
  const { items, next } = await dependencies.jobs.listJobs(company, plan, filters, {
    limit,
    after: after && { id: after.id, key: after.key },
  });
  const jobs = [];
  for (const job of items)
    jobs.push(
      await closeOverdue(job, { ...dependencies.jobs, ...dependencies.uploads, now: dependencies.now }),
    );
  const positions = await queuePositions(company, jobs, dependencies);
  return {
    items: jobs.map((job) => toJobResponse(job, dependencies.now(), positions.get(job.id))),
    ...(next === undefined ? {} : { next: writeQueryCursor(asked, { ...next, ...sortedFrom(plan) }) }),
  };
}

function sortedFrom({ by, firstId }: JobListPlan): { firstId?: string } {
  return by === 'started' || firstId === undefined ? {} : { firstId };
}

/** Days are those of the company's clocks: only they need its settings. */
async function datesOf(
  company: string,
  { from, to }: Pick<RequestOf<'listJobs'>['query'], 'from' | 'to'>,
  { companies: { getSettings } }: Dependencies,
): Promise<Pick<JobFilters, 'from' | 'to'>> {
  const isDay = (text: string | undefined) => text !== undefined && text.length === 'YYYY-MM-DD'.length;
  const timeZone = isDay(from) || isDay(to) ? (await getSettings(company)).timeZone : 'UTC';
  const momentOf = (text: string | undefined, end: 'from' | 'to') => {
    if (text === undefined) return undefined;
    return isDay(text) ? dayBounds(text, timeZone)[end] : new Date(text).toISOString();
  };
  const dates = { from: momentOf(from, 'from'), to: momentOf(to, 'to') };
  if (dates.from !== undefined && dates.to !== undefined && dates.to < dates.from) {
    throw invalidField('to', 'must not be before from');
  }
  return dates;
}

/** One job, with its counts as they are now, and its place in the queue if it waits. */
async function readJob(
  { company, params }: Pick<RequestOf<'readJob'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'readJob'> {
  const job = await dependencies.jobs.getJob(company, params.jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  const now = await closeOverdue(job, {
    ...dependencies.jobs,
    ...dependencies.uploads,
    now: dependencies.now,
  });
  const positions = await queuePositions(company, [now], dependencies);
  return toJobResponse(now, dependencies.now(), positions.get(now.id));
}

/**
 * Cancels a job of any kind. Users cancel their own, admins all. Cancelling again changes nothing, but does what a
 * first time that died had left undone. By force a publish job that has been stopping for five minutes is ended as it is;
 * for any other job force changes nothing.
 */
export async function cancelJob(
  { company, user, params, body }: Pick<RequestOf<'cancelJob'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'cancelJob'> {
  const { jobId } = params;
  const job = await dependencies.jobs.getJob(company, jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${jobId}`);
  if (!mayChange(user, job)) {
    throw new Failure('access.role-too-low', 'Only an admin may cancel a job of somebody else', {
      facts: { requiredRole: 'admin' },
    });
  }
  const now = dependencies.now();
  if (job.kind === 'publish') {
    const cancel = { by: user.subject, at: now, force: body.force };
    return toJobResponse(await dependencies.jobs.cancelPublishJob(company, jobId, cancel), now);
  }
  if (job.kind === 'action')
    return toJobResponse(await cancelAction(job, user.subject, now, dependencies), now);
  return toJobResponse(await cancelUpload(job, user.subject, now, dependencies), now);
}

/** run-action stops after the assets that it is processing. The message reaches a job whose own was lost. */
async function cancelAction(job: ActionJob, by: string, now: string, { jobs }: Dependencies): Promise<Job> {
  const { company, id } = job;
  const decision = decideCancel(job);
  if ('refused' in decision) throw new Failure(decision.refused, decision.because);
  if (decision.to !== 'unchanged') await jobs.requestStop(company, id, by, now);
  await jobs.requestAction({ company, jobId: id });
  return (await jobs.getJob(company, id)) ?? job;
}

const notArrived = 'had not arrived when the upload was stopped';
const notApplied = 'was not applied before the upload was stopped';

/** Files that were not decided on are not reached; those under way are finished, and the last of them ends the job. */
async function cancelUpload(job: Job, by: string, now: string, dependencies: Dependencies): Promise<Job> {
  const { company, id } = job;
  const decision = decideCancel(job);
  if ('refused' in decision) throw new Failure(decision.refused, decision.because);
  if (decision.to !== 'unchanged') await dependencies.jobs.requestStop(company, id, by, now);
  await dependencies.uploads.finishFiles(company, id, ['pending'], (file) =>
    fileLogEntry(file, 'not-reached', file.arrived === undefined ? notArrived : notApplied, now),
  );
  await endUpload(company, id, now, dependencies.uploads);
  return (await dependencies.jobs.getJob(company, id)) ?? job;
}

/**
 * Where the jobs of an answer that wait stand in the queue, by id. The queue and the locks of the company are read once,
 * and only if one of them waits: half a read unit for each 2 kB of either, some 40 jobs. The companies that wait for a
 * permit are read only if a job waits for nothing else.
 */
async function queuePositions(
  company: string,
  jobs: readonly Job[],
  { jobs: { readQueue, readLocks, readWaiting } }: Dependencies,
): Promise<ReadonlyMap<string, QueuePosition>> {
  const waiting = jobs.flatMap((job) => (job.kind === 'publish' && job.status === 'queued' ? [job] : []));
  if (waiting.length === 0) return new Map();
  const [queue, locks] = await Promise.all([readQueue(company), readLocks(company)]);
  const ready = startable(queue, locks).map(({ jobId }) => jobId);
  const companies = waiting.some(({ id }) => ready.includes(id)) ? await readWaiting() : [];
  return new Map(
    waiting.map(({ id, servers }) => {
      const position = queuePosition({ jobId: id, servers }, queue, locks);
      if (!ready.includes(id)) return [id, position];
      const inInstallation = installationPosition(company, ready.indexOf(id), companies);
      return [
        id,
        inInstallation === undefined ? position : { ...position, installationPosition: inInstallation },
      ];
    }),
  );
}

export const jobHandlers = {
  submitJob,
  retryJob,
  undoJob,
  listJobs,
  readJob,
  cancelJob,
} satisfies HandlersOf<typeof jobRoutes>;
