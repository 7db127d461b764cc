import { openAsBlob } from 'node:fs';
import { ApiError } from '@pressroom/client/api-error';
import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';
import {
  maxFiles,
  multipartAbove,
  type Upload,
  type UploadFile,
  type UploadProgress,
} from '@pressroom/client/upload';
import type { Context } from '../context.ts';
import { formatBytes } from '../output/format.ts';
import type { RunningTask } from '../output/progress.ts';
import { byFolder } from './by-folder.ts';
import type { LocalFile } from './local-files.ts';
import { mimeTypeOf } from './mime-types.ts';
import { type StoredUpload, uploadStates } from './upload-states.ts';

type Job = OperationResponse<'createUpload'>['job'];

/** Bytes of one upload job. A job begins when all its files are hashed: that of a larger one would begin late. */
const maxJobBytes = 4 * 1024 ** 3;

export interface FileSent {
  readonly kind: 'file';
  readonly file: LocalFile;
  readonly assetId?: string;
  readonly outcome: 'sent' | 'refused';
  readonly message?: string;
  readonly jobId?: string;
}

export interface SendOptions {
  /** Options of the upload jobs, without folder and files. */
  readonly job: Omit<OperationBody<'createUpload'>, 'files' | 'folder'>;
  /** Requests at the same time. */
  readonly parallel: number;
  /** What distinguishes this command from others: an earlier run of the same is continued. */
  readonly command: readonly unknown[];
}

/**
 * Sends files in upload jobs of up to 1,000 files of one folder, first those that an earlier run has not finished.
 * Yields each file when its job has all its bytes, and then the job.
 * @throws NetworkError, ApiError, or the reason of the signal: the same command then continues
 */
export async function* sendFiles(
  context: Context,
  files: readonly LocalFile[],
  options: SendOptions,
): AsyncGenerator<Sent, void, undefined> {
  const states = uploadStates(context, options.command);
  const total = {
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sentFiles: 0,
    sentBytes: 0,
  };
  const task = context.progress.start(`Upload ${count(files.length, 'file')}, ${formatBytes(total.bytes)}`);
  try {
    const left = new Map(files.map((file) => [keyOf(file), file]));
    for (const stored of await states.read()) {
      const mine = stored.state.files.flatMap(({ name }) => left.get(`${stored.folder}${name}`) ?? []);
      const { blobs } = await open(mine);
      let saver: Saver | undefined;
      const upload = context.client.resumeUpload(stored.state, blobs, {
        parallel: options.parallel,
        // The first reports come before the upload is known: nothing has changed yet.
        onProgress: (progress) => saver && report(saver, progress),
      });
      saver = states.saver(upload, stored.folder);
      if (!(await send(upload, saver, stored))) continue;
      for (const result of resultsOf(upload, mine)) {
        // Others, for example files that have changed since, are sent in another job.
        if (result.kind === 'file' && result.outcome === 'refused' && result.assetId === undefined) continue;
        if (result.kind === 'file') left.delete(keyOf(result.file));
        yield result;
      }
    }
    for (const group of jobsOf([...left.values()])) {
      const { blobs, unreadable } = await open(group);
      for (const file of unreadable)
        yield { kind: 'file', file, outcome: 'refused', message: 'cannot be read' };
      const [first] = group;
      if (!first || blobs.length === 0) continue;
      const upload = context.client.prepareUpload(blobs, {
        ...options.job,
        folder: first.folder,
        parallel: options.parallel,
        onProgress: (progress) => report(saver, progress),
      });
      const saver = states.saver(upload, first.folder);
      await send(upload, saver, undefined);
      yield* resultsOf(upload, group);
    }
    await task.end(`Uploaded ${count(total.sentFiles, 'file')}, ${formatBytes(total.sentBytes)}`);
  } finally {
    await task.end();
  }

  function report(saver: Saver, progress: UploadProgress): void {
    show(task, total, progress);
    saver.changed(hasParts(progress));
  }

  /**
   * Sends what an upload has not sent.
   * @returns false if the job of an earlier run is closed: its files are sent in another one
   */
  async function send(upload: Upload, saver: Saver, stored: StoredUpload | undefined): Promise<boolean> {
    try {
      await upload.send({ signal: context.signal });
    } catch (error) {
      if (stored && error instanceof ApiError && (error.status === 404 || error.status === 409)) {
        await states.remove(stored.file);
        return false;
      }
      await saver.flush();
      throw error;
    }
    // A file that is gone, or that the storage refused, must not keep the job open for a day.
    for (const { index, status } of upload.files)
      if (status === 'failed' || status === 'missing') await upload.cancel(index);
    await saver.remove();
    return true;
  }

  function* resultsOf({ files: sent, job }: Upload, given: readonly LocalFile[]): Generator<Sent> {
    const byName = new Map(given.map((file) => [file.name, file]));
    for (const { name, status, problem, assetId, bytes } of sent) {
      const file = byName.get(name);
      if (!file) continue;
      if (status === 'sent') {
        total.sentFiles += 1;
        total.sentBytes += bytes;
      }
      yield {
        kind: 'file',
        file,
        ...(assetId === undefined || status !== 'sent' ? {} : { assetId }),
        ...(status === 'sent'
          ? { outcome: 'sent' as const }
          : { outcome: 'refused' as const, message: problem ?? 'was not sent' }),
        ...(job === undefined ? {} : { jobId: job.id }),
      };
    }
    if (job) yield { kind: 'job', job };
  }
}

type Saver = ReturnType<ReturnType<typeof uploadStates>['saver']>;

type Sent = FileSent | { readonly kind: 'job'; readonly job: Job };

const keyOf = ({ folder, name }: Pick<LocalFile, 'folder' | 'name'>) => `${folder}${name}`;

/** An upload part that has arrived is recorded at once: sending it again would cost up to 52 MiB. */
const hasParts = ({ file }: UploadProgress) => file.bytes > multipartAbove;

async function open(files: readonly LocalFile[]): Promise<{ blobs: UploadFile[]; unreadable: LocalFile[] }> {
  const blobs: UploadFile[] = [];
  const unreadable: LocalFile[] = [];
  for (const file of files) {
    try {
      const type = mimeTypeOf(file.name);
      const content = await openAsBlob(file.path, { type });
      blobs.push({ name: file.name, type, content, modified: file.modified });
    } catch {
      unreadable.push(file);
    }
  }
  return { blobs, unreadable };
}

/** Files of one folder each, as many as a job accepts. */
function* jobsOf(files: readonly LocalFile[]): Generator<LocalFile[]> {
  for (const inFolder of byFolder(files).values()) {
    let group: LocalFile[] = [];
    let bytes = 0;
    for (const file of inFolder) {
      if (group.length === maxFiles || (group.length > 0 && bytes + file.bytes > maxJobBytes)) {
        yield group;
        group = [];
        bytes = 0;
      }
      group.push(file);
      bytes += file.bytes;
    }
    if (group.length > 0) yield group;
  }
}

function show(
  task: RunningTask,
  total: {
    readonly files: number;
    readonly bytes: number;
    readonly sentFiles: number;
    readonly sentBytes: number;
  },
  { sentBytes, sentFiles }: UploadProgress,
): void {
  const done = total.sentBytes + sentBytes;
  task.update(
    `${formatBytes(done)} of ${formatBytes(total.bytes)}, ${total.sentFiles + sentFiles} of ${count(total.files, 'file')}`,
    { done, total: total.bytes },
  );
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
