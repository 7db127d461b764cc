import { type CloseOverdueDependencies, closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { jobAnswer } from './job-answer.ts';
import { type PlaceDependencies, placesOf } from './place-in-queue.ts';

/** One job, with its counts as they are now, and its place in the queue if it waits. */
export async function readJob(
  { company, params }: Pick<RequestOf<'readJob'>, 'company' | 'params'>,
  dependencies: CloseOverdueDependencies & PlaceDependencies,
): ReplyOf<'readJob'> {
  const job = await dependencies.getJob(company, params.jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  const now = await closeOverdue(job, dependencies);
  const places = await placesOf(company, [now], dependencies);
  return jobAnswer(now, dependencies.now(), places.get(now.id));
}
