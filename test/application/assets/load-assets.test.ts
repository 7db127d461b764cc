import { describe, expect, it } from 'vitest';
import { loadAssets, loadAssetsToPublish } from '../../../application/assets/load-assets.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { isOutsideTrash } from '../../../domain/library/trash.ts';
import { anAsset } from '../../support/builders.ts';

const trashed = { at: '2026-11-24T09:00:00.000Z', by: 'ann', intent: 'live' } as unknown as Asset['trashed'];
const stored = [
  anAsset({ id: 'hat' }),
  anAsset({ id: 'shoe' }),
  anAsset({ id: 'old', ...(trashed ? { trashed } : {}) }),
];

const dependencies = {
  getAssets: async (_: string, ids: readonly string[]) =>
    new Map(stored.filter(({ id }) => ids.includes(id)).map((asset) => [asset.id, asset])),
};

const idsOf = ({ assets, unknown }: { assets: readonly Asset[]; unknown: readonly string[] }) => ({
  assets: assets.map(({ id }) => id),
  unknown,
});

describe('loadAssets', () => {
  const load = (assetIds: readonly string[], partial: boolean) =>
    loadAssets('luma', { assetIds, partial }, isOutsideTrash, dependencies);

  it('returns the assets in the order of the request', async () => {
    expect(idsOf(await load(['shoe', 'hat'], false))).toEqual({ assets: ['shoe', 'hat'], unknown: [] });
  });

  it('refuses a request with unknown ids, names each with its field, and says that nothing was done', async () => {
    await expect(load(['hat', 'none', 'old'], false)).rejects.toMatchObject({
      code: 'asset.not-found',
      message: 'There is no asset none, and 1 more; nothing was done',
      details: [
        { field: 'assetIds[1]', message: 'There is no asset none' },
        { field: 'assetIds[2]', message: 'old is in the trash; restore it first' },
      ],
    });
  });

  it('returns unknown ids if the request is partial', async () => {
    expect(idsOf(await load(['hat', 'none', 'old'], true))).toEqual({
      assets: ['hat'],
      unknown: ['none', 'old'],
    });
  });
});

describe('loadAssetsToPublish', () => {
  const load = (assetIds: readonly string[], partial: boolean, fieldOf?: (index: number) => string) =>
    loadAssetsToPublish('luma', { assetIds, partial }, dependencies, fieldOf);

  it('returns an asset once, however often the request names it', async () => {
    expect(idsOf(await load(['hat', 'shoe', 'hat'], false))).toEqual({
      assets: ['hat', 'shoe'],
      unknown: [],
    });
  });

  it('refuses a request with unknown ids before it refuses assets in the trash', async () => {
    await expect(load(['old', 'none'], false)).rejects.toMatchObject({
      code: 'asset.not-found',
      message: 'There is no asset none',
      details: [{ field: 'assetIds[1]' }],
    });
  });

  it('refuses assets in the trash, and names their field', async () => {
    await expect(load(['hat', 'old'], false, () => 'id')).rejects.toMatchObject({
      code: 'asset.trashed',
      details: [{ field: 'id', message: expect.stringMatching(/^old: /) }],
    });
  });

  it('returns assets in the trash and unknown ids if the request is partial', async () => {
    expect(idsOf(await load(['old', 'none', 'hat'], true))).toEqual({
      assets: ['old', 'hat'],
      unknown: ['none'],
    });
  });
});
