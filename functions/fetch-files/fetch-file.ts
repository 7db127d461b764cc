import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { SourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { type ReserveQuotaDependencies, reserveQuota } from '../../application/companies/reserve-quota.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import type { Outcome, UploadJob } from '../../domain/jobs/job.ts';
import { checkDeclaration } from '../../domain/uploads/declared-type.ts';
import { multipartAbove } from '../../domain/uploads/limits.ts';
import { isMetadataFile } from '../../domain/uploads/metadata-file.ts';
import { type OpenedSource, SourceUnavailable } from '../../domain/uploads/opened-source.ts';
import { mayReadSource, type SourceBucket } from '../../domain/uploads/source-buckets.ts';
import { stagedKey } from '../../domain/uploads/staged-key.ts';
import { isDue } from '../../domain/uploads/upload-end.ts';
import type { UploadFile } from '../../domain/uploads/upload-file.ts';
import { fileLogEntry } from '../../domain/uploads/upload-log-entries.ts';
import {
  type FileSource,
  isUnchanged,
  type SourceState,
  sourceId,
} from '../../domain/uploads/upload-source.ts';
import {
  readWhole,
  type StagingDependencies,
  sha256Of,
  stageInParts,
  TransferUnfinished,
} from './stage-file.ts';

export { TransferUnfinished };

export interface FetchAttempt {
  readonly company: string;
  readonly jobId: string;
  readonly file: number;
  /** Whether this is the last delivery of the message: an error now would leave the file undecided. */
  readonly lastAttempt: boolean;
}

export interface FetchFileDependencies
  extends StagingDependencies,
    ReserveQuotaDependencies,
    Pick<UploadStore, 'getFile' | 'finishFile' | 'recordTransfer'>,
    Pick<SourceStore, 'findSources' | 'rememberSource'> {
  readonly getJob: JobStore['getJob'];
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  readonly sourceBuckets: readonly SourceBucket[];
  readonly openObject: (bucket: string, key: string) => Promise<OpenedSource>;
  readonly openUrl: (url: string, before: SourceState | undefined) => Promise<OpenedSource | 'unchanged'>;
  readonly findStaged: (key: string) => Promise<{ readonly bytes: number } | undefined>;
  /** Has ingest-upload end an upload whose files are all settled, after it has built the sets. @param file any of them */
  readonly requestEnd: (company: string, jobId: string, file: number) => Promise<void>;
  readonly now: () => string;
  readonly log: { error(message: string, error: Error): void };
}

/**
 * "Fetch Files", for one file: brings it from its source into the upload bucket, from where ingest-upload takes it like a
 * file that a client sends. A file that the source refuses gets an error entry, and one that has not changed is skipped.
 *
 * Repeating it does no harm: a file that is decided stays as it is, and one that is staged twice is ingested once.
 *
 * Costs: four reads and a write; a GET of the source and a PUT, or for a large file one of each for every part.
 * @throws TransferUnfinished, SourceUnavailable and other transient errors: the message is then delivered again. At the
 * last delivery the file gets an error entry
 */
export async function fetchFile(attempt: FetchAttempt, dependencies: FetchFileDependencies): Promise<void> {
  const { company, jobId, file: number, lastAttempt } = attempt;
  const file = await dependencies.getFile(company, jobId, number);
  const job = await dependencies.getJob(company, jobId);
  if (!file?.source || job?.kind !== 'upload') return;
  if (file.state === 'pending') {
    try {
      await transfer(file, file.source, job, dependencies);
    } catch (error) {
      if (isRefusal(error)) await settle(file, 'error', error.message, dependencies);
      else if (lastAttempt) {
        await settle(file, 'error', reasonOf(error), dependencies);
        // The fault of a source is no fault of the installation.
        if (!(error instanceof SourceUnavailable))
          dependencies.log.error(`The file ${number} of the upload ${jobId} was given up`, error as Error);
      } else throw error;
    }
  }
  await endIfLast(company, jobId, number, dependencies);
}

/** Whether a file is refused for what it is, or because the company has no room for it. */
export function isRefusal(error: unknown): error is Failure {
  return (
    error instanceof Failure && (error.code === 'upload.file-refused' || error.code === 'quota.exceeded')
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof SourceUnavailable) return `could not be fetched, after 10 attempts. ${error.message}`;
  if (error instanceof TransferUnfinished)
    return 'could not be fetched in the time that there is: the source is too slow';
  return 'could not be fetched because something failed on our side; submit the upload again';
}

export async function settle(
  file: UploadFile,
  outcome: Outcome,
  message: string,
  { finishFile, now }: Pick<FetchFileDependencies, 'finishFile' | 'now'>,
): Promise<void> {
  await finishFile(file, 'pending', fileLogEntry(file, outcome, message, now()));
}

/** Ends the job if all its files are settled. A file that was staged is settled by ingest-upload, which ends the job itself. */
export async function endIfLast(
  company: string,
  jobId: string,
  file: number,
  { getJob, requestEnd }: Pick<FetchFileDependencies, 'getJob' | 'requestEnd'>,
): Promise<void> {
  const job = await getJob(company, jobId);
  if (job?.kind === 'upload' && isDue(job)) await requestEnd(company, jobId, file);
}

async function transfer(
  file: UploadFile,
  source: FileSource,
  job: UploadJob,
  dependencies: FetchFileDependencies,
): Promise<void> {
  const { company } = file;
  if (job.status !== 'running')
    return settle(file, 'not-reached', 'was not fetched before the upload was stopped', dependencies);
  // A metadata file may have rows for files that are new: it is fetched also if it has not changed.
  const comparesState = job.from?.changedOnly === true && !isMetadataFile(job, file);
  const before = comparesState ? await stateBefore(file, source, job, dependencies) : undefined;
  const opened = await open(company, source, before, dependencies);
  if (opened === 'unchanged') return settle(file, 'skipped', unchanged, dependencies);
  try {
    const state = { ...stateOf(opened), ...(opened.bytes !== undefined && { bytes: opened.bytes }) };
    if (isUnchanged(before, state)) return await settle(file, 'skipped', unchanged, dependencies);
    if (opened.bytes !== undefined) {
      checkDeclaration({ type: file.type, bytes: opened.bytes }, await dependencies.getSettings(company));
    }
    if (opened.bytes === undefined || opened.bytes <= multipartAbove)
      return await stageWhole(file, job.folder, source, opened, before, dependencies);
    await stageLarge(file, { ...source, ...state }, opened, opened.bytes, dependencies);
  } finally {
    opened.close();
  }
}

const unchanged = 'left out: it has not changed since it was last fetched';

async function stateBefore(
  { company, folder }: UploadFile,
  source: FileSource,
  job: UploadJob,
  { findSources }: Pick<FetchFileDependencies, 'findSources'>,
): Promise<SourceState | undefined> {
  const target = folder ?? job.folder;
  return (await findSources(company, target, [source])).get(sourceId(target, source));
}

async function open(
  company: string,
  source: FileSource,
  before: SourceState | undefined,
  { openObject, openUrl, sourceBuckets }: FetchFileDependencies,
): Promise<OpenedSource | 'unchanged'> {
  if (source.kind === 'url') return openUrl(source.url, before);
  const { bucket, key } = source;
  // The setting may have changed since the upload was submitted.
  if (!mayReadSource(sourceBuckets, company, { bucket, prefix: key }))
    throw new Failure('upload.file-refused', `The bucket ${bucket} is not a source of this company any more`);
  return openObject(bucket, key);
}

function stateOf({ etag, modified }: OpenedSource): SourceState {
  return { ...(etag !== undefined && { etag }), ...(modified !== undefined && { modified }) };
}

async function stageWhole(
  file: UploadFile,
  jobFolder: string,
  source: FileSource,
  opened: OpenedSource,
  before: SourceState | undefined,
  dependencies: FetchFileDependencies,
): Promise<void> {
  const bytes = await readWhole(opened);
  const sha256 = sha256Of(bytes);
  const state = { ...source, ...stateOf(opened), bytes: bytes.length, sha256 };
  // Some servers send neither an ETag nor a time, and others give the same bytes a new one.
  if (before?.sha256 === sha256) {
    const { company, folder = jobFolder } = file;
    await dependencies.rememberSource({ company, folder, place: source }, state);
    return settle(file, 'skipped', unchanged, dependencies);
  }
  await checkSize(file, bytes.length, dependencies);
  if (!(await dependencies.recordTransfer(file, bytes.length, state))) return;
  await dependencies.putStaged(keyOf(file), { bytes, type: file.type, sha256 });
}

async function stageLarge(
  file: UploadFile,
  source: FileSource,
  opened: OpenedSource,
  bytes: number,
  dependencies: FetchFileDependencies,
): Promise<void> {
  const key = keyOf(file);
  const begin = () => dependencies.beginMultipartUpload(key, file.type);
  // Another version of the file must not be mixed with the parts of the one before.
  const known = isUnchanged(file.source, source) ? file.uploadId : undefined;
  await checkSize(file, bytes, dependencies);
  const uploadId = known ?? (await begin());
  if (!(await dependencies.recordTransfer(file, bytes, source, uploadId))) return;
  if ((await stageInParts(opened, { key, uploadId, bytes }, dependencies)) === 'completed') return;
  // A parallel call has completed it, or S3 has aborted it, as it does after a day.
  if ((await dependencies.findStaged(key))?.bytes === bytes) return;
  await dependencies.recordTransfer({ ...file, bytes }, bytes, source, await begin());
  throw new TransferUnfinished(`The transfer of ${key} begins again: its parts are gone`);
}

/**
 * Checks the bytes that were not known when the file was announced: those of a URL.
 * @throws Failure `quota.exceeded`
 */
async function checkSize(
  { company, reserved, bytes: announced }: UploadFile,
  bytes: number,
  dependencies: FetchFileDependencies,
): Promise<void> {
  if (reserved === undefined || bytes <= announced) return;
  await reserveQuota(company, { assets: 0, bytes: bytes - announced }, dependencies.now(), dependencies);
}

function keyOf({ company, jobId, file }: UploadFile): string {
  return stagedKey(company, jobId, file);
}
