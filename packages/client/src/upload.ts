import type { OperationBody, OperationResponse } from '@pressroom/api/operation-types';
import { ApiError, NetworkError } from './api-error.ts';
import type { Call } from './operation-request.ts';
import { putBytesWith } from './put-bytes.ts';
import { type RetryOptions, sendWithRetries } from './retry.ts';
import { sha256Of } from './sha256-of.ts';
import type { FileStatus, PartPlan, SentPart, StoredFile, UploadState } from './upload-state.ts';

/** A file to upload: a `File` of a browser, or a name with a `Blob`, for example from `fs.openAsBlob`. */
export type UploadFile =
  | File
  | {
      readonly name: string;
      readonly content: Blob;
      /** MIME type; that of the content unless given. */
      readonly type?: string;
      /** Milliseconds since 1970 when the content was last modified, so that a resumed upload trusts what it has sent. */
      readonly modified?: number;
    };

export interface SendSettings {
  /** Requests to the storage at the same time. 4 unless given. */
  readonly parallel?: number;
  /** Called whenever bytes of a file were sent, or its status has changed. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** Settings of the upload job: folder, publishAfterUploading, name and so on. */
export type UploadOptions = Omit<OperationBody<'createUpload'>, 'files'> & SendSettings;

export interface UploadProgress {
  /** The file that has changed. */
  readonly file: FileProgress;
  /** Without files that are refused or cancelled. */
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly sentFiles: number;
  readonly totalFiles: number;
}

export interface FileProgress {
  /** Index in `files`. */
  readonly index: number;
  readonly name: string;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly status: FileStatus;
  /** Why the file failed or was refused. */
  readonly problem?: string;
  /** Number of the file in its job. Missing until the job exists, and for a file that is not part of it. */
  readonly file?: number;
  /** The id that the file's name gives; the asset has another one if that is taken. */
  readonly assetId?: string;
}

/**
 * Bytes. Up to this size, the API requires the SHA-256 of the whole file. The value of domain/uploads/limits.ts: the client
 * imports only types of the project, so that its bundle stays small.
 */
export const multipartAbove = 100 * 1024 * 1024;

/** Files that one upload accepts. The value of domain/uploads/limits.ts. */
export const maxFiles = 1_000;

/** The rule of domain/uploads/metadata-file.ts: `autumn.metadata.csv` is applied to the assets of its upload. */
const metadataFileName = /\.metadata\.(?:csv|tsv|tab|txt)$/i;

/** Whether an upload takes a file with this name for a table of metadata (`applyMetadata`), and not for an asset. */
export function isMetadataFileName(name: string): boolean {
  return metadataFileName.test(name);
}

type UploadJob = OperationResponse<'createUpload'>['job'];

export interface UploadResult {
  readonly job: UploadJob;
  /** In the order of the given files. */
  readonly files: readonly FileProgress[];
}

/** An upload that can be paused, interrupted and continued for 24 hours, by this object or by its stored state. */
export interface Upload {
  /** Undefined until `send` has described the files to the API; of a resumed upload, until it has read them. */
  readonly job: UploadJob | undefined;
  /** How far each file is, in the order of the given files. */
  readonly files: readonly FileProgress[];
  /** The same for all, without files that are refused or cancelled. */
  readonly progress: Omit<UploadProgress, 'file'>;
  /**
   * Sends every file that is not paused, and creates the upload job first. Returns when nothing more can be sent; a file
   * that failed does not stop the others. While it runs, calling it again joins the run.
   * @throws NetworkError, ApiError if the API or the connection fails, and the reason of the signal: `send` again then
   * continues with what is missing
   */
  send(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /** Stops one file, or all, at once. Bytes of upload parts that have not arrived are sent again later. */
  pause(index?: number): void;
  /** Lets a paused or failed file, or all, wait again. If no `send` runs, call it. */
  resume(index?: number): void;
  /**
   * Leaves a file out, or all that have not arrived. What has arrived stays.
   * @throws ApiError, NetworkError if the API could not be informed: the file is then paused
   */
  cancel(index?: number): Promise<void>;
  /**
   * Gives the contents of missing files of a resumed upload, found by name and size.
   * @returns the files that are not part of the upload
   */
  attach(files: readonly UploadFile[]): UploadFile[];
  /** What `resumeUpload` needs to continue; undefined until the job exists. Store it again after each progress. */
  state(): UploadState | undefined;
}

interface UploadDependencies {
  readonly call: Call;
  readonly fetch: typeof fetch;
  readonly retry: RetryOptions;
}

type FileToSend = OperationResponse<'readUpload'>['files'][number];
type SignedPut = Pick<Extract<FileToSend, { url: string }>, 'url' | 'headers'>;

/** A file and how far it is. */
interface Entry {
  readonly index: number;
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
  modified: number | undefined;
  content: Blob | undefined;
  status: FileStatus;
  problem?: string | undefined;
  /** Number in the job. */
  file?: number;
  assetId?: string | undefined;
  /** Where the whole file is sent, and when that was signed. */
  target?: (SignedPut & { readonly signedAt: number }) | undefined;
  plan?: PartPlan | undefined;
  /** What has arrived, by part number. */
  readonly parts: Map<number, SentPart>;
  /** The stored checksums were not compared with the content yet. */
  isUnchecked: boolean;
  /** Parts that are signed, and wait to be sent. */
  signed: SignedPart[];
  signing?: Promise<void> | undefined;
  /** Bytes of what is being sent, by part number; 0 is the whole file. */
  readonly inFlight: Map<number, number>;
  stop: AbortController;
}

interface SignedPart extends SignedPut {
  readonly part: number;
  readonly sha256: string;
}

/** Milliseconds after which the URL of a whole file is signed again. It is valid for an hour. */
const freshMs = 50 * 60_000;

/** Milliseconds between two reports of bytes. Changes of a status are reported at once. */
const reportMs = 100;

/** Retries of a PUT: waits up to 12 seconds for a connection to come back. */
const putRetries = 5;

/** Upload parts that are signed by one request. More of them would be read twice before they are sent. */
const partsToSign = 4;

/** The entry was paused or cancelled: its status is set. */
const stopped = new Error('The file was stopped');

/** Files of an upload could not be sent. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  /** Those with a problem. */
  readonly files: readonly FileProgress[];

