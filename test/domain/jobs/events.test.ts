import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../domain/assets/asset.ts';
import {
  assetsPublished,
  maxPublications,
  type NewPublication,
  newPublications,
} from '../../../domain/assets/asset-published.ts';
import { type Job, noCounts } from '../../../domain/jobs/job.ts';
import { jobStatusChanged } from '../../../domain/jobs/job-status-changed.ts';

const time = '2026-11-24T12:00:00.000Z';

describe('AssetPublished', () => {
  it('has version, server and time of the publications in the record', () => {
    const asset = {
      id: 'red-shoe',
      type: 'image',
      version: 3,
      publications: { 'image-serving': { version: 3, at: time, by: 'ann', key: 'k' } },
    } as unknown as Asset;
    expect(newPublications(asset, ['image-serving', 'video'])).toEqual([
      { asset: 'red-shoe', type: 'image', version: 3, server: 'image-serving', at: time },
    ]);
  });

  const publications = (count: number): NewPublication[] =>
    Array.from({ length: count }, (_, index) => ({
      asset: `${String(index).padStart(6, '0')}${'ü'.repeat(100)}`,
      type: 'adaptive-video-set',
      version: 1_000_000,
      server: 'image-serving',
      at: time,
    }));

  it.each([
    [0, []],
    [1, [1]],
    [maxPublications, [maxPublications]],
    [maxPublications + 1, [maxPublications, 1]],
    [250, [100, 100, 50]],
  ])('splits %i publications into events of %j', (count, sizes) => {
    const events = assetsPublished({ company: 'acme', by: 'ann', jobId: 'J' }, publications(count));
    expect(events.map(({ detail }) => detail.publications.length)).toEqual(sizes);
  });

  it('stays below the 64 kB that EventBridge counts as one event, with the longest ids', () => {
    const [event] = assetsPublished({ company: 'acme', by: 'ann' }, publications(maxPublications));
    expect(Buffer.byteLength(JSON.stringify(event?.detail))).toBeLessThan(64 * 1024);
  });
});

describe('PublishJobStatusChanged', () => {
  const job: Job = {
    kind: 'publish',
    company: 'acme',
    id: 'J',
    givenName: 'Autumn',
    name: 'Autumn 2026-11-24 12:00:00',
    status: 'failed',
    reason: 'The job took longer than allowed.',
    counts: noCounts,
    submitted: time,
    submittedBy: 'ann',
    publish: 'new',
    servers: ['video'],
    executionNumber: 1,
  };

  it('has the job, its status, its counts and the reason of a failure', () => {
    expect(jobStatusChanged(job, time)).toEqual({
      type: 'PublishJobStatusChanged',
      detail: {
        version: 1,
        company: 'acme',
        job: {
          id: 'J',
          name: job.name,
          givenName: 'Autumn',
          publish: 'new',
          servers: ['video'],
          submittedBy: 'ann',
        },
        status: 'failed',
        reason: 'The job took longer than allowed.',
        counts: noCounts,
        at: time,
      },
    });
  });

  it('is not emitted for upload jobs', () => {
    const upload: Job = {
      ...job,
      kind: 'upload',
      folder: '/',
      publishAfterUploading: true,
    } as unknown as Job;
    expect(jobStatusChanged(upload, time)).toBeUndefined();
  });
});
