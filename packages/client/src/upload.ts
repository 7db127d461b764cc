import type { OperationBody, OperationResponse } from '@pressroom/api/operation-types';
import { toApiError } from './api-error.ts';
import type { Call } from './operation-request.ts';
import { type RetryOptions, sendWithRetries } from './retry.ts';

/** A file to upload: a `File` of a browser, or a name with a `Blob`, for example from `fs.openAsBlob`. */
export type UploadFile =
  | File
  | {
      readonly name: string;
      readonly content: Blob;
      /** MIME type; that of the content unless given. */
      readonly type?: string;
    };

/** Settings of the upload job: folder, publishAfterUploading, name and so on. */
export type UploadOptions = Omit<OperationBody<'createUpload'>, 'files'> & {
  /** Requests at the same time. 4 unless given. */
  readonly parallel?: number;
};

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after every file or upload part that was sent. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** Without the files that the API refused. */
export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly sentFiles: number;
  readonly totalFiles: number;
  /** Name of the file that was sent, or of which an upload part was sent. */
  readonly file: string;
}

/**
 * Bytes. Up to this size, the API requires the SHA-256 of the whole file. The value of domain/uploads/limits.ts: the client
 * imports only types of the project, so that its bundle stays small.
 */
export const multipartAbove = 100 * 1024 * 1024;

type CreatedUpload = OperationResponse<'createUpload'>;

export interface UploadResult {
  readonly job: CreatedUpload['job'];
  /** In the order of the given files. A file with `refused` is an error of the job and was not sent. */
  readonly files: CreatedUpload['files'];
}

/** An upload that can be continued after an error or an abort, as long as this object exists and the job is open. */
export interface Upload {
  /**
   * Sends what has not been sent yet. The first call also creates the upload job.
   * @throws ApiError, NetworkError, or the reason of the signal
   */
  send(options?: SendOptions): Promise<UploadResult>;
}

interface UploadDependencies {
  readonly call: Call;
  readonly fetch: typeof fetch;
  readonly retry: RetryOptions;
}

interface Source {
  readonly name: string;
  readonly type: string;
  readonly content: Blob;
}

/** A file that the API accepts, and how far it is sent. */
interface Pending {
  readonly target: Exclude<CreatedUpload['files'][number], { refused: string }>;
  readonly source: Source;
  /** By part number: what completes the file. */
  readonly parts: Map<number, { readonly part: number; readonly etag: string; readonly sha256: string }>;
  done: boolean;
}

type Task = () => Promise<void>;

