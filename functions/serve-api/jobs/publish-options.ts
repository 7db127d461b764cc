import type { JobScope, PublishOptions } from '../../../domain/jobs/job.ts';
import { toNotificationOptionsResponse } from '../notifications/notification-options.ts';
import { pick } from '../pick.ts';

interface RequestedOptions {
  readonly force: boolean;
  readonly invalidate: boolean;
  readonly runAs?: string | undefined;
}

/** The options of a request as jobs and schedules store them: an option that is off is missing. */
export function publishOptionsOf({
  force,
  invalidate,
  runAs,
}: RequestedOptions): Pick<PublishOptions, 'force' | 'invalidate' | 'runAs'> {
  return {
    ...(force ? { force } : {}),
    ...(invalidate ? { invalidate } : {}),
    ...(runAs === undefined ? {} : { runAs }),
  };
}

/** The options of a job or a schedule as the API shows them. */
export function toPublishOptionsResponse(options: PublishOptions) {
  const { force, invalidate, runAs } = options;
  return {
    ...(force ? { force: true as const } : {}),
    ...(invalidate ? { invalidate: true as const } : {}),
    ...(runAs === undefined ? {} : { runAs }),
    ...toNotificationOptionsResponse(options),
  };
}

/** The scope of a job as the API shows it. */
export function toScopeResponse(scope: JobScope) {
  if (scope.kind === 'folder') return pick(scope, ['kind', 'folder', 'below']);
  if (scope.kind === 'plan') return pick(scope, ['kind', 'planId']);
  return scope.kind === 'assets' ? pick(scope, ['kind', 'count']) : pick(scope, ['kind', 'jobId']);
}
