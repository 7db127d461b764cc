import type { actionRoutes } from '@pressroom/api/jobs/action-routes';
import type { jobResponse } from '@pressroom/api/jobs/job-response';
import type * as z from 'zod';
import { filteredLogFiles } from '../../../application/jobs/filtered-log.ts';
import { checkLiveDates, readLiveDate } from '../../../domain/assets/live-dates.ts';
import { Failure } from '../../../domain/failure.ts';
import { type AssetAction, defaultActionNames, newActionJob } from '../../../domain/jobs/action-job.ts';
import { type ActionJob, isTerminal } from '../../../domain/jobs/job.ts';
import { parseLogEntries } from '../../../domain/jobs/json-lines.ts';
import { matchesLogFilter } from '../../../domain/jobs/log-filter.ts';
import { checkEdit } from '../../../domain/library/edit-metadata.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { idsOfQuery } from '../library/ids-of-query.ts';
import { toJobResponse } from './job-response.ts';
import { nameWith } from './name-with.ts';
import { submissionOf } from './submit-once.ts';

type NewAction = RequestOf<'submitAction'>['body'];

/** Submits a job that does the same with each asset of a scope. What the action itself breaks is refused before. */
async function submitAction(
  { company, user, body, idempotencyKey }: RequestOf<'submitAction'>,
  dependencies: Dependencies,
): PromisedResponse<'submitAction'> {
  const settings = await dependencies.companies.getSettings(company);
  const action = await checkedAction(company, body.action, settings.timeZone, dependencies);
  const { scope } = body;
  const ids = 'query' in scope ? await idsOfQuery(company, scope, dependencies) : [...new Set(scope.assets)];
  const submitted = dependencies.now();
  const list = { action, ids };
  const job = newActionJob(
    list,
    {
      company,
      id: dependencies.newId(),
      givenName: body.name ?? defaultActionNames[action.name],
      submittedBy: user.subject,
      submitted,
    },
    settings,
  );
  return submit(job, list, { key: idempotencyKey, request: body }, dependencies);
}

/** @throws Failure `request.invalid` */
async function checkedAction(
  company: string,
  asked: NewAction['action'],
  timeZone: string,
  { library }: Dependencies,
): Promise<AssetAction> {
  switch (asked.name) {
    case 'metadata': {
      const { name, ...edit } = asked;
      checkEdit(edit, await library.getMetadataSchema(company), 'action.');
      return { name, edit };
    }
    case 'dates': {
      const dates = Object.fromEntries(
        (['liveFrom', 'liveUntil'] as const).flatMap((name) => {
          const text = asked[name];
          if (text === undefined) return [];
          return [[name, text === null ? null : readLiveDate(text, `action.${name}`, timeZone)]];
        }),
      ) as Pick<Extract<AssetAction, { name: 'dates' }>, 'liveFrom' | 'liveUntil'>;
      const { liveFrom, liveUntil } = dates;
      checkLiveDates({ ...(liveFrom && { liveFrom }), ...(liveUntil && { liveUntil }) });
      return { name: asked.name, ...dates };
    }
    default:
      return asked;
  }
}

async function submit(
  job: ActionJob,
  list: Parameters<Dependencies['jobs']['submitAction']>[1],
  { key, request }: { readonly key: string | undefined; readonly request: unknown },
  { jobs: { submitAction }, now, log }: Dependencies,
): Promise<z.input<typeof jobResponse>> {
  const result = await submitAction(job, list, submissionOf(job, key, request));
  if (result.startError !== undefined)
    log.warn(`Job ${result.job.id} waits for reconcile-jobs: its queue failed`, result.startError as Error);
  return toJobResponse(result.job, now());
}

/**
 * Makes a job of the assets that failed, or were not reached, in another action job.
 * @throws Failure `job.not-retryable`
 */
export async function retryAction(
  failed: ActionJob,
  {
    company,
    user,
    idempotencyKey,
  }: Pick<RequestOf<'retryJob'>, 'company' | 'user'> & { readonly idempotencyKey: string | undefined },
  dependencies: Dependencies,
): Promise<z.input<typeof jobResponse>> {
  if (!isTerminal(failed.status))
    throw new Failure('job.not-retryable', `The job "${failed.name}" is ${failed.status}: wait for its end`);
  if (failed.counts.errors + failed.counts.notReached === 0)
    throw new Failure('job.not-retryable', `Nothing failed in the job "${failed.name}", and all was reached`);
  const before = await dependencies.jobs.readActionList(company, failed.id);
  if (!before)
    throw new Failure(
      'job.not-retryable',
      `What the job "${failed.name}" did is kept for 30 days: submit it again`,
    );
  const filter = { outcomes: ['error', 'not-reached'] } as const;
  const ids: string[] = [];
  const log = { company, jobId: failed.id, filter };
  for await (const files of filteredLogFiles(log, undefined, dependencies.jobLogs))
    for (const { text } of files)
      for (const entry of parseLogEntries(text))
        if (entry.asset !== undefined && matchesLogFilter(entry, filter)) ids.push(entry.asset);
  const list = { action: before.action, ids };
  const job = newActionJob(
    list,
    {
      company,
      id: dependencies.newId(),
      givenName: nameWith(failed.givenName, ' (retry)'),
      submittedBy: user.subject,
      submitted: dependencies.now(),
      retryOf: failed.id,
    },
    await dependencies.companies.getSettings(company),
  );
  return submit(job, list, { key: idempotencyKey, request: { retry: failed.id } }, dependencies);
}

export const actionHandlers = { submitAction } satisfies HandlersOf<typeof actionRoutes>;
