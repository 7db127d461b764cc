import { Failure } from '../../domain/failure.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import { type CloseOverdueDependencies, closeOverdue } from './close-overdue.ts';
import { jobAnswer } from './job-answer.ts';

/** One job, with its counts as they are now. */
export async function readJob(
  { company, params }: Pick<RequestOf<'readJob'>, 'company' | 'params'>,
  dependencies: CloseOverdueDependencies,
): ReplyOf<'readJob'> {
  const job = await dependencies.getJob(company, params.jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  return jobAnswer(await closeOverdue(job, dependencies), dependencies.now());
}
