import { ApiError, NetworkError } from '@pressroom/client/api-error';
import type { Client } from '@pressroom/client/create-client';
import type { Upload, UploadOptions } from '@pressroom/client/upload';
import { deleteStoredUpload, storedUploads, storeUpload } from './stored-uploads.ts';
import { rememberVideos, setPosters } from './video-posters.ts';

/**
 * - `waiting`: for the uploads before it
 * - `sending`: bytes are sent
 * - `paused`: every open file is paused, or has failed
 * - `offline`: goes on as soon as the connection is back
 * - `failed`: the API refused to go on; `error` says why
 * - `interrupted`: by a reload; somebody has to choose its files again
 * - `sent`: nothing is left to be sent
 */
export type UploadTaskStatus =
  | 'waiting'
  | 'sending'
  | 'paused'
  | 'offline'
  | 'failed'
  | 'interrupted'
  | 'sent';

/** An upload job of this browser. Replaced by another object when anything of it has changed. */
export interface UploadTask {
  readonly id: string;
  readonly company: string;
  /** As it was given; the job's name has a time added. */
  readonly name: string;
  readonly folder: string;
  readonly upload: Upload;
  readonly status: UploadTaskStatus;
  readonly afterJobs?: true;
  readonly error?: unknown;
}

export interface NewUpload {
  readonly files: readonly File[];
  readonly name: string;
  readonly folder: string;
  readonly options: UploadOptions;
  /** Begin when the jobs of the uploads before it have ended. */
  readonly afterJobs?: true;
}

/** Whose uploads they are. */
export interface Uploader {
  readonly client: Client;
  readonly company: string;
  /** The `sub` of the person: another person at the same browser does not see their uploads. */
  readonly subject: string;
}

/** The uploads of this tab. They go on while other pages are open. */
export interface UploadQueue {
  readonly subscribe: (listener: () => void) => () => void;
  /** The same list until something changes. */
  readonly tasks: () => readonly UploadTask[];
  add(upload: NewUpload, uploader: Uploader): void;
  /** Adds the uploads that a reload has interrupted. Those that another tab sends are left to it. */
  restore(uploader: Uploader): Promise<void>;
  pause(id: string, file?: number): void;
  /** Goes on: also after a failure, and for single files that have failed. */
  resume(id: string, file?: number): void;
  /** @throws ApiError, NetworkError */
  cancel(id: string, file?: number): Promise<void>;
  /** Gives the files of an interrupted upload again. @returns those that are not part of it */
  attach(id: string, files: readonly File[]): readonly File[];
  /** Takes a task that has ended off the list. */
  remove(id: string): void;
}

/** Milliseconds between two repaints of the progress. */
const paintMs = 100;

/** Milliseconds between two writes of the state: a reload costs at most what was sent since. */
const storeMs = 1_000;

/** Milliseconds between two looks at a job that another upload waits for. */
const jobMs = 2_000;

const isTerminal = (status: string) => !['queued', 'running', 'stopping'].includes(status);

/** Milliseconds after which an upload without connection is tried again, unless the browser reports one before. */
const offlineMs = 5_000;

