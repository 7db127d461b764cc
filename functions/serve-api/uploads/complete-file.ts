import type { UploadPart } from '../../../adapters/s3/upload-parts.ts';
import { Failure } from '../../../domain/failure.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { checkParts, type OpenFileDependencies, openFile } from './open-file.ts';

export interface CompleteFileDependencies extends OpenFileDependencies {
  readonly completeMultipartUpload: (
    key: string,
    uploadId: string,
    parts: readonly UploadPart[],
  ) => Promise<'completed' | 'missing'>;
}

/**
 * Puts the parts of a file together; S3's event about that is what has it ingested. Completing again is no error
 * while the file is not decided on.
 */
export async function completeFile(
  request: RequestOf<'completeFile'>,
  dependencies: CompleteFileDependencies,
): PromisedResponse<'completeFile'> {
  const { file, plan } = await openFile(request, dependencies);
  const { parts } = request.body;
  checkParts(parts, plan);
  if (file.uploadId === undefined || parts.length !== plan.parts) {
    const message =
      file.uploadId === undefined
        ? 'were never sent: ask for their addresses first'
        : `are ${parts.length}; the file has ${plan.parts}, and all must be named`;
    throw new Failure('request.invalid', `parts: ${message}`, { details: [{ field: 'parts', message }] });
  }
  const inOrder = [...parts].sort((a, b) => a.part - b.part);
  // `gone`: completed before, since nobody else ends it within the time that an upload is open.
  await dependencies.completeMultipartUpload(
    stagedKey(file.company, file.jobId, file.file),
    file.uploadId,
    inOrder,
  );
  return { file: file.file, name: file.name, assetId: file.assetId };
}
