import { describe, expect, it } from 'vitest';
import type { SetEdit } from '../../../../application/sets/save-set.ts';
import { type Asset, entityTag, isPublished } from '../../../../domain/assets/asset.ts';
import type { SetRecord } from '../../../../domain/sets/set-record.ts';
import type { Dependencies } from '../../../../functions/serve-api/dependencies.ts';
import { asset, now, versionOfAsset } from '../api-records.ts';
import { ask, type Replacements } from '../ask.ts';

describe('the versions of an asset', () => {
  it('tell which is the current one and which is live where, and nothing of where bytes lie', async () => {
    const state = { ...asset, version: 3 };
    const { status, body } = await ask(
      'viewer',
      { path: '/assets/red%20shoe/versions' },
      {
        getAsset: async () => state,
        listVersions: async () => ({
          items: [{ ...versionOfAsset(3), rollbackOf: 1 }, versionOfAsset(2)],
          next: 2,
        }),
      },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [
        { version: 3, current: true, liveOn: [], rollbackOf: 1 },
        { version: 2, current: false, liveOn: ['image-serving'], bytes: 229, by: 'ann' },
      ],
      next: expect.any(String),
    });
    expect(JSON.stringify(body)).not.toContain('master');
  });

  it('go on where a page ended', async () => {
    const pages: unknown[] = [];
    const listVersions: Dependencies['assets']['listVersions'] = async (_company, _id, page) => {
      pages.push(page);
      return { items: [versionOfAsset(2)], next: 2 };
    };
    const first = await ask(
      'viewer',
      { path: '/assets/red%20shoe/versions', query: 'limit=1' },
      { listVersions },
    );
    const query = `limit=1&cursor=${String(first.body.next)}`;
    await ask('viewer', { path: '/assets/red%20shoe/versions', query }, { listVersions });
    expect(pages).toEqual([
      { limit: 1, after: undefined },
      { limit: 1, after: 2 },
    ]);
  });

  it('of an unknown asset are not found', async () => {
    const response = await ask('viewer', { path: '/assets/nothing/versions' });
    expect(response).toMatchObject({ status: 404, body: { code: 'asset.not-found' } });
  });
});

