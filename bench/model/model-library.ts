/** The library and the job of the model. */
import { masterKey } from '../../domain/assets/asset.ts';
import { defaultSettings, serversOf } from '../../domain/companies/settings.ts';
import { noCounts, type PublishJob } from '../../domain/jobs/job.ts';
import { company } from '../support/bench-cloud.ts';
import { pendingAsset } from '../support/seed-library.ts';

export const modelJob: PublishJob = {
  kind: 'publish',
  company,
  id: '01J00000000000000000000000',
  givenName: 'Model',
  name: 'Model',
  status: 'running',
  publish: 'new',
  servers: serversOf(defaultSettings),
  counts: noCounts,
  submitted: '2026-11-24T10:00:00.000Z',
  submittedBy: 'bench',
  executionNumber: 1,
};

export const modelBuckets = {
  masters: 'masters',
  jobs: 'job-files',
  origin: 'image-serving',
} as const;

const idOf = (number: number) => `image-${String(number).padStart(8, '0')}`;

export function modelAsset(number: number) {
  return pendingAsset(idOf(number));
}

/** Keys of the masters, and the prefixes that the other programs copy. */
export const masterKeyOf = (number: number) => masterKey(company, idOf(number));
export const copyPrefixes = { from: company, to: `${company}/image` } as const;