export function createUploadQueue(): UploadQueue {
  let tasks: readonly UploadTask[] = [];
  const listeners = new Set<() => void>();
  const uploaders = new Map<string, Uploader>();
  const storedAt = new Map<string, number>();
  /** Releases the lock that shows other tabs that this one sends an upload. */
  const unlock = new Map<string, () => void>();
  let painting: ReturnType<typeof setTimeout> | undefined;

  function emit(): void {
    clearTimeout(painting);
    painting = undefined;
    tasks = [...tasks];
    for (const listener of listeners) listener();
  }

  /** Shows the progress soon. */
  function emitSoon(): void {
    painting ??= setTimeout(emit, paintMs);
  }

  const find = (id: string) => tasks.find((task) => task.id === id);

  function set(id: string, change: Pick<UploadTask, 'status'> & { readonly error?: unknown }): void {
    tasks = tasks.map((task) => {
      if (task.id !== id) return task;
      const { error: _, ...kept } = task;
      return { ...kept, ...change };
    });
    store(id, true);
    emit();
  }

  function store(id: string, now = false): void {
    const task = find(id);
    const uploader = uploaders.get(id);
    if (!task || !uploader) return;
    if (!now && Date.now() - (storedAt.get(id) ?? 0) < storeMs) return;
    storedAt.set(id, Date.now());
    const state = task.upload.state();
    if (task.status === 'sent' || !state) deleteStoredUpload(id, uploader);
    else storeUpload({ id, name: task.name, folder: task.folder, state }, uploader);
  }

  function insert(id: string, task: Omit<UploadTask, 'id' | 'company'>, uploader: Uploader): void {
    uploaders.set(id, uploader);
    tasks = [...tasks, { ...task, id, company: uploader.company }];
    void navigator.locks?.request(lockOf(id), () => new Promise<void>((resolve) => unlock.set(id, resolve)));
    emit();
  }

  function onProgressOf(id: string): () => void {
    return () => {
      store(id);
      emitSoon();
    };
  }

  /** Starts the first task that waits, if none is sending: two at once would only share the connection. */
  function sendNext(): void {
    if (tasks.some(({ status }) => status === 'sending')) return;
    const next = tasks.find(({ status }) => status === 'waiting');
    if (next) void send(next);
  }

  async function send({ id, upload, afterJobs }: UploadTask): Promise<void> {
    set(id, { status: 'sending' });
    try {
      if (afterJobs) await jobsEnded(id);
      await upload.send();
      const open = upload.files.filter(({ status }) => status === 'paused' || status === 'failed');
      const missing = upload.files.some(({ status }) => status === 'missing');
      set(id, { status: missing ? 'interrupted' : open.length > 0 ? 'paused' : 'sent' });
      const uploader = uploaders.get(id);
      if (uploader && find(id)?.status === 'sent') void setPosters(upload, uploader.client);
    } catch (error) {
      if (error instanceof NetworkError) {
        set(id, { status: 'offline', error });
        whenOnline(() => {
          if (find(id)?.status === 'offline') set(id, { status: 'waiting' });
          sendNext();
        });
      } else set(id, { status: 'failed', error });
    }
    sendNext();
  }

  /** Waits for the jobs of the uploads before this one. */
  async function jobsEnded(id: string): Promise<void> {
    const before = tasks.slice(
      0,
      tasks.findIndex((task) => task.id === id),
    );
    for (const { upload, status, ...task } of before) {
      const client = uploaders.get(task.id)?.client;
      const jobId = upload.job?.id;
      if (status !== 'sent' || jobId === undefined) continue;
      while (client && find(id)) {
        const { status: now } = await client.call('readJob', { params: { jobId } });
        if (isTerminal(now)) break;
        await new Promise((resolve) => setTimeout(resolve, jobMs));
      }
    }
  }

  addEventListener('pagehide', () => {
    for (const { id } of tasks) store(id, true);
  });
  addEventListener('beforeunload', (event) => {
    // The browser asks whether to leave.
    if (tasks.some(({ status }) => ['sending', 'waiting', 'offline'].includes(status)))
      event.preventDefault();
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tasks: () => tasks,
    add({ files, name, folder, options, afterJobs }, uploader) {
      const id = crypto.randomUUID();
      const upload = uploader.client.prepareUpload(files, { ...options, onProgress: onProgressOf(id) });
      rememberVideos(upload, files);
      const task = { name, folder, upload, status: 'waiting' as const, ...(afterJobs && { afterJobs }) };
      insert(id, task, uploader);
      sendNext();
    },
    async restore(uploader) {
      const held = (await navigator.locks?.query())?.held?.map(({ name }) => name) ?? [];
      for (const { id, name, folder, state } of storedUploads(uploader)) {
        if (find(id) || held.includes(lockOf(id))) continue;
        const upload = uploader.client.resumeUpload(state, [], { onProgress: onProgressOf(id) });
        insert(id, { name, folder, upload, status: 'interrupted' }, uploader);
      }
    },
    pause(id, file) {
      find(id)?.upload.pause(file);
      emit();
    },
    resume(id, file) {
      const task = find(id);
      if (!task) return;
      task.upload.resume(file);
      // A run that goes on takes the file up itself.
      if (task.status !== 'sending') set(id, { status: 'waiting' });
      sendNext();
    },
    async cancel(id, file) {
      const task = find(id);
      if (!task) return;
      try {
        await task.upload.cancel(file);
      } catch (error) {
        // A job that has ended meanwhile needs no cancelling.
        if (!(error instanceof ApiError && error.code === 'job.already-ended')) throw error;
      } finally {
        const isOpen = task.upload.files.some(({ status }) =>
          ['waiting', 'sending', 'paused', 'failed', 'missing'].includes(status),
        );
        if (!isOpen && find(id)?.status !== 'sending') set(id, { status: 'sent' });
        else emit();
      }
    },
    attach(id, files) {
      const task = find(id);
      if (!task) return files;
      const taken = new Set(files);
      for (const file of task.upload.attach(files)) taken.delete(file as File);
      const strangers = files.filter((file) => !taken.has(file));
      rememberVideos(task.upload, [...taken]);
      if (taken.size > 0) {
        if (task.status !== 'sending') set(id, { status: 'waiting' });
        sendNext();
      }
      // What has arrived already is chosen again with the rest.
      return strangers.filter(
        ({ name, size }) => !task.upload.files.some((file) => file.name === name && file.bytes === size),
      );
    },
    remove(id) {
      const uploader = uploaders.get(id);
      if (uploader) deleteStoredUpload(id, uploader);
      unlock.get(id)?.();
      unlock.delete(id);
      uploaders.delete(id);
      storedAt.delete(id);
      tasks = tasks.filter((task) => task.id !== id);
      emit();
    },
  };
}

const lockOf = (id: string) => `pressroom-upload-${id}`;

function whenOnline(work: () => void): void {
  const timer = setTimeout(act, offlineMs);
  addEventListener('online', act);
  function act() {
    clearTimeout(timer);
    removeEventListener('online', act);
    work();
  }
}
