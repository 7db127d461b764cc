import type { uploadRoutes } from '@pressroom/api/uploads/upload-routes';
import type { Submission } from '../../../adapters/dynamodb/jobs/submission-store.ts';
import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { reserveQuota } from '../../../application/companies/reserve-quota.ts';
import { findSubmitted } from '../../../application/jobs/submitted-before.ts';
import { endUpload } from '../../../application/uploads/end-upload.ts';
import { submitFetchingUpload } from '../../../application/uploads/submit-fetching-upload.ts';
import { mayChange } from '../../../domain/companies/role.ts';
import { Failure, type FailureDetail, invalidField } from '../../../domain/failure.ts';
import type { Job, LogEntry, Outcome, UploadJob } from '../../../domain/jobs/job.ts';
import { maxFiles, multipartAbove, uploadUrlSeconds } from '../../../domain/uploads/limits.ts';
import { announcedBy, isMetadataFile, withReservation } from '../../../domain/uploads/metadata-file.ts';
import { newUploadFile } from '../../../domain/uploads/new-upload-file.ts';
import { newUploadJob } from '../../../domain/uploads/new-upload-job.ts';
import {
  planUploadParts,
  type UploadPartPlan,
  uploadPartBytes,
} from '../../../domain/uploads/plan-upload-parts.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import { isDue, isOverdue, uploadEnd } from '../../../domain/uploads/upload-end.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import { uploadFileName } from '../../../domain/uploads/upload-file-name.ts';
import { fileLogEntry } from '../../../domain/uploads/upload-log-entries.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { toJobResponse } from '../jobs/job-response.ts';
import { submissionOf } from '../jobs/submit-once.ts';
import { saveMailAddress } from '../notifications/notification-options.ts';
import { checkedUploadOptions } from './upload-options.ts';
import { checkedSource } from './upload-source.ts';

type FileRequest = NonNullable<RequestOf<'createUpload'>['body']['files']>[number];

/**
 * Begins an upload. What becomes of a file whose id is taken is decided when it arrives (overwrite.ts). A file that is
 * refused for what it says of itself is an error line of the job, and the others still go in: one `.DS_Store` does not cost
 * the folder it lies in. With an idempotency key, a repeated request gets the upload of the first one; if that one died
 * before its job was written, the job is written now.
 * @throws Failure `quota.exceeded`; `upload.file-refused` where two files give one id; `request.invalid` where a checksum is missing, or a
 * name is not one that can be kept
 */
async function createUpload(
  { company, user, body, idempotencyKey }: RequestOf<'createUpload'>,
  dependencies: Dependencies,
): PromisedResponse<'createUpload'> {
  const { files: given = [], from: requested } = body;
  checkChecksums(given);
  const now = dependencies.now();
  const settings = await dependencies.companies.getSettings(company);
  const named = given.map((file, index) => ({
    ...file,
    name: uploadFileName(file.name, `files[${index}].name`),
  }));
  const described = named.map((file, index) =>
    newUploadFile({ ...file, company, jobId: '', file: index + 1 }, settings, now),
  );
  const options = await checkedUploadOptions(company, body, { prefix: '', settings }, dependencies);
  checkIds(described.filter((file) => !isMetadataFile(options, file)));
  const from =
    requested && checkedSource(company, requested, { field: 'from', changedOnly: false }, dependencies);
  const submission = submissionOf({ submittedBy: user.subject }, idempotencyKey, { upload: body });
  const { jobId, isRepeated } = await idOfUpload(company, submission, now, dependencies);
  const before = isRepeated ? await dependencies.jobs.getJob(company, jobId) : undefined;
  if (before?.kind === 'upload') return toRepeatedResponse(before, dependencies);
  const origin = { company, id: jobId, givenName: body.name, submittedBy: user.subject, submitted: now };
  const made = newUploadJob(options, origin, settings, from);
  // The size of what is fetched is not known yet: a company that is over its quota is refused all the same, and fetch-files
  // reserves it.
  const fetched = from?.kind === 'urls' ? from.urls.length : 0;
  const { assets, bytes } = announcedBy(options, described);
  const adding = { assets: assets + fetched, bytes };
  const reservation = await reserveQuota(company, adding, now, dependencies.companies);
  await saveMailAddress(company, user, options, dependencies);
  if (from) {
    await submitFetchingUpload(made, from, dependencies.uploads);
    return { job: toJobResponse(made, now), files: [] };
  }

  const files = described.map((file) => withReservation(options, { ...file, jobId }, reservation?.day));
  const refused = files.filter(({ state }) => state === 'settled').length;
  const job: UploadJob = { ...made, counts: { ...made.counts, total: files.length, errors: refused } };
  const filesToSend = await toFilesToSend(files, now, dependencies);
  if (!(await dependencies.uploads.createUpload(job, files, reservation))) {
    const other = await dependencies.jobs.getJob(company, jobId);
    if (other?.kind !== 'upload')
      throw new Failure('storage.busy', 'The upload could not be written; try again');
    return toRepeatedResponse(other, dependencies);
  }
  if (options.email === 'all') await notifyBegin(company, jobId, dependencies);
  const isEnded = uploadEnd(job) !== undefined;
  if (isEnded) await endUpload(company, jobId, now, dependencies.uploads);
  const written = isEnded ? await dependencies.jobs.getJob(company, jobId) : job;
  return { job: toJobResponse(written ?? job, now), files: filesToSend };
}

