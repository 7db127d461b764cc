/** Records as they are when nothing is special about them; a test names what matters to it. */
import type { Asset } from '../../domain/assets/asset.ts';
import { noCounts, type PublishJob, type UploadJob } from '../../domain/jobs/job.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import type { BatchSetPreset } from '../../domain/sets/batch-set-preset.ts';
import type { UploadFile } from '../../domain/uploads/upload-file.ts';

export const company = 'luma';

/** The n-th of the jobs of a test: ids sort in the order of their numbers. */
export function jobIdOf(number: number): string {
  return `01JDEZ3T5V0A1B2C3D4E5F${String(number).padStart(4, '0')}`;
}

export function anAsset(changes: Partial<Asset> & { id: string }): Asset {
  return {
    company,
    type: 'image',
    mimeType: 'image/jpeg',
    bytes: 1_000,
    width: 800,
    height: 600,
    folder: '/',
    fileName: `${changes.id}.jpg`,
    version: 1,
    masterKey: `${changes.company ?? company}/${changes.id}`,
    masterVersionId: 'v-1',
    intent: 'pending',
    publications: {},
    uploadedAt: '2026-11-24T08:00:00.000Z',
    uploadJobId: '01JDEZ3T5V0A1B2C3D4E5F6G7H',
    created: '2026-11-24T08:00:00.000Z',
    createdBy: 'ann',
    modified: '2026-11-24T08:00:00.000Z',
    modifiedBy: 'ann',
    ...changes,
  };
}

export function aPublishJob(changes: Partial<PublishJob> = {}): PublishJob {
  return {
    kind: 'publish',
    company,
    id: jobIdOf(1),
    givenName: 'Autumn',
    name: 'Autumn 2026-11-24 08:30:00',
    status: 'queued',
    counts: noCounts,
    submitted: '2026-11-24T08:30:00.000Z',
    submittedBy: 'ann',
    publish: 'new',
    servers: ['image-serving', 'image-rendering', 'video'],
    executionNumber: 1,
    ...changes,
  };
}

export function anUploadJob(changes: Partial<UploadJob> = {}): UploadJob {
  return {
    kind: 'upload',
    company,
    id: jobIdOf(1),
    givenName: 'Upload',
    name: 'Upload 2026-11-24 08:00:00',
    status: 'running',
    counts: { ...noCounts, total: 1 },
    submitted: '2026-11-24T08:00:00.000Z',
    submittedBy: 'ann',
    started: '2026-11-24T08:00:00.000Z',
    folder: '/',
    publishAfterUploading: true,
    ...changes,
  };
}

export function anUploadFile(changes: Partial<UploadFile> = {}): UploadFile {
  return {
    company,
    jobId: jobIdOf(1),
    file: 1,
    name: 'shoe.png',
    assetId: 'shoe',
    bytes: 9,
    type: 'image/png',
    state: 'pending',
    ...changes,
  };
}

export const scheduleId = '01M8686B0MSWSGTPEFNRQPG1GS';

export function aSchedule(changes: Partial<Schedule> = {}): Schedule {
  return {
    company,
    id: scheduleId,
    name: 'Autumn',
    rule: { repeat: 'daily', time: '14:10' },
    timeZone: 'America/New_York',
    active: true,
    job: { publish: 'new' },
    submittedBy: 'user',
    created: '2026-11-20T08:00:00.000Z',
    modified: '2026-11-20T08:00:00.000Z',
    modifiedBy: 'user',
    version: 1,
    revision: 1,
    sync: 'done',
    slots: 1,
    ...changes,
  };
}

export function aPreset(changes: Partial<BatchSetPreset> = {}): BatchSetPreset {
  return {
    name: 'all around',
    setType: 'spin-set',
    members: '{base}_{row}_{column}',
    setId: '{base}-set',
    active: true,
    ...changes,
  };
}
