import { invalidationRoutes } from '@pressroom/api/delivery/invalidation-routes';
import { describe, expect, it } from 'vitest';
import { metadataSchemaKey, presetKey } from '../../../adapters/dynamodb/keys.ts';
import { setMimeType } from '../../../domain/sets/set-record.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import type { Item } from '../../support/dynamodb/values.ts';
import { asset, endedJob, now, preset, publishJob, schedule, set } from './api-records.ts';
import { askAgain, cloud, reset, shipped } from './ask.ts';
import { type SampleRequest, sampleRequests } from './sample-requests.ts';

/** A field that no record has today. */
const internal = { internalField: 'not for responses' };

/** Maps whose keys come from users or from S3, so that each key is part of the response. */
const openMaps = new Set(['fields', 'headers', 'change']);

/** Maps by server: their values are records. */
const serverMaps = new Set(['publications', 'perServer']);

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A copy of a record with the internal field in every record, at any depth. */
function withInternalFields(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withInternalFields(item));
  if (!isPlainObject(value) || openMaps.has(key)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, withInternalFields(item, name)]);
  return { ...Object.fromEntries(entries), ...(serverMaps.has(key) ? {} : internal) };
}

const richAsset = { ...asset, title: 'Red shoe', keywords: ['shoes'], fields: { sku: 'RS-100' } };

const richParts = {
  scope: { kind: 'folder', folder: '/autumn/', below: true },
  perServer: { 'image-serving': { done: 98, skipped: 0, errors: 2, bytes: 1 } },
  schedule: { id: schedule.id, name: schedule.name, due: now },
  notification: {
    url: 'https://hooks.example.com/a',
    onlyIfPublished: false,
    off: { at: now, because: 'It responded with 410' },
  },
} as const;

const richSchedule = {
  ...schedule,
  rule: { repeat: 'monthly', time: '14:10', on: { week: 'last', weekday: 'Fri' } },
  job: { publish: 'new', scope: richParts.scope, notification: richParts.notification },
  lastRun: { jobId: endedJob.id, due: now },
  skipped: { due: now, because: 'Its job is still running' },
} as const;

const richSchema = {
  fields: [
    { name: 'sku', label: 'SKU', required: false, type: 'text', maxLength: 9 },
    { name: 'season', label: 'Season', required: false, type: 'choice', values: ['autumn'] },
    { name: 'price', label: 'Price', required: false, type: 'number' },
  ],
  freeFields: true,
  modified: now,
  modifiedBy: 'ann',
};

/** Furnishes the company with records that have every optional part, and puts the internal field into all of them. */
async function furnishRichly(): Promise<void> {
  await reset();
  const { company } = asset;
  const view = cloud.company(company);
  view.put(richAsset);
  view.putSet(set, [
    { id: asset.id, label: 'Front', swatch: { color: 'a1b2c3', label: 'Red' } },
    { id: asset.id, swatch: { id: asset.id } },
  ]);
  for (const job of [publishJob, endedJob]) view.jobs.set(job.id, { ...job, ...richParts });
  view.schedules.set(schedule.id, richSchedule);
  const { jobs } = cloud.tables;
  jobs.put({ ...presetKey(company, preset.name), ...preset, swatches: '{base}_sw', views: ['front'] });
  jobs.put({ ...metadataSchemaKey(company), ...richSchema });

  for (const table of Object.values(cloud.tables)) {
    for (const { item } of [...table.all()]) table.put(withInternalFields(item) as Item);
  }
  const logs = cloud.buckets[cloudNames.JOBS_BUCKET];
  for (const key of logs.keys()) {
    const lines = logs.text(key).split('\n').filter(Boolean);
    logs.put(key, lines.map((line) => `${JSON.stringify(withInternalFields(JSON.parse(line)))}\n`).join(''));
  }
  const masters = cloud.buckets[cloudNames.MASTERS_BUCKET];
  for (const [key, versions] of [...masters.objects]) {
    for (const { versionId, type } of versions) {
      if (type !== setMimeType) continue;
      const record = JSON.stringify(withInternalFields(JSON.parse(masters.text(key, versionId))));
      masters.delete(key, versionId);
      masters.put(key, record, { versionId, type });
    }
  }
}

const rows = [
  ...Object.entries(sampleRequests).filter(([name]) => !(name in invalidationRoutes)),
  ['submitJob, as a dry run', { method: 'POST', path: '/jobs', body: { dryRun: true } }],
  // The log of a job that has ended.
  ['downloadJobLog', { method: 'GET', path: `/jobs/${endedJob.id}/log/download` }],
] as [string, Pick<SampleRequest, 'method' | 'path' | 'query' | 'body'>][];

describe('a new internal field of every record', () => {
  it.each(rows)('does not reach the response of %s', async (name, { method, path, query, body }) => {
    await furnishRichly();
    const response = await askAgain('admin', {
      method,
      path,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
    });
    expect(response.faults).toEqual([]);
    const isRefused = name === 'downloadJobLog' && path.includes(publishJob.id);
    if (!isRefused) expect(response.status, JSON.stringify(response.body)).toBeLessThan(300);
    expect(JSON.stringify(response.body)).not.toMatch(/internalField|not for responses/);
  });

  it('is in what the handlers read', async () => {
    await furnishRichly();
    const read = await shipped.assets.getAsset('luma', asset.id);
    expect(read).toMatchObject({ ...internal, publications: { 'image-serving': internal } });
  });
});