describe('an earlier version that is published', () => {
  const rollBack = (version: number | string, headers: Record<string, string> = {}) => ({
    method: 'POST',
    path: `/assets/red%20shoe/versions/${version}/publish`,
    headers,
  });
  const publishWithMembers: Dependencies['publications']['publishWithMembers'] = async (published) => ({
    asset: { ...published, intent: 'live' },
    problems: ['a member is not live'],
  });

  it('is taken up as a new version with the old bytes, then goes live with its closure', async () => {
    const recorded: { before: Asset; after: Asset; rollbackOf: number }[] = [];
    const refreshed: Asset[] = [];
    const renamed = { ...asset, fileName: 'red shoe.png', width: 64, height: 48 };
    const old = { ...versionOfAsset(1), fileName: 'crimson.jpeg', mimeType: 'image/jpeg', bytes: 7 };
    const { width, height, ...withoutSize } = old;
    const response = await ask('user', rollBack(1), {
      getAsset: async () => renamed,
      getVersion: async () => withoutSize,
      recordRollback: async (before, after, _, rollbackOf) => {
        recorded.push({ before, after, rollbackOf });
        return true;
      },
      refreshDerived: async (parent) => {
        refreshed.push(parent);
        return { warnings: ['a derived image is not live'] };
      },
      publishWithMembers,
    });
    expect(response).toMatchObject({
      status: 200,
      headers: { etag: `"3-${now}"` },
      body: {
        version: 3,
        bytes: 7,
        fileName: 'red shoe.jpeg',
        warnings: ['a derived image is not live', 'a member is not live'],
      },
    });
    expect(recorded).toMatchObject([
      {
        rollbackOf: 1,
        after: {
          version: 3,
          masterVersionId: 'm1',
          mimeType: 'image/jpeg',
          modified: now,
          modifiedBy: 'user',
        },
      },
    ]);
    expect(recorded[0]?.after).not.toHaveProperty('width');
    expect(refreshed).toHaveLength(1);
  });

  it('is only published where it is the current one', async () => {
    const response = await ask('user', rollBack(2), {
      publishWithMembers,
      recordRollback: async () => {
        throw new Error('nothing is to be recorded');
      },
    });
    expect(response).toMatchObject({ status: 200, body: { version: 2, published: isPublished(asset) } });
  });

  it.each<[string, number | string, Replacements, number, string]>([
    ['of an unknown asset', 1, { getAsset: async () => undefined }, 404, 'asset.not-found'],
    ['that never was', 9, {}, 404, 'version.not-found'],
    ['whose bytes are gone', 1, { masterExists: async () => false }, 422, 'version.refused'],
    [
      'of an asset in the trash',
      1,
      { getAsset: async () => ({ ...asset, trashed: { at: now, by: 'ann' } }) },
      409,
      'asset.trashed',
    ],
    [
      'that was a set',
      1,
      { getVersion: async () => ({ ...versionOfAsset(1), type: 'image-set' as const }) },
      422,
      'version.refused',
    ],
    [
      'of a derived image with the same recipe',
      1,
      {
        getAsset: async () => ({ ...asset, type: 'derived-image' as const, parent: 'shoe', recipe: 'wid=9' }),
      },
      422,
      'version.refused',
    ],
    ['that keeps being changed', 1, { recordRollback: async () => false }, 409, 'asset.changed-meanwhile'],
    ['0', 0, {}, 400, 'request.invalid'],
    ['that is no number', 'one', {}, 400, 'request.invalid'],
  ])('%s is refused', async (_, version, dependencies, status, code) => {
    const response = await ask('user', rollBack(version), { publishWithMembers, ...dependencies });
    expect(response).toMatchObject({ status, body: { code } });
  });

  it('is refused to whoever has not seen the asset as it is', async () => {
    const response = await ask('user', rollBack(1, { 'if-match': '"1-2026"' }));
    expect(response).toMatchObject({ status: 412, body: { code: 'asset.stale', etag: entityTag(asset) } });
  });

  it('of a derived image brings back its recipe, over its parent as it is', async () => {
    const derived: Asset = { ...asset, type: 'derived-image', parent: 'shoe', recipe: 'wid=9' };
    const recorded: Asset[] = [];
    await ask('user', rollBack(1), {
      getAsset: async () => derived,
      getVersion: async () => ({ ...versionOfAsset(1), type: 'derived-image', recipe: 'wid=5' }),
      recordRollback: async (_, after) => {
        recorded.push(after);
        return true;
      },
      publishWithMembers,
    });
    expect(recorded).toMatchObject([{ version: 3, recipe: 'wid=5', masterVersionId: 'm2' }]);
  });

  it('of a set brings back its members, as a save does', async () => {
    const set: Asset = { ...asset, type: 'image-set', memberCount: 1 };
    const record = { type: 'image-set', members: [] } as unknown as SetRecord;
    const edits: SetEdit[] = [];
    const response = await ask('user', rollBack(1), {
      getAsset: async () => set,
      getVersion: async () => ({ ...versionOfAsset(1), type: 'image-set' }),
      readSetRecord: async () => record,
      editSet: async (edit) => {
        edits.push(edit);
        return { asset: { ...set, version: 3 }, record, members: new Map(), warnings: ['x'] };
      },
    });
    expect(response).toMatchObject({ status: 200, body: { version: 3, warnings: ['x'] } });
    expect(edits).toMatchObject([{ id: 'red shoe', publish: true, rollbackOf: 1 }]);
    expect(edits[0]?.change({ type: 'image-set', members: [] } as unknown as SetRecord)).toBe(record);
  });
});
