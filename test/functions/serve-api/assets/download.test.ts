import { describe, expect, it } from 'vitest';
import type { AssetVersion } from '../../../../adapters/dynamodb/assets/version-store.ts';
import { asset, derived, now, set } from '../api-records.ts';
import { ask } from '../ask.ts';

const download = (id: string, query = '', replacements: Parameters<typeof ask>[2] = {}) =>
  ask('viewer', { path: `/assets/${encodeURIComponent(id)}/download`, query }, replacements);

describe('GET /assets/{id}/download', () => {
  it('gives the original of the current version a URL with its file name', async () => {
    const { status, body } = await download(asset.id);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toEqual({
      url: expect.any(String),
      expires: new Date(Date.parse(now) + 600_000).toISOString(),
      fileName: asset.fileName,
      version: asset.version,
      type: asset.mimeType,
      bytes: asset.bytes,
    });
    const url = new URL(String(body.url));
    expect(decodeURIComponent(url.pathname)).toContain(asset.masterKey);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      versionId: asset.masterVersionId,
      'response-content-disposition': expect.stringContaining(`filename="${asset.fileName}"`),
      'response-content-type': 'application/octet-stream',
      'X-Amz-Expires': '600',
    });
  });

  it('gives that of an earlier version, with the name that it had', async () => {
    const earlier: AssetVersion = {
      version: 1,
      fileName: '../été "1".tif',
      masterKey: 'luma/red shoe',
      masterVersionId: 'm1',
      type: 'image',
      mimeType: 'image/tiff',
      bytes: 7,
      at: now,
      by: 'ann',
    };
    const { body } = await download(asset.id, 'version=1', { getVersion: async () => earlier });
    expect(body).toMatchObject({ version: 1, type: 'image/tiff', bytes: 7 });
    const { searchParams } = new URL(String(body.url));
    expect(searchParams.get('versionId')).toBe('m1');
    expect(searchParams.get('response-content-disposition')).toBe(
      'attachment; filename="..-_t_ -1-.tif"; filename*=UTF-8\'\'..-%C3%A9t%C3%A9%20-1-.tif',
    );
  });

  it('gives the uploaded file of an image that is delivered as a rendition', async () => {
    const heic = {
      ...asset,
      fileName: 'shoe.heic',
      originalType: 'image/heic',
      originalBytes: 5,
      originalVersionId: 'o1',
    };
    const { body } = await download(asset.id, '', {
      getAsset: async () => heic,
      masterExists: async ({ masterVersionId }) => masterVersionId === 'o1',
    });
    expect(body).toMatchObject({ fileName: 'shoe.heic', type: 'image/heic', bytes: 5 });
    expect(new URL(String(body.url)).searchParams.get('versionId')).toBe('o1');
  });

  it.each([
    ['an unknown asset', 'nobody', '', {}, 404, 'asset.not-found', 'There is no asset nobody'],
    ['a set', set.id, '', {}, 409, 'asset.no-file', 'is a set: download its members'],
    ['a derived image', derived.id, '', {}, 409, 'asset.no-file', `is derived from ${asset.id}`],
    ['an unknown version', asset.id, 'version=99', {}, 404, 'version.not-found', 'has no version 99'],
    [
      'a file that is not kept any more',
      asset.id,
      '',
      { masterExists: async () => false },
      404,
      'version.not-found',
      'is not kept any more',
    ],
    ['version=0', asset.id, 'version=0', {}, 400, 'request.invalid', 'must be at least 1'],
    ['version=x', asset.id, 'version=x', {}, 400, 'request.invalid', 'must be the number of a version'],
  ] as const)('refuses %s', async (_, id, query, replacements, status, code, message) => {
    expect(await download(id, query, replacements)).toMatchObject({
      status,
      body: { code, detail: expect.stringContaining(message) },
    });
  });
});
