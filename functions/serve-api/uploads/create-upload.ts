import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { PresetStore } from '../../../adapters/dynamodb/sets/preset-store.ts';
import type { UploadStore } from '../../../adapters/dynamodb/uploads/upload-store.ts';
import type { SignedPut } from '../../../adapters/s3/upload-urls.ts';
import { assetIdOf } from '../../../domain/assets/asset-id.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { Failure, type FailureDetail } from '../../../domain/failure.ts';
import { noCounts, type UploadJob } from '../../../domain/jobs/job.ts';
import { uniqueJobName } from '../../../domain/jobs/job-name.ts';
import { checkDeclaration } from '../../../domain/uploads/declared-type.ts';
import { multipartAbove, uploadUrlSeconds } from '../../../domain/uploads/limits.ts';
import { planUploadParts } from '../../../domain/uploads/plan-upload-parts.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import { uploadEnd } from '../../../domain/uploads/upload-end.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import { fileLogEntry } from '../../../domain/uploads/upload-log-entries.ts';
import { toJobResponse } from '../jobs/job-response.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface CreateUploadDependencies
  extends Pick<UploadStore, 'createUpload'>,
    Pick<PresetStore, 'listPresets'>,
    Pick<SettingsStore, 'getSettings'> {
  readonly signUpload: (upload: {
    key: string;
    bytes: number;
    type: string;
    sha256: string;
  }) => Promise<SignedPut>;
  readonly newId: () => string;
  readonly now: () => string;
}

type FileRequest = RequestOf<'createUpload'>['body']['files'][number];

/**
 * Begins an upload. What becomes of a file whose id is taken is decided when it arrives (overwrite.ts). A file that is refused for what it says of itself is an error line of the job, and the others
 * still go in: one `.DS_Store` does not cost the folder it lies in.
 * @throws Failure `upload.file-refused` where two files give one id; `request.invalid` where a checksum is missing
 */
export async function createUpload(
  { company, user, body }: RequestOf<'createUpload'>,
  dependencies: CreateUploadDependencies,
): PromisedResponse<'createUpload'> {
  checkChecksums(body.files);
  const now = dependencies.now();
  const jobId = dependencies.newId();
  const settings = await dependencies.getSettings(company);
  const files = body.files.map((file, index) => uploadFile(company, jobId, index + 1, file, settings, now));
  checkIds(files);
  if (body.batchSetPresets) await checkPresets(company, body.batchSetPresets, dependencies);

  const refused = files.filter(({ state }) => state === 'settled').length;
  const opened: UploadJob = {
    kind: 'upload',
    company,
    id: jobId,
    givenName: body.name,
    name: uniqueJobName(body.name, now, settings.timeZone),
    status: 'running',
    counts: { ...noCounts, total: files.length, errors: refused },
    submitted: now,
    submittedBy: user.subject,
    started: now,
    folder: body.folder,
    publishAfterUploading: body.publishAfterUploading,
    overwrite: body.overwrite,
    ...(body.batchSetPresets === undefined ? {} : { batchSetPresets: body.batchSetPresets }),
    ...(body.preservePublishState === undefined ? {} : { preservePublishState: body.preservePublishState }),
  };
  const end = uploadEnd(opened);
  const job: UploadJob = end === undefined ? opened : { ...opened, status: end, ended: now };

  const expires = new Date(Date.parse(now) + uploadUrlSeconds * 1_000).toISOString();
  const filesToSend = await Promise.all(files.map((file) => toFileToSend(file, expires, dependencies)));
  await dependencies.createUpload(job, files);
  return { job: toJobResponse(job, now), files: filesToSend };
}

function uploadFile(
  company: string,
  jobId: string,
  number: number,
  file: FileRequest,
  settings: CompanySettings,
  now: string,
): UploadFile {
  const base = {
    company,
    jobId,
    file: number,
    name: file.name,
    bytes: file.bytes,
    type: file.type,
    ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
  };
  try {
    const assetId = assetIdOf(file.name);
    checkDeclaration(file, settings);
    return { ...base, assetId, state: 'pending' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...base, state: 'settled', logEntry: fileLogEntry(base, 'error', error.message, now) };
  }
}

async function toFileToSend(file: UploadFile, expires: string, { signUpload }: CreateUploadDependencies) {
  const { company, jobId, file: number, name, assetId, bytes, type, sha256 } = file;
  if (assetId === undefined) return { file: number, name, refused: file.logEntry?.message ?? '' };
  if (sha256 === undefined) return { file: number, name, assetId, multipart: planUploadParts(bytes) };
  const key = stagedKey(company, jobId, number);
  const { url, headers } = await signUpload({ key, bytes, type, sha256 });
  return { file: number, name, assetId, method: 'PUT' as const, url, headers: { ...headers }, expires };
}

function checkChecksums(files: readonly FileRequest[]): void {
  const details = files.flatMap(({ bytes, sha256 }, index): FailureDetail[] => {
    const field = `files[${index}].sha256`;
    const inParts = bytes > multipartAbove;
    if (!inParts && sha256 === undefined)
      return [{ field, message: `is needed up to ${multipartAbove} bytes` }];
    if (inParts && sha256 !== undefined) {
      return [{ field, message: `is not taken above ${multipartAbove} bytes: each part brings its own` }];
    }
    return [];
  });
  refuseAll('request.invalid', details);
}

async function checkPresets(
  company: string,
  names: readonly string[],
  { listPresets }: Pick<PresetStore, 'listPresets'>,
): Promise<void> {
  if (names.length === 0) return;
  const known = new Set((await listPresets(company)).map(({ name }) => name));
  const details = names.flatMap((name, index): FailureDetail[] =>
    known.has(name) ? [] : [{ field: `batchSetPresets[${index}]`, message: `there is no preset ${name}` }],
  );
  refuseAll('request.invalid', details);
}

function checkIds(files: readonly UploadFile[]): void {
  const first = new Map<string, UploadFile>();
  const details = files.flatMap((file): FailureDetail[] => {
    if (file.assetId === undefined) return [];
    const other = first.get(file.assetId);
    if (!other) {
      first.set(file.assetId, file);
      return [];
    }
    const message = `"${other.name}" and "${file.name}" give the same id "${file.assetId}"; rename one or send it alone`;
    return [other, file].map(({ file: number }) => ({ field: `files[${number - 1}].name`, message }));
  });
  refuseAll('upload.file-refused', details);
}

function refuseAll(code: 'request.invalid' | 'upload.file-refused', details: FailureDetail[]): void {
  const [one] = details;
  if (one) throw new Failure(code, `${one.field}: ${one.message}`, { details: details.slice(0, 20) });
}
