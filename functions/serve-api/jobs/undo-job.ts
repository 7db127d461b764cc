import { maxListed } from '@pressroom/api/assets/dry-run';
import { mayChange } from '../../../domain/companies/role.ts';
import { serversOf } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import { newPublishJob } from '../../../domain/jobs/new-publish-job.ts';
import { whyNotUndoable } from '../../../domain/jobs/undo.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { toDryRunResponse } from '../assets/dry-run-response.ts';
import type { Dependencies } from '../dependencies.ts';
import type { PromisedResponse, RequestOf } from '../handler-types.ts';
import { toJobResponse } from './job-response.ts';
import { nameWith } from './name-with.ts';
import { submitOnce } from './submit-once.ts';

/**
 * Submits a job that undoes another one, or previews it within 20 seconds. It invalidates what it changes: who undoes a
 * publication wants nobody to see it.
 */
export async function undoJob(
  { company, user, params, body, idempotencyKey }: RequestOf<'undoJob'>,
  dependencies: Dependencies,
): PromisedResponse<'undoJob'> {
  const undone = await dependencies.jobs.getJob(company, params.jobId);
  if (!undone) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  if (!mayChange(user, undone)) {
    throw new Failure('access.role-too-low', 'Only an admin may undo a job of another member', {
      facts: { requiredRole: 'admin' },
    });
  }
  if (undone.kind === 'action') {
    throw new Failure(
      'job.not-undoable',
      'The job published nothing. Do the opposite with the same assets: restore them from the trash, or move or publish them',
    );
  }
  if (undone.kind !== 'publish') {
    throw new Failure(
      'job.not-undoable',
      'The job is an upload job. Publish an earlier version of its assets instead',
    );
  }
  const why = whyNotUndoable(undone);
  if (why !== undefined) throw new Failure('job.not-undoable', why);
  const settings = await dependencies.companies.getSettings(company);
  const available = serversOf(settings);
  const servers = undone.servers.filter((server) => available.includes(server));
  if (servers.length === 0) {
    const message = `All servers of the job are disabled now, so nothing of it is live: ${undone.servers.join(', ')}`;
    throw new Failure('job.not-undoable', message);
  }
  const now = dependencies.now();
  const job = newPublishJob(
    { publish: 'undo', servers, scope: { kind: 'undo', jobId: undone.id }, invalidate: true },
    {
      company,
      id: dependencies.newId(),
      givenName: nameWith(undone.givenName, ' (undo)'),
      submittedBy: user.subject,
      submitted: now,
    },
    settings,
  );
  if (body.dryRun) {
    const until = dependencies.clock() + maxCallMs;
    return toDryRunResponse(
      await dependencies.jobs.previewUndo(job, undone.id, { settings, until, maxListed }),
    );
  }
  const submission = { key: idempotencyKey, request: { undo: undone.id } };
  return toJobResponse(await submitOnce(job, submission, dependencies), now);
}
