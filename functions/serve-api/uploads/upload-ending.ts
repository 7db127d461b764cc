import type { CloseOverdueDependencies } from '../../../application/uploads/close-overdue.ts';
import type { EndUploadDependencies } from '../../../application/uploads/end-upload.ts';
import type { Dependencies } from '../dependencies.ts';

/** What ending an upload job uses, out of the groups: a job that a handler reads may be overdue, or complete. */
export function uploadEnding({
  jobs,
  uploads,
  notifications,
  now,
}: Pick<Dependencies, 'jobs' | 'uploads' | 'notifications' | 'now'>): CloseOverdueDependencies &
  EndUploadDependencies {
  return { ...jobs, ...uploads, ...notifications, now };
}
