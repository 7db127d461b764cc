import { describe, expect, it } from 'vitest';
import type { CleanUpState } from '../../../adapters/dynamodb/library/clean-up-store.ts';
import type { PurgeItem } from '../../../adapters/dynamodb/library/trash-store.ts';
import type { ListedObject } from '../../../adapters/s3/library-objects.ts';
import type { Asset, Trashed } from '../../../domain/assets/asset.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { purgeTime } from '../../../domain/library/trash.ts';
import {
  type CleanUpDependencies,
  cleanUpLibrary,
} from '../../../functions/clean-up-library/clean-up-library.ts';
import { anAsset } from '../../support/builders.ts';

const now = '2026-11-24T03:20:00.000Z';
const old = '2026-11-01T00:00:00.000Z';

function world() {
  let state: CleanUpState = {};
  let time = 0;
  const assets = new Map<string, Asset>();
  const gone = new Map<string, string>();
  const origins = new Map<Server, Map<string, string>>();
  const dates: string[] = [];
  const errors: unknown[] = [];
  const pageSize = 2;
  const objects = (server: Server) => {
    const here = origins.get(server) ?? new Map<string, string>();
    origins.set(server, here);
    return here;
  };
  const dependencies: CleanUpDependencies = {
    readState: async () => state,
    async writeState(next) {
      state = next;
    },
    getAsset: async (_, id) => assets.get(id),
    getAssets: async (_, ids) =>
      new Map(
        ids.flatMap((id) => {
          const asset = assets.get(id);
          return asset ? [[id, asset] as const] : [];
        }),
      ),
    async *listPurgeItems(date, shard) {
      if (shard === 0) dates.push(date);
      const due: PurgeItem[] = [...assets.values()]
        .filter(({ trashed }) => trashed && purgeTime(trashed).startsWith(date))
        .map(({ company, id }) => ({ company, id }));
      const folders: PurgeItem[] = [...gone].flatMap(([folder, at]) =>
        at.startsWith(date) ? [{ company: 'luma', folder }] : [],
      );
      if (shard === 1) yield [...due, ...folders];
    },
    getFolder: async (_, folder) => {
      const at = gone.get(folder);
      return { folder, ...(at === undefined ? {} : { deleted: at }) };
    },
    settleDeletedFolder: async (_, folder) => gone.delete(folder),
    getSettings: async () => defaultSettings,
    async listOrigin(server, after = '') {
      const keys = [...objects(server).keys()].sort().filter((key) => key > after);
      const page: ListedObject[] = keys
        .slice(0, pageSize)
        .map((key) => ({ key, modified: objects(server).get(key) ?? old }));
      const last = page.at(-1);
      return keys.length > pageSize && last ? { objects: page, next: last.key } : { objects: page };
    },
    async copyToOrigin(_, { server, key }) {
      objects(server).set(key, now);
    },
    async deleteFromOrigin({ server, key }) {
      objects(server).delete(key);
    },
    async purge(asset) {
      if (asset.id === 'stubborn') throw new Error('S3 is away');
      assets.delete(asset.id);
      return [asset.id];
    },
    shards: 2,
    now: () => now,
    clock: () => time,
    timeLeft: () => 900_000,
    log: { info: () => {}, error: (_, facts) => errors.push(facts) },
  };
  return {
    assets,
    gone,
    dates,
    errors,
    dependencies,
    objects,
    state: () => state,
    setState: (next: CleanUpState) => {
      state = next;
    },
    setTime: (next: number) => {
      time = next;
    },
    put(id: string, trashed?: Trashed) {
      assets.set(id, anAsset({ id, ...(trashed ? { trashed } : {}) }));
    },
    publish(id: string, server: Server, key: string) {
      assets.set(
        id,
        anAsset({
          id,
          intent: 'live',
          publications: { [server]: { version: 1, at: old, by: 'ann', key } },
        }),
      );
    },
  };
}

