import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import { serversOf } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import { isServerToggle, isTerminal, type PublishJob } from '../../../domain/jobs/job.ts';
import { newPublishJob } from '../../../domain/jobs/new-publish-job.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toJobResponse } from './job-response.ts';
import { type SubmissionDependencies, submitOnce } from './submit-once.ts';

export type RetryJobDependencies = Pick<JobStore, 'getJob'> &
  Pick<SettingsStore, 'getSettings'> &
  SubmissionDependencies;

/** Characters of a name, and what is added to it. */
const maxNameLength = 200;
const suffix = ' (retry)';

/** Makes a job of what failed, or was not reached, in another, with its options. */
export async function retryJob(
  { company, user, params, idempotencyKey }: RequestOf<'retryJob'>,
  dependencies: RetryJobDependencies,
): PromisedResponse<'retryJob'> {
  const failed = await dependencies.getJob(company, params.jobId);
  if (!failed) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  if (failed.kind !== 'publish') {
    throw new Failure('job.not-retryable', 'It is an upload job: upload the files that failed again');
  }
  if (!isTerminal(failed.status)) {
    throw new Failure('job.not-retryable', `The job "${failed.name}" is ${failed.status}: wait for its end`);
  }
  if (isServerToggle(failed)) {
    throw new Failure('job.not-retryable', 'It turned a server on or off: turn it once more');
  }
  const { errors, notReached } = failed.counts;
  if (failed.counts.total === 0 && failed.status !== 'succeeded') {
    const message = `The job "${failed.name}" ended before anything was planned: submit it again`;
    throw new Failure('job.not-retryable', message);
  }
  if (errors + notReached === 0) {
    throw new Failure('job.not-retryable', `Nothing failed in the job "${failed.name}", and all was reached`);
  }
  const settings = await dependencies.getSettings(company);
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
      givenName: failed.givenName.endsWith(suffix)
        ? failed.givenName
        : `${failed.givenName.slice(0, maxNameLength - suffix.length)}${suffix}`,
      submittedBy: user.subject,
      submitted: now,
    },
    settings,
  );
  const submission = { key: idempotencyKey, request: { retry: failed.id } };
  return toJobResponse(await submitOnce(job, submission, dependencies), now);

  /** Of its servers those that the company still has. */
  function optionsOf({ publish, servers, force, email, notification, id }: PublishJob) {
    return {
      publish,
      servers: servers.filter((server) => available.includes(server)),
      scope: { kind: 'failed' as const, jobId: id },
      ...(force === undefined ? {} : { force }),
      ...(email === undefined ? {} : { email }),
      ...(notification === undefined ? {} : { notification }),
    };
  }
}
