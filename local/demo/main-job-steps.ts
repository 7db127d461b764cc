import type { Client } from '@pressroom/client/create-client';
import { makeReplacement, type Sample } from '../../samples/make-samples.ts';
import type { Delivered } from '../fetch-delivered.ts';
import { expectPublished, expectStatus, followJob, type JobResponse, pollUntil } from './follow-job.ts';
import type { Step } from './step.ts';
import { nameInRun, uploadSamples } from './upload-samples.ts';

export interface DemoParts {
  readonly admin: Client;
  /** Number of this start on the state folder, from 1. */
  readonly run: number;
  deliver(url: string): Promise<Delivered>;
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

/**
 * The main job, done through the API as a user does it: upload, publish job, delivered URL over HTTP/2, the cache of the
 * edge, a new upload that the edge does not show yet, Invalidate CDN, the new image. The steps fill in `result`.
 */
export function mainJobSteps(parts: DemoParts & { readonly samples: readonly Sample[] }): {
  steps: Step[];
  result: MainJobResult;
} {
  const { admin, run, deliver } = parts;
  const result: MainJobResult = {};
  const samples = parts.samples.map((sample) => ({ ...sample, name: nameInRun(sample.name, run) }));
  const folder = run === 1 ? '/samples/' : `/samples-${run}/`;
  let shownId = '';
  const ownIds = new Set<string>();

  const steps: Step[] = [
    {
      title: `Upload ${samples.length} files by presigned URLs`,
      async work(report) {
        const uploaded = await uploadSamples(
          admin,
          samples,
          { folder, name: 'Samples', publishAfterUploading: false },
          report,
        );
        result.uploadJob = uploaded.job;
        const [first] = uploaded.files;
        if (first?.assetId === undefined)
          throw new Error(`The API refused the first sample: ${first?.problem}`);
        shownId = first.assetId;
        for (const { assetId } of uploaded.files) if (assetId !== undefined) ownIds.add(assetId);
      },
    },
    {
      title: 'Check the files and record the assets',
      async work(report) {
        result.uploadJob = await followJob(admin, result.uploadJob?.id ?? '', report);
        expectStatus(result.uploadJob, 'succeeded');
        report(`${result.uploadJob.counts.done} assets recorded`);
      },
    },
    {
      title: 'Run a publish job: New Since Last Publish, to all servers',
      async work(report) {
        const { id } = await admin.call('submitJob', { body: { name: 'First publish', publish: 'new' } });
        result.publishJob = await followJob(admin, id, report);
        const warning = await expectPublished(admin, result.publishJob, ownIds);
        const { done, errors } = result.publishJob.counts;
        report([`${done} published, ${errors} errors`, warning ?? []].flat().join('. '));
      },
    },
    {
      title: 'Fetch a delivered URL over HTTP/2',
      async work(report) {
        const { urls } = await admin.call('readAsset', { params: { id: shownId } });
        if (!urls.image) throw new Error(`The asset ${shownId} has no image URL`);
        result.deliveredUrl = `${urls.image}?wid=640&fmt=webp`;
        result.first = await deliver(result.deliveredUrl);
        expectDelivered(result.first);
        report(describe(result.first));
      },
    },
    {
      title: 'Fetch it again, from the cache of the edge',
      async work(report) {
        result.fromCache = await deliver(result.deliveredUrl ?? '');
        expectDelivered(result.fromCache);
        expectCache(result.fromCache, 'Hit');
        report(describe(result.fromCache));
      },
    },
    {
      title: 'Upload the image again: the edge still serves the old one',
      async work(report) {
        const before = await admin.call('readAsset', { params: { id: shownId } });
        const replacement = await makeReplacement(`form ${before.version + 1}`);
        const { job } = await uploadSamples(
          admin,
          [{ ...replacement, name: nameInRun(replacement.name, run) }],
          { folder, name: 'New form', publishAfterUploading: true },
          report,
        );
        expectStatus(await followJob(admin, job.id, report), 'succeeded');
        result.staleAfterReupload = await deliver(result.deliveredUrl ?? '');
        expectCache(result.staleAfterReupload, 'Hit');
        if (result.staleAfterReupload.sha256 !== result.first?.sha256)
          throw new Error('The edge served the new image before it was invalidated');
        report('republished; the edge keeps its copy for up to 10 hours');
      },
    },
    {
      title: 'Invalidate CDN',
      async work(report) {
        const { id } = await admin.call('invalidateCdn', { body: { assetIds: [shownId] } });
        const { status } = await pollUntil(
          () => admin.call('readInvalidation', { params: { id } }),
          (invalidation) => invalidation.status === 'completed',
        );
        report(`${status}: one cache tag, every variant of ${shownId}`);
      },
    },
    {
      title: 'Fetch it once more: the new image',
      async work(report) {
        result.afterInvalidation = await deliver(result.deliveredUrl ?? '');
        expectDelivered(result.afterInvalidation);
        expectCache(result.afterInvalidation, 'Miss');
        if (result.afterInvalidation.sha256 === result.first?.sha256)
          throw new Error('The edge still serves the old image after the invalidation');
        report(describe(result.afterInvalidation));
      },
    },
  ];
  return { steps, result };
}

function expectDelivered({ url, status, httpVersion, bytes }: Delivered): void {
  if (status === 200 && httpVersion === '2' && bytes > 0) return;
  throw new Error(
    `${url}: expected 200 over HTTP/2 with a body, got ${status} over HTTP/${httpVersion}, ${bytes} bytes`,
  );
}

function expectCache(delivered: Delivered, state: 'Hit' | 'Miss'): void {
  const seen = cacheStateOf(delivered);
  if (!seen.startsWith(state))
    throw new Error(`${delivered.url}: expected a cache ${state.toLowerCase()}, the edge reports "${seen}"`);
}

/** The header `x-cache`, for example "Hit from cloudfront". */
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