describe('items that are due', () => {
  it('are deleted, and nothing else', async () => {
    const library = world();
    library.put('week', { at: '2026-11-17T03:20:00.000Z', by: 'ann' });
    library.put('long', { at: '2026-11-01T00:00:00.000Z', by: 'ann' });
    library.put('later today', { at: '2026-11-17T03:20:00.001Z', by: 'ann' });
    library.put('half', { at: '2026-11-20T00:00:00.000Z', by: 'ann' });
    library.put('led on', { at: '2026-10-25T00:00:00.000Z', by: 'ann', renamedTo: 'x', redirect: true });
    library.put('leads on', { at: '2026-10-26T00:00:00.000Z', by: 'ann', renamedTo: 'x', redirect: true });
    library.put('broke off', { at: '2026-11-24T00:00:00.000Z', by: 'ann', renamedTo: 'x' });
    library.put('here');
    library.gone.set('/old/', '2026-11-23T10:00:00.000Z');
    library.gone.set('/new/', '2026-11-25T10:00:00.000Z');
    const report = await cleanUpLibrary(library.dependencies);
    expect([...library.assets.keys()].sort()).toEqual(['half', 'here', 'later today', 'leads on']);
    expect([...library.gone.keys()]).toEqual(['/new/']);
    expect(report).toEqual({ purged: 5, orphans: 0, walked: 0, failed: 0 });
  });

  it('are searched 30 days back in the first run, later from the day before', async () => {
    const library = world();
    await cleanUpLibrary(library.dependencies);
    expect(library.dates[0]).toBe('2026-10-25');
    expect(library.dates).toHaveLength(31);
    expect(library.state().purgeFrom).toBe('2026-11-24');
    library.dates.length = 0;
    await cleanUpLibrary(library.dependencies);
    expect(library.dates).toEqual(['2026-11-24']);
  });

  it('are logged and retried if they fail, and do not stop the others', async () => {
    const library = world();
    library.put('stubborn', { at: '2026-11-10T00:00:00.000Z', by: 'ann' });
    library.put('next', { at: '2026-11-12T00:00:00.000Z', by: 'ann' });
    await expect(cleanUpLibrary(library.dependencies)).rejects.toThrow('1 items could not be deleted');
    expect(library.errors).toMatchObject([{ item: { id: 'stubborn' } }]);
    expect([...library.assets.keys()]).toEqual(['stubborn']);
    expect(library.state()).toMatchObject({ purgeFrom: '2026-11-17', walk: expect.anything() });
  });

  it('are left for the next run when the time is up', async () => {
    const library = world();
    library.put('one', { at: '2026-11-10T00:00:00.000Z', by: 'ann' });
    library.setTime(0);
    let looks = 0;
    const report = await cleanUpLibrary({
      ...library.dependencies,
      clock: () => {
        looks += 1;
        return looks === 1 ? 0 : 900_000;
      },
    });
    expect(report).toMatchObject({ purged: 0, walked: 0 });
    expect(library.state().purgeFrom).toBe('2026-10-25');
    await cleanUpLibrary(library.dependencies);
    expect(library.assets.size).toBe(0);
  });
});

describe('objects at the origins', () => {
  it('are deleted if no publication names them and they are a day old', async () => {
    const library = world();
    library.publish('live', 'image-serving', 'luma/image/live');
    library.publish('video', 'video', 'luma/video');
    library.publish('plain', 'server-directory', 'luma/a/plain.png');
    library.put('held');
    for (const [server, key, modified] of [
      ['image-serving', 'luma/image/live', old],
      ['image-serving', 'luma/content/live', old],
      ['image-serving', 'luma/image/held', old],
      ['image-serving', 'luma/image/nobody', old],
      ['image-serving', 'luma/image/young', now],
      ['image-serving', 'robots.txt', old],
      ['video', 'luma/video', old],
      ['video', 'luma/gone', old],
      ['server-directory', 'luma/a/plain.png', old],
      ['server-directory', 'luma/b/plain.png', old],
    ] as const) {
      library.objects(server).set(key, modified);
    }
    const report = await cleanUpLibrary(library.dependencies);
    expect(report).toEqual({ purged: 0, orphans: 5, walked: 10, failed: 0 });
    expect([...library.objects('image-serving').keys()].sort()).toEqual([
      'luma/image/live',
      'luma/image/young',
      'robots.txt',
    ]);
    expect([...library.objects('video').keys()]).toEqual(['luma/video']);
    expect([...library.objects('server-directory').keys()]).toEqual(['luma/a/plain.png']);
  });

  it('are restored if a call was publishing them at that moment', async () => {
    const library = world();
    library.put('slow');
    library.objects('image-serving').set('luma/image/slow', old);
    const { deleteFromOrigin } = library.dependencies;
    const report = await cleanUpLibrary({
      ...library.dependencies,
      async deleteFromOrigin(object) {
        await deleteFromOrigin(object);
        library.publish('slow', 'image-serving', 'luma/image/slow');
      },
    });
    expect(report.orphans).toBe(0);
    expect([...library.objects('image-serving').keys()]).toEqual(['luma/image/slow']);
  });

  it('are checked from the end of the last run, 100 pages a run, at most one round', async () => {
    const library = world();
    const key = (number: number) => `luma/image/${String(number).padStart(4, '0')}`;
    for (let number = 0; number < 500; number += 1) library.objects('image-serving').set(key(number), now);
    expect(await cleanUpLibrary(library.dependencies)).toMatchObject({ walked: 200 });
    expect(library.state().walk).toEqual({ server: 'image-serving', after: key(199) });
    expect(await cleanUpLibrary(library.dependencies)).toMatchObject({ walked: 200 });
    expect(await cleanUpLibrary(library.dependencies)).toMatchObject({ walked: 100 });
    expect(library.state().walk).toEqual({ server: 'image-serving' });
    library.setState({});
    library.objects('image-serving').clear();
    expect(await cleanUpLibrary(library.dependencies)).toMatchObject({ walked: 0 });
    expect(library.state().walk).toEqual({ server: 'image-serving' });
  });
});
