import { noCounts, type PublishJob, type UploadJob } from '../../../domain/jobs/job.ts';

/** A finished publish job. */
export const publishJob = {
  kind: 'publish',
  company: 'luma',
  id: '01JDF7Q0000000000000000000',
  givenName: 'Nightly',
  name: 'Nightly 2026-11-24 09:00:00',
  status: 'completed-with-errors',
  counts: { ...noCounts, total: 10, done: 7, skipped: 2, errors: 1, bytes: 1_234 },
  submitted: '2026-11-24T08:00:00.000Z',
  submittedBy: 'ann',
  started: '2026-11-24T08:00:01.000Z',
  ended: '2026-11-24T08:05:00.000Z',
  publish: 'full',
  servers: ['image-serving', 'video'],
  executionNumber: 1,
} as const satisfies PublishJob;

/** A finished upload job. */
export const uploadJob = {
  kind: 'upload',
  company: 'luma',
  id: '01JDF7Q0000000000000000001',
  givenName: 'Autumn',
  name: 'Autumn 2026-11-24 09:00:00',
  status: 'succeeded',
  counts: { ...noCounts, total: 1, done: 1 },
  submitted: '2026-11-24T08:00:00.000Z',
  submittedBy: 'ann',
  ended: '2026-11-24T08:05:00.000Z',
  folder: '/autumn',
  publishAfterUploading: true,
} as const satisfies UploadJob;
