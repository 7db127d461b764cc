import type { UploadStore } from '../../../adapters/dynamodb/uploads/upload-store.ts';
import type { SignedPut } from '../../../adapters/s3/upload-urls.ts';
import { uploadUrlSeconds } from '../../../domain/uploads/limits.ts';
import { uploadPartBytes } from '../../../domain/uploads/plan-upload-parts.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { checkParts, type OpenFileDependencies, openFile } from './open-file.ts';

export interface SignPartsDependencies extends OpenFileDependencies, Pick<UploadStore, 'ensureUploadId'> {
  readonly beginMultipartUpload: (key: string, type: string) => Promise<string>;
  readonly abortMultipartUpload: (key: string, uploadId: string) => Promise<void>;
  readonly signPart: (part: {
    key: string;
    uploadId: string;
    part: number;
    bytes: number;
    sha256: string;
  }) => Promise<SignedPut>;
}

/** Signs where parts of a file go. Parts may be signed again, as after their URLs ran out. */
export async function signParts(
  request: RequestOf<'signParts'>,
  dependencies: SignPartsDependencies,
): PromisedResponse<'signParts'> {
  const { file, plan } = await openFile(request, dependencies);
  checkParts(request.body.parts, plan);
  const key = stagedKey(file.company, file.jobId, file.file);
  let uploadId = file.uploadId;
  if (uploadId === undefined) {
    const begun = await dependencies.beginMultipartUpload(key, file.type);
    uploadId = await dependencies.ensureUploadId(file, begun);
    // Two asked at once for the first parts: one upload goes on.
    if (uploadId !== begun) await dependencies.abortMultipartUpload(key, begun);
  }
  const upload = { key, uploadId };
  const expires = new Date(Date.parse(dependencies.now()) + uploadUrlSeconds * 1_000).toISOString();
  const parts = await Promise.all(
    request.body.parts.map(async ({ part, sha256 }) => {
      const bytes = uploadPartBytes(file.bytes, plan, part);
      const { url, headers } = await dependencies.signPart({ ...upload, part, bytes, sha256 });
      return { part, method: 'PUT' as const, url, headers: { ...headers }, expires };
    }),
  );
  return { parts };
}