  constructor(files: readonly FileProgress[]) {
    super(files.map(({ name, problem }) => `${name}: ${problem ?? 'was not sent'}`).join('; '));
    this.files = files;
  }
}

/**
 * Sends files as one job.
 * @throws UploadError if a file could not be sent: it is left out, so that the job does not wait for it
 */
export async function sendUpload(upload: Upload, signal: AbortSignal | undefined): Promise<UploadResult> {
  await upload.send({ signal });
  const { job, files } = upload;
  const unsent = files.filter(
    ({ status, file }) => status === 'failed' || (status === 'refused' && file === undefined),
  );
  if (job && unsent.length === 0) return { job, files };
  for (const { index, status } of unsent) if (status === 'failed') await upload.cancel(index);
  throw new UploadError(unsent);
}

/** @throws RangeError for more files than an upload accepts */
export function prepareUpload(
  dependencies: UploadDependencies,
  files: readonly UploadFile[],
  { parallel, onProgress, ...job }: UploadOptions,
): Upload {
  if (files.length > maxFiles)
    throw new RangeError(`An upload accepts ${maxFiles} files; these are ${files.length}`);
  const entries = files.map((file, index): Entry => {
    const { name, type, content, modified } = sourceOf(file);
    const known = { index, name, type, content, modified, bytes: content.size };
    return { ...known, ...fresh(), status: 'waiting' };
  });
  return makeUpload(dependencies, entries, { job, parallel, onProgress });
}

/** @param files the contents, found by name and size; the others are missing until `attach` gives them */
export function resumeUpload(
  dependencies: UploadDependencies,
  { jobId, files: stored }: UploadState,
  files: readonly UploadFile[],
  { parallel, onProgress }: SendSettings,
): Upload {
  const entries = stored.map((one, index): Entry => {
    const { name, bytes, type, modified, status, problem, file, assetId, multipart, parts = [] } = one;
    return {
      ...{ index, name, bytes, type, modified, problem, assetId, plan: multipart },
      ...fresh(),
      ...(file === undefined ? {} : { file }),
      content: undefined,
      status: isOpen(status) && file !== undefined ? 'missing' : status,
      parts: new Map(parts.map((part) => [part.part, part])),
    };
  });
  for (const file of files) attachTo(entries, file);
  return makeUpload(dependencies, entries, { jobId, parallel, onProgress });
}

/** Gives a missing file its content. @returns the file, if it is one of the upload */
function attachTo(entries: readonly Entry[], file: UploadFile): Entry | undefined {
  const { name, content, modified } = sourceOf(file);
  const entry = entries.find(
    (one) => one.status === 'missing' && one.name === name && one.bytes === content.size,
  );
  if (!entry) return undefined;
  entry.content = content;
  entry.isUnchecked = entry.modified === undefined || entry.modified !== modified;
  entry.modified = modified;
  entry.status = 'waiting';
  return entry;
}

const fresh = () => ({
  parts: new Map<number, SentPart>(),
  isUnchecked: false,
  signed: [],
  inFlight: new Map<number, number>(),
  stop: new AbortController(),
});

function makeUpload(
  { call, fetch, retry }: UploadDependencies,
  entries: readonly Entry[],
  {
    parallel = 4,
    onProgress,
    ...begin
  }: { readonly parallel: number | undefined; readonly onProgress: SendSettings['onProgress'] } & (
    | { readonly job: Omit<OperationBody<'createUpload'>, 'files'> }
    | { readonly jobId: string }
  ),
): Upload {
  const putBytes = putBytesWith(fetch);
  let jobId = 'jobId' in begin ? begin.jobId : undefined;
  let job: UploadJob | undefined;
  let reportedAt = 0;
  let run: Promise<void> | undefined;
  /** Starts tasks of entries that wait again, while a run goes on. */
  let pump = () => {};
  /** The addresses of a resumed upload are not known. */
  let isRead = jobId === undefined;
  /** As a whole. */
  let isCancelled = false;
  let reading: Promise<void> | undefined;

  function change(entry: Entry, status: FileStatus, problem?: string): void {
    entry.status = status;
    entry.problem = problem;
    report(entry);
  }

  function report(entry: Entry): void {
    onProgress?.({ file: progressOfFile(entry), ...progressOf(entries) });
  }

  /** Describes the files to the API. Those that it refuses by name are left out, and the others described again. */
  async function create(
    options: Omit<OperationBody<'createUpload'>, 'files'>,
    signal: AbortSignal,
  ): Promise<void> {
    const sums = new Map<Entry, string>();
    for (const entry of entries) {
      // A large file has one checksum for each upload part.
      if (!entry.content || isSettled(entry) || entry.bytes > multipartAbove) continue;
      try {
        sums.set(entry, await sha256Of(entry.content, signal));
      } catch (error) {
        signal.throwIfAborted();
        change(entry, 'failed', unreadable(error));
      }
    }
    for (;;) {
      const described = entries.filter((entry) => !isSettled(entry) && entry.status !== 'failed');
      if (described.length === 0) return;
      const files = described.map((entry) => {
        const { name, type, bytes } = entry;
        const sha256 = sums.get(entry);
        return { name, type, bytes, ...(sha256 === undefined ? {} : { sha256 }) };
      });
      try {
        const created = await call('createUpload', { body: { ...options, files }, signal });
        job = created.job;
        jobId = job.id;
        for (const [index, entry] of described.entries()) {
          const target = created.files[index];
          if (target) place(entry, target);
        }
        // Cancelled while the request was under way.
        if (isCancelled && described.every(isSettled)) {
          await call('cancelJob', { params: { jobId } });
          return;
        }
        for (const { status, file } of described) {
          if (status === 'cancelled' && file !== undefined)
            await call('cancelFile', { params: { jobId, file } });
        }
        return;
      } catch (error) {
        const refused = refusedFiles(error);
        if (refused.size === 0) throw error;
        for (const [index, problem] of refused) {
          const entry = described[index];
          if (!entry) throw error;
          change(entry, 'refused', problem);
        }
      }
    }
  }

  /** Takes over what the API says of a file. */
  function place(entry: Entry, target: FileToSend): void {
    entry.file = target.file;
    if ('assetId' in target) entry.assetId = target.assetId;
    if ('refused' in target) change(entry, 'refused', target.refused);
    else if ('multipart' in target) entry.plan = target.multipart;
    else if ('url' in target) entry.target = { ...target, signedAt: Date.now() };
    else if (isOpen(entry.status)) {
      if (target.outcome === 'not-reached') change(entry, 'cancelled');
      else if (target.outcome === 'error') change(entry, 'refused', target.message);
      else change(entry, 'sent');
    }
  }

  /** Asks for fresh addresses, once for all tasks that need one. */
  function readAddresses(id: string): Promise<void> {
    reading ??= (async () => {
      const read = await call('readUpload', { params: { jobId: id } });
      job = read.job;
      const { files } = read;
      const byNumber = new Map(files.map((target) => [target.file, target]));
      for (const entry of entries) {
        const target = entry.file === undefined ? undefined : byNumber.get(entry.file);
        if (target) place(entry, target);
      }
      isRead = true;
    })().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function put(
    entry: Entry,
    part: number,
    { url, headers }: SignedPut,
    content: Blob,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const what = part === 0 ? entry.name : `part ${part} of ${entry.name}`;
    const onSent = (bytes: number) => {
      if (signal.aborted) return;
      entry.inFlight.set(part, Math.min(bytes, content.size));
      if (Date.now() - reportedAt < reportMs) return;
      reportedAt = Date.now();
      report(entry);
    };
    try {
      const attempt = {
        what,
        signal,
        isTransient: (status: number) => status === 408 || status === 429 || status >= 500,
        send: () => putBytes({ url, headers, content, signal, onSent }),
      };
      const response = await sendWithRetries(attempt, { retries: putRetries, ...retry });
      const text = await response.text();
      if (!response.ok) throw new Error(refusalOf(what, response.status, text));
      return response.headers.get('etag') ?? undefined;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      // A file that was changed or deleted on disk looks like a failure of the network.
      await content
        .slice(0, 1)
        .arrayBuffer()
        .catch((cause: unknown) => {
          throw new Error(`${entry.name} can no longer be read: ${unreadable(cause)}`, { cause });
        });
      throw error;
    } finally {
      entry.inFlight.delete(part);
    }
  }

  async function sendWhole(entry: Entry, content: Blob, id: string, signal: AbortSignal): Promise<void> {
    if (!entry.target || Date.now() - entry.target.signedAt > freshMs) await readAddresses(id);
    // It may have arrived meanwhile, or the upload may be closed.
    if (!entry.target || entry.status !== 'sending') return;
    const { target } = entry;
    try {
      await put(entry, 0, target, content, signal);
    } catch (error) {
      // The address may be the cause.
      entry.target = undefined;
      throw error;
    }
    change(entry, 'sent');
  }

  /** Of a resumed file: upload parts that no longer match the content are sent again. */
  async function checkParts(entry: Entry, plan: PartPlan, content: Blob, signal: AbortSignal): Promise<void> {
    for (const { part, sha256 } of [...entry.parts.values()]) {
      if ((await sha256Of(sliceOf(content, plan, part), signal)) !== sha256) entry.parts.delete(part);
    }
    entry.isUnchecked = false;
  }

  /** Hashes and signs the next parts. Just before they are sent: the URLs of a large file would otherwise expire. */
  async function signNext(entry: Entry, plan: PartPlan, content: Blob, id: string, signal: AbortSignal) {
    if (entry.isUnchecked) await checkParts(entry, plan, content, signal);
    const numbers: number[] = [];
    for (let part = 1; part <= plan.parts && numbers.length < partsToSign; part += 1) {
      if (!entry.parts.has(part) && !entry.inFlight.has(part)) numbers.push(part);
    }
    const parts = [];
    for (const part of numbers) {
      parts.push({ part, sha256: await sha256Of(sliceOf(content, plan, part), signal) });
    }
    if (parts.length === 0) return;
    const params = { jobId: id, file: entry.file ?? 0 };
    const { parts: signed } = await call('signParts', { params, body: { parts }, signal });
    const sums = new Map(parts.map(({ part, sha256 }) => [part, sha256]));
    entry.signed = signed.map(({ part, url, headers }) => {
      return { part, url, headers, sha256: sums.get(part) ?? '' };
    });
  }

  /** Sends one upload part, and completes the file if it was the last one. */
  async function sendPart(entry: Entry, plan: PartPlan, content: Blob, id: string, signal: AbortSignal) {
    while (entry.signed.length === 0) {
      entry.signing ??= signNext(entry, plan, content, id, signal).finally(() => {
        entry.signing = undefined;
      });
      await entry.signing;
      signal.throwIfAborted();
      if (entry.signed.length === 0) break;
    }
    const next = entry.signed.shift();
    if (next) {
      entry.inFlight.set(next.part, 0);
      const etag = await put(entry, next.part, next, sliceOf(content, plan, next.part), signal);
      if (etag === undefined)
        throw new Error(`The storage returned no ETag for part ${next.part} of ${entry.name}`);
      entry.parts.set(next.part, { part: next.part, etag, sha256: next.sha256 });
      report(entry);
    }
    if (entry.parts.size < plan.parts || entry.status !== 'sending') return;
    const parts = [...entry.parts.values()].sort((one, other) => one.part - other.part);
    await call('completeFile', { params: { jobId: id, file: entry.file ?? 0 }, body: { parts }, signal });
    change(entry, 'sent');
  }

  async function sendAll(given: AbortSignal | undefined): Promise<void> {
    const failed = new AbortController();
    const signal = given ? AbortSignal.any([given, failed.signal]) : failed.signal;
    signal.throwIfAborted();
    if (jobId === undefined && 'job' in begin) await create(begin.job, signal);
    const id = jobId;
    if (id === undefined) return;
    if (!isRead) await readAddresses(id);

    /** Tasks that run for each entry: one for a whole file, and one for each upload part that is still to be sent. */
    const running = new Map<Entry, number>();
    const next = (): Entry | undefined =>
      entries.find((entry) => {
        if (entry.status !== 'waiting' && entry.status !== 'sending') return false;
        if (!entry.content || entry.file === undefined) return false;
        const tasks = running.get(entry) ?? 0;
        // Completing a file whose parts have all arrived is one more task.
        return tasks < (entry.plan ? Math.max(1, entry.plan.parts - entry.parts.size) : 1);
      });

    async function work(entry: Entry): Promise<void> {
      const { content, plan } = entry;
      if (!content) return;
      if (entry.status === 'waiting') {
        entry.stop = new AbortController();
        change(entry, 'sending');
      }
      const { stop } = entry;
      const own = AbortSignal.any([signal, stop.signal]);
      try {
        if (plan) await sendPart(entry, plan, content, id ?? '', own);
        else await sendWhole(entry, content, id ?? '', own);
      } catch (error) {
        if (stop.signal.aborted) return;
        if (signal.aborted || isGeneral(error)) {
          failed.abort(error);
          return;
        }
        stop.abort(stopped);
        entry.signed = [];
        change(entry, 'failed', unreadable(error));
      }
    }

    let active = 0;
    try {
      await new Promise<void>((resolve, reject) => {
        pump = () => {
          while (active < parallel && !signal.aborted) {
            const entry = next();
            if (!entry) break;
            active += 1;
            running.set(entry, (running.get(entry) ?? 0) + 1);
            work(entry)
              .catch((error: unknown) => failed.abort(error))
              .finally(() => {
                active -= 1;
                running.set(entry, (running.get(entry) ?? 1) - 1);
                pump();
              });
          }
          if (active > 0) return;
          if (signal.aborted) reject(signal.reason);
          else resolve();
        };
        pump();
      });
    } finally {
      pump = () => {};
      for (const entry of entries) {
        if (entry.status !== 'sending') continue;
        entry.signed = [];
        change(entry, 'waiting');
      }
    }
  }

  const chosen = (index: number | undefined) =>
    index === undefined ? entries : entries.filter((entry) => entry.index === index);

  function halt(entry: Entry, status: 'paused' | 'cancelled'): void {
    entry.stop.abort(stopped);
    entry.stop = new AbortController();
    entry.signed = [];
    change(entry, status);
  }

  const upload: Upload = {
    get job() {
      return job;
    },
    get files() {
      return entries.map(progressOfFile);
    },
    get progress() {
      return progressOf(entries);
    },
    send({ signal } = {}) {
      run ??= sendAll(signal).finally(() => {
        run = undefined;
      });
      return run;
    },
    pause(index) {
      for (const entry of chosen(index)) {
        if (entry.status === 'waiting' || entry.status === 'sending') halt(entry, 'paused');
      }
    },
    resume(index) {
      for (const entry of chosen(index)) {
        if (entry.status !== 'paused' && entry.status !== 'failed') continue;
        // It could not be read when the job was created, so the job does not know it.
        if (jobId !== undefined && entry.file === undefined) continue;
        change(entry, entry.content ? 'waiting' : 'missing');
      }
      pump();
    },
    async cancel(index) {
      const open = chosen(index).filter(({ status }) => isOpen(status));
      for (const entry of open) halt(entry, 'cancelled');
      isCancelled ||= index === undefined;
      if (jobId === undefined) return;
      try {
        if (index === undefined) {
          await call('cancelJob', { params: { jobId } });
          return;
        }
        for (const { file } of open) {
          if (file !== undefined) await call('cancelFile', { params: { jobId, file } });
        }
      } catch (error) {
        // What has arrived stays: only the response to its last request was missing.
        const hasArrived = error instanceof ApiError && error.code === 'upload.closed';
        for (const entry of open) change(entry, hasArrived ? 'sent' : 'paused');
        if (!hasArrived) throw error;
      }
    },
    attach(files) {
      return files.filter((file) => {
        const entry = attachTo(entries, file);
        if (entry) change(entry, 'waiting');
        return !entry;
      });
    },
    state() {
      return jobId === undefined ? undefined : { version: 1, jobId, files: entries.map(storedFile) };
    },
  };
  return upload;
}

function storedFile({
  name,
  bytes,
  type,
  modified,
  status,
  problem,
  file,
  assetId,
  plan,
  parts,
}: Entry): StoredFile {
  return {
    ...{ name, bytes, type, status },
    ...(modified === undefined ? {} : { modified }),
    ...(problem === undefined ? {} : { problem }),
    ...(file === undefined ? {} : { file }),
    ...(assetId === undefined ? {} : { assetId }),
    ...(plan === undefined ? {} : { multipart: plan }),
    ...(parts.size === 0 || status === 'sent' ? {} : { parts: [...parts.values()] }),
  };
}

function progressOfFile(entry: Entry): FileProgress {
  const { index, name, bytes, status, problem, file, assetId } = entry;
  return {
    ...{ index, name, bytes, status, sentBytes: sentBytesOf(entry) },
    ...(problem === undefined ? {} : { problem }),
    ...(file === undefined ? {} : { file }),
    ...(assetId === undefined ? {} : { assetId }),
  };
}

function progressOf(entries: readonly Entry[]): Omit<UploadProgress, 'file'> {
  const progress = { sentBytes: 0, totalBytes: 0, sentFiles: 0, totalFiles: 0 };
  for (const entry of entries) {
    if (entry.status === 'refused' || entry.status === 'cancelled') continue;
    progress.totalFiles += 1;
    progress.totalBytes += entry.bytes;
    progress.sentBytes += sentBytesOf(entry);
    if (entry.status === 'sent') progress.sentFiles += 1;
  }
  return progress;
}

function sentBytesOf({ status, bytes, plan, parts, inFlight }: Entry): number {
  if (status === 'sent') return bytes;
  let sent = 0;
  for (const partBytes of inFlight.values()) sent += partBytes;
  if (plan) {
    for (const part of parts.keys()) sent += Math.min(plan.partBytes, bytes - (part - 1) * plan.partBytes);
  }
  return sent;
}

/** Something may still be sent. */
function isOpen(status: FileStatus): boolean {
  return !['sent', 'refused', 'cancelled'].includes(status);
}

function isSettled({ status }: Entry): boolean {
  return !isOpen(status);
}

function sliceOf(content: Blob, { partBytes }: PartPlan, part: number): Blob {
  return content.slice((part - 1) * partBytes, part * partBytes);
}

function sourceOf(file: UploadFile) {
  const content = 'content' in file ? file.content : file;
  // The API accepts MIME types without parameters.
  const type = (file.type || content.type).split(';')[0]?.trim() || 'application/octet-stream';
  const modified = 'content' in file ? file.modified : file.lastModified;
  return { name: file.name, type, content, modified };
}

/** The connection or the API fails, not one file: the others would fail too. */
function isGeneral(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && (error.status >= 500 || [401, 403, 429].includes(error.status));
}

/** The files that an error of `createUpload` names, by their index in the request. */
function refusedFiles(error: unknown): ReadonlyMap<number, string> {
  const refused = new Map<number, string>();
  if (!(error instanceof ApiError)) return refused;
  for (const { field, message } of error.errors) {
    const index = /^files\[(\d+)\]/.exec(field)?.[1];
    // Another value of the request is wrong too.
    if (index === undefined) return new Map();
    refused.set(Number(index), message);
  }
  return refused;
}

/** The storage says in XML what is wrong. */
function refusalOf(what: string, status: number, text: string): string {
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  if (code === 'BadDigest' || code === 'XAmzContentSHA256Mismatch' || code === 'InvalidDigest')
    return `The content of ${what} has changed since it was read. Upload the file again`;
  return `The storage refused ${what}: ${[status, code].filter(Boolean).join(' ')}`;
}

function unreadable(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
