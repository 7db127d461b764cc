import { type CloseOverdueDependencies, closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { Failure } from '../../../domain/failure.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toJobResponse } from './job-response.ts';
import { type QueuePositionDependencies, queuePositions } from './queue-positions.ts';

/** One job, with its counts as they are now, and its place in the queue if it waits. */
export async function readJob(
  { company, params }: Pick<RequestOf<'readJob'>, 'company' | 'params'>,
  dependencies: CloseOverdueDependencies & QueuePositionDependencies,
): PromisedResponse<'readJob'> {
  const job = await dependencies.getJob(company, params.jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  const now = await closeOverdue(job, dependencies);
  const positions = await queuePositions(company, [now], dependencies);
  return toJobResponse(now, dependencies.now(), positions.get(now.id));
}