/**
 * The id of a new upload; for a key that was used for the same request, that of its first one.
 * @throws Failure `request.key-reused`
 */
async function idOfUpload(
  company: string,
  submission: Submission | undefined,
  submitted: string,
  { jobs, newId }: Dependencies,
): Promise<{ readonly jobId: string; readonly isRepeated: boolean }> {
  const id = newId();
  if (submission === undefined || (await jobs.claimSubmission({ company, id, submitted }, submission)))
    return { jobId: id, isRepeated: false };
  const first = await findSubmitted(company, submission, jobs);
  if (first === undefined) throw new Failure('storage.busy', 'The upload could not be written; try again');
  return { jobId: first, isRepeated: true };
}

/** The first response, with fresh URLs. A file that is sent to one again is ingested once. */
async function toRepeatedResponse(
  job: UploadJob,
  dependencies: Dependencies,
): PromisedResponse<'createUpload'> {
  const now = dependencies.now();
  if (job.from) {
    // The first request may have died before it had the source listed. A listed source is not listed again.
    if (job.listed === undefined)
      await dependencies.uploads.requestFetch({ kind: 'list', company: job.company, jobId: job.id });
    return { job: toJobResponse(job, now), files: [] };
  }
  const { items } = await dependencies.uploads.listFiles(job.company, job.id, { limit: maxFiles });
  const sent = items.filter(({ fromArchive }) => fromArchive === undefined);
  return { job: toJobResponse(job, now), files: await toFilesToSend(sent, now, dependencies) };
}

function toFilesToSend(files: readonly UploadFile[], now: string, dependencies: Dependencies) {
  const expires = new Date(Date.parse(now) + uploadUrlSeconds * 1_000).toISOString();
  return Promise.all(files.map((file) => toFileToSend(file, expires, dependencies)));
}

/** The job is there already, so that a request that fails here would be sent again and make another one. */
async function notifyBegin(
  company: string,
  jobId: string,
  { notifications, log }: Dependencies,
): Promise<void> {
  try {
    await notifications.sendNotification({ kind: 'begun', company, jobId });
  } catch (error) {
    log.warn(`There is no mail about the begin of the upload ${jobId}`, error as Error);
  }
}

