import type { RouteName } from '@pressroom/api/routes';
import { describe, expect, it } from 'vitest';
import { noTotals } from '../../../domain/assets/estimate.ts';
import type { Dependencies } from '../../../functions/serve-api/dependencies.ts';
import {
  allIsWell,
  ask,
  asset,
  now,
  preset,
  publishJob,
  type Replacements,
  schedule,
  set,
} from './api-world.ts';
import { type SampleRequest, sampleRequests } from './sample-requests.ts';

/** A field that no record has today. */
const internal = { internalField: 'not for responses' };

/** Maps whose keys come from users or from S3, so that each key is part of the response. */
const openMaps = new Set(['fields', 'headers']);

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A copy of a result with the internal field in every record, at any depth. */
function withInternalFields(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withInternalFields(item));
  if (value instanceof Map)
    return new Map([...value].map(([name, item]) => [name, withInternalFields(item)]));
  if (value instanceof Promise) return value.then((result) => withInternalFields(result));
  if (isPlainObject(value) && !openMaps.has(key)) {
    const entries = Object.entries(value).map(([name, item]) => [name, withInternalFields(item, name)]);
    return { ...Object.fromEntries(entries), ...internal };
  }
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value)
    return eachWithInternalFields(value as AsyncIterable<unknown>);
  return value;
}

async function* eachWithInternalFields(values: AsyncIterable<unknown>) {
  for await (const value of values) yield withInternalFields(value);
}

/** Records that have every optional part. */
const richRecords: Replacements = {
  getAsset: async (_, id) => (id === set.id ? set : richAsset),
  getAssets: async (_, ids) => new Map(ids.map((id) => [id, { ...richAsset, id }])),
  getJob: async (_, id) => ({ ...richJob, id, status: 'completed-with-errors', ended: now }),
  listJobs: async () => ({ items: [richJob] }),
  getSchedule: async () => richSchedule,
  listPresets: async () => [{ ...preset, swatches: '{base}_sw', views: ['front'] }],
  readSetRecord: async () => ({
    type: 'image-set',
    members: [
      { id: asset.id, label: 'Front', swatch: { color: 'a1b2c3', label: 'Red' } },
      { id: asset.id, swatch: { id: asset.id } },
    ],
  }),
  getMetadataSchema: async () => ({
    fields: [
      { name: 'sku', label: 'SKU', required: false, type: 'text', maxLength: 9 },
      { name: 'season', label: 'Season', required: false, type: 'choice', values: ['autumn'] },
      { name: 'price', label: 'Price', required: false, type: 'number' },
    ],
    freeFields: true,
    modified: now,
    modifiedBy: 'ann',
  }),
  previewJob: async () => previewOfOne,
  readLogFile: async (_company, _jobId, file) =>
    file === 'begin.jsonl'
      ? `${JSON.stringify({ time: now, outcome: 'begin', message: 'Begins', ...internal })}\n`
      : undefined,
};

const richAsset = { ...asset, title: 'Red shoe', keywords: ['shoes'], fields: { sku: 'RS-100' } };

const previewOfOne = {
  items: [{ id: asset.id, type: asset.type, action: 'publish' as const, servers: [], bytes: 1 }],
  leftOut: 0,
  assets: 1,
  totals: noTotals,
  complete: true,
};

const richJob = {
  ...publishJob,
  counts: { ...publishJob.counts, done: 98, errors: 2 },
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
  job: { publish: 'new', scope: richJob.scope, notification: richJob.notification },
  lastRun: { jobId: publishJob.id, due: now },
  skipped: { due: now, because: 'Its job is still running' },
} as const;

/** Every operation, with the internal field in every record of its result. */
const leakyOperations = Object.fromEntries(
  Object.entries(allIsWell)
    .filter(([, group]) => isPlainObject(group))
    .flatMap(([, group]) => Object.entries({ ...(group as Dependencies['jobs']) }))
    .filter(([name, operation]) => typeof operation === 'function' && !['warn', 'error'].includes(name))
    .map(([name, operation]) => {
      const replaced = richRecords[name as keyof Replacements] ?? operation;
      const call = replaced as unknown as (...args: readonly unknown[]) => unknown;
      return [name, (...args: readonly unknown[]) => withInternalFields(call(...args))];
    }),
) as Replacements;

const servedElsewhere: readonly RouteName[] = ['invalidateCdn', 'readInvalidation'];
const rows = [
  ...Object.entries(sampleRequests).filter(([name]) => !servedElsewhere.includes(name as RouteName)),
  ['submitJob, as a dry run', { method: 'POST', path: '/jobs', body: { dryRun: true } }],
] as [string, Pick<SampleRequest, 'method' | 'path' | 'query' | 'body'>][];

/** Routes that refuse a job of the rich kind, or need it in another state. */
const withPlainJob: readonly string[] = ['signParts', 'completeFile', 'cancelJob'];

describe('a new internal field of every record', () => {
  it.each(rows)('does not reach the response of %s', async (name, { method, path, query, body }) => {
    const getJob = withPlainJob.includes(name) ? { getJob: allIsWell.jobs.getJob } : {};
    const response = await ask(
      'admin',
      {
        method,
        path,
        ...(query === undefined ? {} : { query }),
        ...(body === undefined ? {} : { body }),
      },
      { ...leakyOperations, ...getJob },
    );
    expect(response.faults).toEqual([]);
    expect(response.status, JSON.stringify(response.body)).toBeLessThan(300);
    expect(JSON.stringify(response.body)).not.toMatch(/internalField|not for responses/);
  });

  it('is in what the handlers read', async () => {
    const read = await leakyOperations.getAsset?.('luma', asset.id);
    expect(read).toMatchObject({ ...internal, publications: { 'image-serving': internal } });
  });
});
