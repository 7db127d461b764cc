import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxZipFiles, zipPartBytes, zipPrefix } from '../../../../domain/library/zip-download.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { readZip } from '../../../support/read-zip.ts';
import { shippedFunctions } from '../../../support/shipped-functions.ts';
import { asset, derived, now, set, zipDownload } from '../api-records.ts';
import { ask, cloud, reset } from '../ask.ts';

beforeEach(reset);
afterEach(reset);

const create = (assetIds: readonly string[], replacements: Parameters<typeof ask>[2] = {}) =>
  ask('viewer', { method: 'POST', path: '/downloads', body: { assetIds } }, replacements);
const read = (id: string, replacements: Parameters<typeof ask>[2] = {}) =>
  ask('viewer', { path: `/downloads/${id}` }, replacements);
const found = (...assets: (typeof asset)[]) => ({
  getAssets: async () => new Map(assets.map((one) => [one.id, one])),
});

describe('POST /downloads', () => {
  it('has the originals written into a ZIP file, which is then downloaded', async () => {
    const jobs = cloud.buckets[cloudNames.JOBS_BUCKET];
    const { versionId } = cloud.buckets[cloudNames.MASTERS_BUCKET].put(asset.masterKey, 'original');
    const stored = { ...asset, originalVersionId: versionId, originalBytes: 8 };
    const requests: unknown[] = [];
    const { status, body } = await create([asset.id, 'nobody', asset.id, set.id, derived.id], {
      getAssets: async () => new Map([stored, set, derived].map((one) => [one.id, one])),
      requestZip: async (request) => void requests.push(request),
    });
    expect(status, JSON.stringify(body)).toBe(202);
    const id = String(body.id);
    const expected = {
      id,
      status: 'writing',
      files: 1,
      bytes: expect.any(Number),
      written: 0,
      requested: now,
      requestedBy: 'viewer',
      expires: new Date(Date.parse(now) + 172_800_000).toISOString(),
      leftOut: [
        { id: 'nobody', message: 'There is no asset nobody' },
        { id: set.id, message: `${set.id} is a set: download its members` },
        { id: derived.id, message: `${derived.id} is derived from ${asset.id}: download that` },
      ],
      fileName: `luma ${now.slice(0, 10)}.zip`,
    };
    expect(body).toEqual(expected);
    expect(await read(id)).toMatchObject({ status: 200, body: expected });
    expect(requests).toEqual([{ company: 'luma', id }]);

    await shippedFunctions(cloud)('zip-assets', { Records: [{ body: JSON.stringify(requests[0]) }] });
    const ready = await read(id);
    const zip = jobs.get(`${zipPrefix}luma/${id}/files.zip`);
    expect(ready.body).toEqual({
      ...expected,
      status: 'ready',
      bytes: zip?.body.length,
      written: zip?.body.length,
      url: expect.any(String),
    });
    const { pathname, searchParams } = new URL(String(ready.body.url));
    expect(pathname).toContain(`${zipPrefix}luma/${id}/files.zip`);
    expect(searchParams.get('response-content-disposition')).toContain(
      `filename="luma ${now.slice(0, 10)}.zip"`,
    );
    expect(searchParams.get('X-Amz-Expires')).toBe('600');
    expect(readZip(zip?.body ?? new Uint8Array())).toMatchObject([
      { path: `${asset.folder.slice(1)}${asset.fileName}`, bytes: 8 },
    ]);
  });

  it.each([
    ['no asset', [], {}, 400, 'request.invalid', 'must name at least one asset'],
    [
      'more than 10,000 assets',
      Array.from({ length: maxZipFiles + 1 }, (_, index) => `a${index}`),
      {},
      400,
      'request.invalid',
      'must name at most 10000 assets',
    ],
    ['an unknown asset alone', ['nobody'], {}, 409, 'asset.no-file', 'There is no asset nobody'],
    ['a set alone', [set.id], {}, 409, 'asset.no-file', 'is a set: download its members'],
    [
      'more than 100 GB',
      ['a', 'b'],
      found(
        { ...asset, id: 'a', bytes: 60_000_000_000 },
        { ...asset, id: 'b', bytes: 1, originalBytes: 50_000_000_000 },
      ),
      422,
      'download.too-large',
      'have 110000000000 bytes together; a ZIP file takes at most 100000000000',
    ],
  ] as const)('refuses %s', async (_, ids, replacements, status, code, message) => {
    expect(await create(ids, replacements)).toMatchObject({
      status,
      body: { code, detail: expect.stringContaining(message) },
    });
  });
});

describe('GET /downloads/{id}', () => {
  it('shows how much has been written', async () => {
    const sent = [{ part: 1, etag: 'e', sha256: 's' }];
    const { body } = await read(zipDownload.id, {
      findDownload: async () => ({ ...zipDownload, bytes: 3 * zipPartBytes }),
      findZipProgress: async () => ({ at: now, uploadId: 'u', sent, crcs: [] }),
    });
    expect(body).toMatchObject({ status: 'writing', written: zipPartBytes });
  });

  it.each([
    ['16 minutes without progress', '2026-11-24T08:00:00.000Z', undefined, true],
    ['progress a minute ago', '2026-11-24T08:00:00.000Z', now, false],
    ['a request of now', now, undefined, false],
  ])('after %s has it requested again: %s, %s → %s', async (_, requestedAt, progressAt, isRequested) => {
    const requests: unknown[] = [];
    const replacements = {
      findDownload: async () => ({ ...zipDownload, at: requestedAt, requestedAt }),
      findZipProgress: async () =>
        progressAt === undefined ? undefined : { at: progressAt, uploadId: 'u', sent: [], crcs: [] },
      requestZip: async (request: unknown) => void requests.push(request),
    };
    expect((await read(zipDownload.id, replacements)).body).toMatchObject({ status: 'writing' });
    expect(requests).toEqual(isRequested ? [{ company: 'luma', id: zipDownload.id }] : []);
  });

  it.each([
    ['an unknown id', '01M868ZYSAAE2H8JTE1Z5727DX', {}, 404, 'download.not-found'],
    ['an invalid id', '..%2Fother', {}, 400, 'request.invalid'],
    [
      'one that is older than two days',
      zipDownload.id,
      { findDownload: async () => ({ ...zipDownload, at: '2026-11-22T08:30:00.000Z' }) },
      404,
      'download.not-found',
    ],
  ])('refuses %s', async (_, id, replacements, status, code) => {
    expect(await read(id, replacements)).toMatchObject({ status, body: { code } });
  });
});
