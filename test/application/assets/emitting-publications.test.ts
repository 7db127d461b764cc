import { describe, expect, it } from 'vitest';
import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import {
  emittingPublications,
  emittingPublicationsAgain,
} from '../../../application/assets/emitting-publications.ts';
import { anAsset } from '../../support/builders.ts';

const settings = { servers: ['image-serving', 'server-directory'] } as const;
const on = (at: string) => ({ version: 2, at, by: 'ann', key: 'k', jobId: 'J1' });

function told(isRecorded = true) {
  const events: unknown[] = [];
  const records = {
    recordPublication: async () => isRecorded,
    confirmHistory: async () => {},
  } as unknown as AssetStore;
  const bus = {
    emitPublished: (
      asset: { id: string },
      servers: readonly string[],
      { by, jobId }: { by: string; jobId?: string },
    ) => {
      events.push([asset.id, ...servers, by, jobId]);
    },
  };
  return { events, once: emittingPublications(records, bus), again: emittingPublicationsAgain(records, bus) };
}

const before = anAsset({ id: 'a', publications: { 'image-serving': on('then') } });
const after = {
  ...before,
  publications: { 'image-serving': on('then'), 'server-directory': on('now') },
};

describe('records that announce', () => {
  it('tell of what has become live, and not of what was', async () => {
    const { events, once } = told();
    expect(await once.recordPublication(before, after, settings)).toBe(true);
    expect(events).toEqual([['a', 'server-directory', 'ann', 'J1']]);
  });

  it('tell of a version that replaced another', async () => {
    const { events, once } = told();
    await once.recordPublication(
      before,
      { ...before, publications: { 'image-serving': on('now') } },
      settings,
    );
    expect(events).toEqual([['a', 'image-serving', 'ann', 'J1']]);
  });

  it('tell nothing where the record was not written', async () => {
    const { events, once } = told(false);
    expect(await once.recordPublication(before, after, settings)).toBe(false);
    expect(events).toEqual([]);
  });

  it('tell once more what is confirmed, for a worker that is run again', async () => {
    const { events, again } = told();
    await again.confirmHistory(after, ['server-directory']);
    expect(events).toEqual([['a', 'server-directory', 'ann', 'J1']]);
  });
});
