/** The poster of a video: from the route to the bucket, the records and the purge. */
import { posterRoutes } from '@pressroom/api/assets/poster-routes';
import { beforeEach, describe, expect, it } from 'vitest';
import { versionStore } from '../../../../adapters/dynamodb/assets/version-store.ts';
import { trashStore } from '../../../../adapters/dynamodb/library/trash-store.ts';
import { openPreview } from '../../../../adapters/tokens/preview-tokens.ts';
import { maxPosterBytes } from '../../../../domain/assets/poster.ts';
import { readPreviewPath } from '../../../../domain/delivery/preview-scope.ts';
import { aside } from '../../../support/calls.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { clip, previewKey } from '../api-records.ts';
import { askAgain, cloud, reset } from '../ask.ts';

const { documents } = cloud.clients;
const versions = versionStore(documents, cloudNames.ASSET_TABLE);

beforeEach(reset);

const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const send = (image: Uint8Array | string | null, id = 'clip') =>
  askAgain('user', {
    method: 'PUT',
    path: `/assets/${id}/poster`,
    body: {
      image: image === null || typeof image === 'string' ? image : Buffer.from(image).toString('base64'),
    },
  });
const stored = () =>
  cloud.buckets[cloudNames.MASTERS_BUCKET].keys().filter((key: string) => key.startsWith('luma/reductions/'));
const recorded = async () => (await aside(() => versions.getVersion('luma', 'clip', 1)))?.poster;
const posterIn = (url: unknown) => {
  const path = readPreviewPath(new URL(String(url)).pathname);
  return path && openPreview(path.token, path, previewKey)?.poster;
};

describe('the poster of a video', () => {
  it('is stored, belongs to the version, and is what the thumbnail shows', async () => {
    const { status, body } = await send(jpeg);
    expect(status).toBe(200);
    expect(posterRoutes.setPoster.response.schema.parse(body)).toMatchObject({
      version: 1,
      modifiedBy: 'user',
    });
    expect(body).not.toHaveProperty('poster');
    const poster = await recorded();
    expect(stored()).toEqual([`luma/reductions/${poster?.name}`]);
    expect(posterIn(body.thumbnailUrl)).toBe(poster?.name);
    const { body: read } = await askAgain('viewer', { path: '/assets/clip' });
    expect(posterIn(read.thumbnailUrl)).toBe(poster?.name);
    expect(posterIn(read.previewUrl)).toBeUndefined();
  });

  it('is deleted when another takes its place, or none', async () => {
    await send(jpeg);
    const first = await recorded();
    await send(jpeg);
    expect(await recorded()).not.toEqual(first);
    expect(stored()).toHaveLength(1);
    const { body } = await send(null);
    expect([stored(), await recorded(), posterIn(body.thumbnailUrl)]).toEqual([[], undefined, undefined]);
    expect((await send(null)).status).toBe(200);
  });

  it('is found by a purge with the masters of the version', async () => {
    await send(jpeg);
    const poster = await recorded();
    const found = await aside(() =>
      trashStore(documents, cloudNames.ASSET_TABLE).masterVersions('luma', 'clip'),
    );
    expect(found).toContainEqual({
      masterKey: `luma/reductions/${poster?.name}`,
      masterVersionId: poster?.versionId,
    });
  });

  it('leaves nothing in the bucket if the video keeps changing', async () => {
    let time = 0;
    const before = cloud.hook.onCall;
    cloud.hook.onCall = async ({ command }, next) => {
      if (command === 'TransactWrite')
        cloud.company('luma').put({ ...clip, modified: `2026-11-24T09:00:00.00${time++ % 10}Z` });
      return next();
    };
    const { status, body } = await send(jpeg);
    cloud.hook.onCall = before;
    expect([status, body.code]).toEqual([409, 'asset.changed-meanwhile']);
    expect([stored(), await recorded()]).toEqual([[], undefined]);
  });

  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  const webp = Buffer.from('524946460000000057454250565038200000', 'hex');
  it.each([
    ['PNG', png],
    ['WebP', webp],
    ['the largest size', Buffer.concat([png, Buffer.alloc(maxPosterBytes - png.length)])],
  ])('can be %s', async (_, bytes) => {
    expect((await send(bytes)).status).toBe(200);
  });

  it.each([
    ['an image that is no video', 'red%20shoe', jpeg, 422, 'poster.refused'],
    ['an unknown asset', 'none', jpeg, 404, 'asset.not-found'],
    ['an asset in the trash', 'old%20shoe', jpeg, 409, 'asset.trashed'],
    ['SVG', 'clip', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 422, 'poster.refused'],
    ['GIF', 'clip', Buffer.from('GIF89a'), 422, 'poster.refused'],
    ['one byte', 'clip', Buffer.from([0xff]), 422, 'poster.refused'],
    ['an empty text', 'clip', '', 400, 'request.invalid'],
    ['no base64', 'clip', 'data:image/png;base64,AAAA', 400, 'request.invalid'],
    ['a byte too many', 'clip', Buffer.alloc(maxPosterBytes + 1, png), 422, 'poster.refused'],
    ['a text that is too long', 'clip', Buffer.alloc(maxPosterBytes + 9, png), 400, 'request.invalid'],
  ])('is refused for %s, and nothing is stored', async (_, id, image, status, code) => {
    expect(await send(image, id)).toMatchObject({ status, body: { code } });
    expect(stored()).toEqual([]);
  });
});