/** Bytes are read when they are needed, and at most `parallel` upload parts are in memory. */
export function prepareUpload(
  { call, fetch, retry }: UploadDependencies,
  files: readonly UploadFile[],
  { parallel = 4, ...jobOptions }: UploadOptions,
): Upload {
  const sources = files.map(toSource);
  let created: CreatedUpload | undefined;
  let pending: readonly Pending[] = [];

  async function create(signal: AbortSignal): Promise<CreatedUpload> {
    const described = [];
    // One file after the other: Web Crypto hashes only what is in memory as a whole.
    for (const { name, type, content } of sources) {
      signal.throwIfAborted();
      const bytes = content.size;
      const isMultipart = bytes > multipartAbove;
      described.push({ name, type, bytes, ...(isMultipart ? {} : { sha256: await sha256Of(content) }) });
    }
    return call('createUpload', { body: { ...jobOptions, files: described }, signal });
  }

  async function sendWhole({ target, source }: Pending, signal: AbortSignal): Promise<void> {
    if (!('url' in target)) return;
    await put(target, source.content, source.name, signal);
  }

  async function sendPart(file: Pending, jobId: string, part: number, signal: AbortSignal): Promise<void> {
    const { target, source, parts } = file;
    if (!('multipart' in target)) return;
    const { partBytes } = target.multipart;
    const content = source.content.slice((part - 1) * partBytes, part * partBytes);
    const sha256 = await sha256Of(content);
    // Signed just before it is sent: the URL of the last part of a large file would otherwise expire.
    const { parts: signed } = await call('signParts', {
      params: { jobId, file: target.file },
      body: { parts: [{ part, sha256 }] },
      signal,
    });
    const [place] = signed;
    if (!place) throw new Error(`signParts returned no URL for part ${part} of ${source.name}`);
    const what = `part ${part} of ${source.name}`;
    const etag = (await put(place, content, what, signal)).headers.get('etag');
    if (etag === null) throw new Error(`The storage returned no ETag for ${what}`);
    parts.set(part, { part, etag, sha256 });
  }

  async function complete({ target, parts }: Pending, jobId: string, signal: AbortSignal): Promise<void> {
    const sent = [...parts.values()].sort((a, b) => a.part - b.part);
    await call('completeFile', { params: { jobId, file: target.file }, body: { parts: sent }, signal });
  }

  async function put(
    { url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
    body: Blob,
    what: string,
    signal: AbortSignal,
  ): Promise<Response> {
    const attempt = {
      what,
      signal,
      isTransient: (status: number) => status === 408 || status === 429 || status >= 500,
      send: () => fetch(url, { method: 'PUT', headers, body, signal }),
    };
    const response = await sendWithRetries(attempt, retry);
    if (!response.ok) throw await toApiError(`Upload of ${what}`, response);
    await response.body?.cancel();
    return response;
  }

  function* remaining(jobId: string, signal: AbortSignal, report: (file: Pending) => void): Generator<Task> {
    for (const file of pending) {
      if (file.done) continue;
      const finish = () => {
        file.done = true;
        report(file);
      };
      if (!('multipart' in file.target)) {
        yield async () => {
          await sendWhole(file, signal);
          finish();
        };
        continue;
      }
      const total = file.target.multipart.parts;
      const completeIfSent = async () => {
        if (file.parts.size < total) return report(file);
        await complete(file, jobId, signal);
        finish();
      };
      const missing = Array.from({ length: total }, (_, index) => index + 1).filter(
        (part) => !file.parts.has(part),
      );
      // An earlier call may have sent every part and failed to complete the file.
      if (missing.length === 0) yield completeIfSent;
      for (const part of missing) {
        yield async () => {
          await sendPart(file, jobId, part, signal);
          await completeIfSent();
        };
      }
    }
  }

  return {
    async send({ signal: given, onProgress } = {}) {
      const failed = new AbortController();
      const signal = given ? AbortSignal.any([given, failed.signal]) : failed.signal;
      if (!created) {
        created = await create(signal);
        pending = created.files.flatMap((target, index) => {
          const source = sources[index];
          return source && !('refused' in target) ? [{ target, source, parts: new Map(), done: false }] : [];
        });
      }
      const { job, files: targets } = created;
      const tasks = remaining(job.id, signal, ({ source }) => onProgress?.(progressOf(pending, source.name)));
      const work = async () => {
        for (const task of tasks) {
          signal.throwIfAborted();
          await task();
        }
      };
      try {
        await Promise.all(Array.from({ length: parallel }, work));
      } catch (error) {
        // The other requests stop too: what they have not finished is sent by the next call.
        failed.abort(error);
        throw error;
      }
      return { job, files: targets };
    },
  };
}

function progressOf(pending: readonly Pending[], file: string): UploadProgress {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    sentBytes: sum(pending.map(sentBytesOf)),
    totalBytes: sum(pending.map(({ source }) => source.content.size)),
    sentFiles: pending.filter(({ done }) => done).length,
    totalFiles: pending.length,
    file,
  };
}

function sentBytesOf({ target, source, parts, done }: Pending): number {
  const { size } = source.content;
  if (done || !('multipart' in target)) return done ? size : 0;
  const { partBytes, parts: total } = target.multipart;
  // The last part holds the rest.
  const full = parts.has(total) ? parts.size - 1 : parts.size;
  return full * partBytes + (parts.has(total) ? size - (total - 1) * partBytes : 0);
}

function toSource(file: UploadFile): Source {
  const content = 'content' in file ? file.content : file;
  // The API accepts MIME types without parameters.
  const type = (file.type || content.type).split(';')[0]?.trim();
  return { name: file.name, type: type || 'application/octet-stream', content };
}

/** SHA-256 in Base64. */
async function sha256Of(content: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await content.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
