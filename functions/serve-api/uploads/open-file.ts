import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { UploadStore } from '../../../adapters/dynamodb/uploads/upload-store.ts';
import { mayChange } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import { multipartAbove } from '../../../domain/uploads/limits.ts';
import { planUploadParts, type UploadPartPlan } from '../../../domain/uploads/multipart.ts';
import { isOverdue } from '../../../domain/uploads/upload-end.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import type { RequestOf } from '../route-types.ts';

export type OpenFileDependencies = Pick<JobStore, 'getJob'> &
  Pick<UploadStore, 'getFile'> & { readonly now: () => string };

/**
 * The file that parts are sent of, and how it is cut.
 * @throws Failure `upload.file-not-found`, `access.role-too-low`, `upload.closed`; `request.invalid` for a file that
 * is sent in one piece
 */
export async function openFile(
  { company, user, params }: Pick<RequestOf<'signParts'>, 'company' | 'user' | 'params'>,
  dependencies: OpenFileDependencies,
): Promise<{ file: UploadFile & { readonly assetId: string }; plan: UploadPartPlan }> {
  const [job, file] = await Promise.all([
    dependencies.getJob(company, params.jobId),
    dependencies.getFile(company, params.jobId, params.file),
  ]);
  if (job?.kind !== 'upload' || !file) {
    throw new Failure(
      'upload.file-not-found',
      `There is no upload ${params.jobId} with a file ${params.file}`,
    );
  }
  if (!mayChange(user, job)) {
    throw new Failure('access.role-too-low', 'Only an admin may send files for an upload of somebody else', {
      facts: { requiredRole: 'admin' },
    });
  }
  if (
    job.status !== 'running' ||
    isOverdue(job, dependencies.now()) ||
    file.state !== 'pending' ||
    file.assetId === undefined
  ) {
    throw new Failure('upload.closed', `The upload takes no more of file ${params.file}`);
  }
  if (file.bytes <= multipartAbove) {
    const message = `names a file of ${file.bytes} bytes; it is sent with one PUT`;
    throw new Failure('request.invalid', `file: ${message}`, { details: [{ field: 'file', message }] });
  }
  return { file: { ...file, assetId: file.assetId }, plan: planUploadParts(file.bytes) };
}

/**
 * Checks the numbers of parts.
 * @throws Failure `request.invalid` for one that the file does not have, or one given twice
 */
export function checkParts(parts: readonly { readonly part: number }[], plan: UploadPartPlan): void {
  const seen = new Set<number>();
  for (const [index, { part }] of parts.entries()) {
    const message =
      part > plan.parts
        ? `is ${part}; the file has ${plan.parts} parts`
        : seen.has(part)
          ? `is ${part} again`
          : undefined;
    if (message !== undefined) {
      const field = `parts[${index}].part`;
      throw new Failure('request.invalid', `${field}: ${message}`, { details: [{ field, message }] });
    }
    seen.add(part);
  }
}
