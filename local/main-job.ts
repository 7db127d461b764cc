/**
 * The main job, done as a user would through the HTTP API: upload, publish job, delivered URL over HTTP/2,
 * the edge's cache, a re-upload that the edge doesn't show yet, Invalidate CDN, the new form.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobCounts, JobStatus } from '../domain/jobs/job.ts';
import { isTerminal } from '../domain/jobs/job.ts';
import { makeReplacement, type Sample } from '../samples/make-samples.ts';
import type { ApiClient } from './api-client.ts';
import type { Delivered } from './fetch-delivered.ts';

export interface MainJobParts {
  readonly admin: ApiClient;
  readonly samples: readonly Sample[];
  /** Counts the starts on this state folder: from the second on, the samples get names of their own. */
  readonly run: number;
  deliver(url: string): Promise<Delivered>;
}

/** What a step tells while it runs, for a line of progress. */
export type Report = (text: string, progress?: { readonly done: number; readonly total: number }) => void;

export interface Step {
  readonly title: string;
  work(report: Report): Promise<void>;
}

export interface MainJobResult {
  deliveredUrl?: string;
  uploadJob?: JobResponse;
  publishJob?: JobResponse;
  first?: Delivered;
  fromCache?: Delivered;
  staleAfterReupload?: Delivered;
  afterInvalidation?: Delivered;
}

interface JobResponse {
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  readonly counts: JobCounts;
  readonly reason?: string;
}

interface AssetResponse {
  readonly id: string;
  readonly version: number;
  readonly urls: Readonly<Record<string, string>>;
}

interface UploadResponse {
  readonly job: JobResponse;
  readonly files: readonly {
    readonly file: number;
    readonly name: string;
    readonly assetId: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }[];
}

/** The steps in their order; `result` fills up as they are done. Every step throws where the outcome isn't the expected one. */
export function mainJobSteps(parts: MainJobParts): { steps: Step[]; result: MainJobResult } {
  const { admin, run, deliver } = parts;
  const result: MainJobResult = {};
  const samples = parts.samples.map((sample) => ({ ...sample, name: nameOfRun(sample.name, run) }));
  const folder = run === 1 ? '/samples/' : `/samples-${run}/`;
  let shownId = '';

  const steps: Step[] = [
    {
      title: `Upload ${samples.length} files by presigned URLs`,
      async work(report) {
        const uploaded = await upload(
          admin,
          samples,
          { folder, name: 'Samples', publishAfterUploading: false },
          report,
        );
        result.uploadJob = uploaded.job;
        shownId = uploaded.files[0]?.assetId ?? '';
      },
    },
    {
      title: 'Check the bytes and record the assets',
      async work(report) {
        result.uploadJob = await watch(admin, result.uploadJob?.id ?? '', report);
        expectStatus(result.uploadJob, 'succeeded');
        report(`${result.uploadJob.counts.done} assets recorded`);
      },
    },
    {
      title: 'Publish job: New Since Last Publish, to all servers',
      async work(report) {
        const submitted = await admin.call<JobResponse>('POST', '/jobs', {
          name: 'First publish',
          publish: 'new',
        });
        result.publishJob = await watch(admin, submitted.id, report);
        expectStatus(result.publishJob, 'succeeded');
        report(`${result.publishJob.counts.done} published, ${result.publishJob.counts.errors} errors`);
      },
    },
    {
      title: 'Fetch a delivered URL over HTTP/2',
      async work(report) {
        const asset = await admin.call<AssetResponse>('GET', `/assets/${encodeURIComponent(shownId)}`);
        const address = asset.urls.image;
        if (!address) throw new Error(`The asset ${shownId} has no image URL`);
        result.deliveredUrl = `${address}?wid=640&fmt=webp`;
        result.first = await deliver(result.deliveredUrl);
        expectDelivered(result.first);
        report(describe(result.first));
      },
    },
    {
      title: 'The same again, from the cache of the edge',
      async work(report) {
        result.fromCache = await deliver(result.deliveredUrl ?? '');
        expectDelivered(result.fromCache);
        expectCache(result.fromCache, 'Hit');
        report(describe(result.fromCache));
      },
    },
    {
      title: 'Upload one image again: the edge still serves its old form',
      async work(report) {
        const before = await admin.call<AssetResponse>('GET', `/assets/${encodeURIComponent(shownId)}`);
        const form = await makeReplacement(`form ${before.version + 1}`);
        const again = { ...form, name: nameOfRun(form.name, run) };
        const uploaded = await upload(
          admin,
          [again],
          { folder, name: 'New form', publishAfterUploading: true },
          report,
        );
        expectStatus(await watch(admin, uploaded.job.id, report), 'succeeded');
        result.staleAfterReupload = await deliver(result.deliveredUrl ?? '');
        expectCache(result.staleAfterReupload, 'Hit');
        if (result.staleAfterReupload.sha256 !== result.first?.sha256)
          throw new Error('The edge forgot the old form by itself');
        report('republished; the edge keeps its copy for up to 10 h');
      },
    },
    {
      title: 'Invalidate CDN',
      async work(report) {
        const started = await admin.call<{ id: string; status: string }>('POST', '/cdn-invalidations', {
          assetIds: [shownId],
        });
        const ended = await poll(
          () => admin.call<{ status: string }>('GET', `/cdn-invalidations/${started.id}`),
          (invalidation) => invalidation.status.toLowerCase() === 'completed',
        );
        report(`${ended.status.toLowerCase()}: one cache tag, every variant of ${shownId}`);
      },
    },
    {
      title: 'Fetch it once more: the new form',
      async work(report) {
        result.afterInvalidation = await deliver(result.deliveredUrl ?? '');
        expectDelivered(result.afterInvalidation);
        expectCache(result.afterInvalidation, 'Miss');
        if (result.afterInvalidation.sha256 === result.first?.sha256)
          throw new Error('The old form is still served');
        report(describe(result.afterInvalidation));
      },
    },
  ];
  return { steps, result };
}

