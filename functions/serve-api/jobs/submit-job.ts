import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { MemberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import type { JobFiles } from '../../../adapters/s3/job-files.ts';
import type { Preview } from '../../../application/assets/preview.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { isAtLeast } from '../../../domain/companies/role.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import type { JobScope, PublishJob } from '../../../domain/jobs/job.ts';
import { newPublishJob } from '../../../domain/jobs/new-publish-job.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxListed } from '../../../packages/api/assets/publication-routes.ts';
import { toDryRunResponse } from '../assets/dry-run-response.ts';
import { selectAssets } from '../assets/select-assets.ts';
import {
  checkNotificationOptions,
  type NotificationOptionsDependencies,
  saveMailAddress,
} from '../notifications/notification-options.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toJobResponse } from './job-response.ts';
import { type SubmissionDependencies, submitOnce } from './submit-once.ts';

export interface SubmitJobDependencies
  extends Pick<SettingsStore, 'getSettings'>,
    Pick<AssetStore, 'getAssets'>,
    Pick<JobFiles, 'writeScope'>,
    Pick<MemberStore, 'findRole'>,
    NotificationOptionsDependencies,
    SubmissionDependencies {
  readonly previewJob: (
    job: PublishJob,
    options: { settings: CompanySettings; until: number; maxListed: number; ids: readonly string[] },
  ) => Promise<Preview>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Submits a publish job, or tells what it would do: as far as it comes in 20 seconds. To all of the company's servers,
 * and of the whole library, unless it says otherwise.
 */
export async function submitJob(
  { company, user, body, idempotencyKey }: RequestOf<'submitJob'>,
  dependencies: SubmitJobDependencies,
): PromisedResponse<'submitJob'> {
  const settings = await dependencies.getSettings(company);
  const { name, dryRun, partial, scope: asked, servers, publish, force, invalidate, runAs } = body;
  if (invalidate) requireAdmin(user, 'have a job flush the CDN');
  if (runAs !== undefined) await checkRunAs(company, user, runAs, dependencies);
  const notificationOptions = checkNotificationOptions(body, '', undefined, dependencies);
  const { scope, ids, unknown, trashed } = await scopeOf(company, asked, partial, dependencies);
  const now = dependencies.now();
  const job = newPublishJob(
    {
      publish,
      ...(servers === undefined ? {} : { servers }),
      ...(scope === undefined ? {} : { scope }),
      ...(force ? { force } : {}),
      ...(invalidate ? { invalidate } : {}),
      ...(runAs === undefined || runAs === user.subject ? {} : { runAs }),
      ...notificationOptions,
    },
    { company, id: dependencies.newId(), givenName: name, submittedBy: user.subject, submitted: now },
    settings,
  );
  if (dryRun) {
    const until = dependencies.clock() + maxCallMs;
    return toDryRunResponse(
      await dependencies.previewJob(job, { settings, until, maxListed, ids: [...ids, ...trashed] }),
      unknown,
    );
  }
  await saveMailAddress(company, user, notificationOptions, dependencies);
  // Before the job: a job that is there has its list.
  if (scope?.kind === 'assets') await dependencies.writeScope(company, job.id, ids);
  const submitted = await submitOnce(job, { key: idempotencyKey, request: body }, dependencies);
  const leftOut = [
    ...unknown.map((id) => ({ id, message: `There is no asset ${id}` })),
    ...trashed.map((id) => ({ id, message: 'It is in the trash' })),
  ];
  return { ...toJobResponse(submitted, now), ...(leftOut.length === 0 ? {} : { leftOut }) };
}

function requireAdmin(user: CompanyUser, what: string): void {
  if (user.role === 'admin') return;
  throw new Failure('access.role-too-low', `Only an admin may ${what}`, { facts: { requiredRole: 'admin' } });
}

async function checkRunAs(
  company: string,
  user: CompanyUser,
  runAs: string,
  { findRole }: Pick<MemberStore, 'findRole'>,
): Promise<void> {
  if (runAs === user.subject) return;
  requireAdmin(user, 'have a job run as somebody else');
  const role = await findRole(company, runAs);
  if (role !== undefined && isAtLeast(role, 'user')) return;
  const message =
    role === undefined
      ? 'must be the subject of a member of the company'
      : `must be a member who may publish; ${runAs} is a ${role}`;
  throw new Failure('request.invalid', `runAs: ${message}`, { details: [{ field: 'runAs', message }] });
}

interface Scope {
  readonly scope?: JobScope;
  readonly ids: readonly string[];
  /** Ids that were named, and cannot be had. */
  readonly unknown: readonly string[];
  readonly trashed: readonly string[];
}

async function scopeOf(
  company: string,
  asked: RequestOf<'submitJob'>['body']['scope'],
  partial: boolean,
  dependencies: Pick<AssetStore, 'getAssets'>,
): Promise<Scope> {
  const none = { ids: [], unknown: [], trashed: [] };
  if (asked === undefined) return none;
  if ('folder' in asked) return { scope: { kind: 'folder', ...asked }, ...none };
  const { found, unknown } = await selectAssets(
    company,
    asked.assets,
    partial,
    dependencies,
    (index) => `scope.assets[${index}]`,
  );
  const idsOf = (assets: readonly Asset[]) => assets.map(({ id }) => id);
  const ids = idsOf(found.filter((asset) => !asset.trashed));
  const trashed = idsOf(found.filter((asset) => asset.trashed));
  return { scope: { kind: 'assets', count: ids.length }, ids, unknown, trashed };
}