async function toFileToSend(file: UploadFile, expires: string, { uploads: { signUpload } }: Dependencies) {
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

/** Signs where parts of a file go. Parts may be signed again, as after their URLs ran out. */
async function signParts(
  request: RequestOf<'signParts'>,
  dependencies: Dependencies,
): PromisedResponse<'signParts'> {
  const { file, plan } = await openFile(request, dependencies);
  checkParts(request.body.parts, plan);
  const key = stagedKey(file.company, file.jobId, file.file);
  let uploadId = file.uploadId;
  if (uploadId === undefined) {
    const begun = await dependencies.uploads.beginMultipartUpload(key, file.type);
    uploadId = await dependencies.uploads.ensureUploadId(file, begun);
    // Two asked at once for the first parts: one upload goes on.
    if (uploadId !== begun) await dependencies.uploads.abortMultipartUpload(key, begun);
  }
  const upload = { key, uploadId };
  const expires = new Date(Date.parse(dependencies.now()) + uploadUrlSeconds * 1_000).toISOString();
  const parts = await Promise.all(
    request.body.parts.map(async ({ part, sha256 }) => {
      const bytes = uploadPartBytes(file.bytes, plan, part);
      const { url, headers } = await dependencies.uploads.signPart({ ...upload, part, bytes, sha256 });
      return { part, method: 'PUT' as const, url, headers: { ...headers }, expires };
    }),
  );
  return { parts };
}

/**
 * Puts the parts of a file together; S3's event about that is what has it ingested. Completing again is no error
 * while the file is not decided on.
 */
async function completeFile(
  request: RequestOf<'completeFile'>,
  dependencies: Dependencies,
): PromisedResponse<'completeFile'> {
  const { file, plan } = await openFile(request, dependencies);
  const { parts } = request.body;
  checkParts(parts, plan);
  if (file.uploadId === undefined || parts.length !== plan.parts) {
    throw invalidField(
      'parts',
      file.uploadId === undefined
        ? 'were never sent: ask for their addresses first'
        : `are ${parts.length}; the file has ${plan.parts}, and all must be named`,
    );
  }
  const inOrder = [...parts].sort((a, b) => a.part - b.part);
  // `gone`: completed before, since nobody else ends it within the time that an upload is open.
  await dependencies.uploads.completeMultipartUpload(
    stagedKey(file.company, file.jobId, file.file),
    file.uploadId,
    inOrder,
  );
  return { file: file.file, name: file.name, assetId: file.assetId };
}

/**
 * Says what is still to be sent, with fresh URLs: those of `createUpload` are valid for an hour, and a client that was
 * started again has none.
 */
async function readUpload(
  { company, user, params }: RequestOf<'readUpload'>,
  dependencies: Dependencies,
): PromisedResponse<'readUpload'> {
  const found = await dependencies.jobs.getJob(company, params.jobId);
  const job = found && ownUpload(found, user);
  if (!job) throw new Failure('upload.file-not-found', `There is no upload ${params.jobId}`);
  const now = dependencies.now();
  // Nothing is to be sent: fetch-files gets the files.
  if (job.from) return { job: toJobResponse(job, now), files: [] };
  const expires = new Date(Date.parse(now) + uploadUrlSeconds * 1_000).toISOString();
  const { items } = await dependencies.uploads.listFiles(company, job.id, { limit: maxFiles });
  const files = await Promise.all(
    items
      .filter(isSentByClient)
      .map((file) =>
        isOpen(job, file, now) ? toFileToSend(file, expires, dependencies) : toSettledFile(file),
      ),
  );
  return { job: toJobResponse(job, now), files };
}

/**
 * Leaves a file out. The job would otherwise wait for it for a day. If it was the last open file, an empty object in its
 * place has ingest-upload build the sets of the others and end the job, as after any other file.
 */
async function cancelFile(
  request: RequestOf<'cancelFile'>,
  dependencies: Dependencies,
): PromisedResponse<'cancelFile'> {
  const { company, params } = request;
  const { job, file } = await findFile(request, dependencies);
  const now = dependencies.now();
  if (file.state === 'pending' && job.status === 'running') {
    const logEntry = fileLogEntry(file, 'not-reached', 'was cancelled before it arrived', now);
    await dependencies.uploads.finishFile(file, 'pending', logEntry);
  }
  const current = await dependencies.uploads.getFile(company, params.jobId, params.file);
  if (current?.logEntry?.outcome !== 'not-reached')
    throw new Failure('upload.closed', `File ${params.file} has arrived already, or was refused`);
  const key = stagedKey(company, params.jobId, params.file);
  if (file.uploadId !== undefined) await dependencies.uploads.abortMultipartUpload(key, file.uploadId);
  const after = await dependencies.jobs.getJob(company, params.jobId);
  if (after?.kind === 'upload' && isDue(after)) await dependencies.uploads.stageEmpty(key);
  return toSettledFile(current);
}

function toSettledFile(settled: UploadFile) {
  const { file, name, assetId, logEntry } = settled;
  const { outcome, message } = logEntry ?? undecided(settled);
  return {
    file,
    name,
    ...(assetId === undefined ? {} : { assetId }),
    outcome: outcome as Outcome,
    message,
  };
}

/** Files of an archive are listed when they are settled. */
function isSentByClient({ fromArchive, state }: UploadFile): boolean {
  return fromArchive === undefined || state === 'settled';
}

/** A file without a log entry: it waits for its last step, or the upload was closed before it arrived. */
function undecided({
  name,
  state,
  arrived,
}: Pick<UploadFile, 'name' | 'state' | 'arrived'>): Pick<LogEntry, 'outcome' | 'message'> {
  if (arrived !== undefined) {
    const message = `${name}: has arrived; its metadata is applied when all other files are settled`;
    return { outcome: 'skipped', message };
  }
  return state === 'recorded'
    ? { outcome: 'recorded', message: `${name}: is being published` }
    : { outcome: 'not-reached', message: `${name}: had not arrived when the upload was closed` };
}

function isOpen(job: UploadJob, file: UploadFile, now: string): boolean {
  return (
    job.status === 'running' &&
    !isOverdue(job, now) &&
    file.state === 'pending' &&
    file.assetId !== undefined &&
    file.source === undefined &&
    file.arrived === undefined
  );
}

/** @throws Failure `access.role-too-low` */
function ownUpload(job: Job, user: CompanyUser): UploadJob | undefined {
  if (job.kind !== 'upload') return undefined;
  if (mayChange(user, job)) return job;
  throw new Failure('access.role-too-low', 'Only an admin may send files for an upload of somebody else', {
    facts: { requiredRole: 'admin' },
  });
}

/** @throws Failure `upload.file-not-found`, `access.role-too-low` */
async function findFile(
  { company, user, params }: Pick<RequestOf<'signParts'>, 'company' | 'user' | 'params'>,
  dependencies: Dependencies,
): Promise<{ job: UploadJob; file: UploadFile }> {
  const [found, file] = await Promise.all([
    dependencies.jobs.getJob(company, params.jobId),
    dependencies.uploads.getFile(company, params.jobId, params.file),
  ]);
  const job = found && file && ownUpload(found, user);
  if (!job) {
    throw new Failure(
      'upload.file-not-found',
      `There is no upload ${params.jobId} with a file ${params.file}`,
    );
  }
  return { job, file };
}

/**
 * The file that parts are sent of, and how it is split.
 * @throws Failure `upload.file-not-found`, `access.role-too-low`, `upload.closed`; `request.invalid` for a file that
 * is sent in one piece
 */
async function openFile(
  request: Pick<RequestOf<'signParts'>, 'company' | 'user' | 'params'>,
  dependencies: Dependencies,
): Promise<{ file: UploadFile & { readonly assetId: string }; plan: UploadPartPlan }> {
  const { params } = request;
  const { job, file } = await findFile(request, dependencies);
  if (!isOpen(job, file, dependencies.now()) || file.assetId === undefined) {
    throw new Failure('upload.closed', `The upload takes no more of file ${params.file}`);
  }
  if (file.bytes <= multipartAbove) {
    throw invalidField('file', `names a file of ${file.bytes} bytes; it is sent with one PUT`);
  }
  return { file: { ...file, assetId: file.assetId }, plan: planUploadParts(file.bytes) };
}

/**
 * Checks the numbers of parts.
 * @throws Failure `request.invalid` for one that the file does not have, or one given twice
 */
function checkParts(parts: readonly { readonly part: number }[], plan: UploadPartPlan): void {
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
      throw invalidField(field, message);
    }
    seen.add(part);
  }
}

export const uploadHandlers = {
  createUpload,
  readUpload,
  signParts,
  completeFile,
  cancelFile,
} satisfies HandlersOf<typeof uploadRoutes>;