export async function upload(
  admin: ApiClient,
  samples: readonly Sample[],
  options: { folder: string; name: string; publishAfterUploading: boolean },
  report: Report,
): Promise<UploadResponse> {
  const created = await admin.call<UploadResponse>('POST', '/uploads', {
    ...options,
    files: samples.map((sample) => ({
      name: sample.name,
      bytes: sample.bytes.length,
      type: sample.contentType,
      sha256: createHash('sha256').update(sample.bytes).digest('base64'),
    })),
  });
  let sent = 0;
  for (const [index, file] of created.files.entries()) {
    const sample = samples[index];
    if (!sample) throw new Error(`The API presigned a file that was not asked for: ${file.name}`);
    const response = await fetch(file.url, {
      method: 'PUT',
      headers: file.headers,
      body: new Uint8Array(sample.bytes),
    });
    if (!response.ok)
      throw new Error(`Upload of ${file.name} answered ${response.status}: ${await response.text()}`);
    sent += 1;
    report(file.name, { done: sent, total: samples.length });
  }
  return created;
}

/** Follows a job to its end. */
export async function watch(admin: ApiClient, jobId: string, report: Report): Promise<JobResponse> {
  return poll(
    () => admin.call<JobResponse>('GET', `/jobs/${jobId}`),
    (job) => {
      const { done, skipped, errors, total } = job.counts;
      report(job.status, { done: done + skipped + errors, total });
      return isTerminal(job.status);
    },
  );
}

async function poll<T>(ask: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const value = await ask();
    if (isDone(value)) return value;
    if (Date.now() > deadline) throw new Error(`Still not done after two minutes: ${JSON.stringify(value)}`);
    await wait(150);
  }
}

export function expectStatus(job: JobResponse, status: JobStatus): void {
  if (job.status === status) return;
  throw new Error(
    `The job "${job.name}" ended as ${job.status}: ${job.reason ?? JSON.stringify(job.counts)}`,
  );
}

function expectDelivered(delivered: Delivered): void {
  if (delivered.status !== 200 || delivered.httpVersion !== '2' || delivered.bytes === 0) {
    throw new Error(
      `${delivered.url} answered ${delivered.status} over HTTP/${delivered.httpVersion}, ${delivered.bytes} bytes`,
    );
  }
}

function expectCache(delivered: Delivered, state: 'Hit' | 'Miss'): void {
  const seen = cacheStateOf(delivered);
  if (!seen.startsWith(state))
    throw new Error(`${delivered.url}: expected a ${state.toLowerCase()}, the edge says "${seen}"`);
}

export function cacheStateOf(delivered: Delivered): string {
  return delivered.headers['x-cache'] ?? '';
}

function describe(delivered: Delivered): string {
  const { headers } = delivered;
  return [
    `${delivered.status} HTTP/${delivered.httpVersion}`,
    headers['content-type'] ?? '',
    `${delivered.bytes} bytes`,
    headers['cache-control'] ?? '',
    cacheStateOf(delivered),
    `${delivered.milliseconds.toFixed(0)} ms`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

export function nameOfRun(name: string, run: number): string {
  return run === 1 ? name : name.replace(/(\.[^.]+)$/, `-${run}$1`);
}
