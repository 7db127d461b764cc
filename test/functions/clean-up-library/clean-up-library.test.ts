import { describe, expect, it } from 'vitest';
import type { CompanyProgress } from '../../../adapters/dynamodb/companies/progress-store.ts';
import type { CleanUpState } from '../../../adapters/dynamodb/library/clean-up-store.ts';
import type { PurgeItem } from '../../../adapters/dynamodb/library/trash-store.ts';
import type { ListedObject } from '../../../adapters/s3/library-objects.ts';
import type { Asset, Trashed } from '../../../domain/assets/asset.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { purgeTime } from '../../../domain/library/trash.ts';
import type { CleanUpWork } from '../../../functions/clean-up-library/clean-up-library.contract.ts';
import {
  type CleanUpDependencies,
  cleanUpLibrary,
} from '../../../functions/clean-up-library/clean-up-library.ts';
import { findDueCompanies } from '../../../functions/clean-up-library/find-due-companies.ts';
import {
  type PurgeCompanyDependencies,
  purgeCompany,
} from '../../../functions/clean-up-library/purge-company.ts';
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
  const queue: CleanUpWork[] = [];
  const progress = new Map<string, CompanyProgress>();
  const pageSize = 2;
  const objects = (server: Server) => {
    const here = origins.get(server) ?? new Map<string, string>();
    origins.set(server, here);
    return here;
  };
  const dueOn = (date: string, shard: number): PurgeItem[] => {
    if (shard !== 1) return [];
    const due: PurgeItem[] = [...assets.values()]
      .filter(({ trashed }) => trashed && purgeTime(trashed).startsWith(date))
      .map(({ company, id }) => ({ company, id }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const folders = [...gone].flatMap(([folder, at]) =>
      at.startsWith(date) ? [{ company: 'luma', folder }] : [],
    );
    return [...due, ...folders];
  };
  const dependencies: CleanUpDependencies & PurgeCompanyDependencies = {
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
    async *listPurgeCompanies({ date, shard, after = '' }) {
      if (shard === 0) dates.push(date);
      const found = [...new Set(dueOn(date, shard).map(({ company }) => company))].sort();
      for (const [index, company] of found.entries()) {
        if (company <= after) continue;
        const next = index + 1 < found.length ? { next: { date, shard, after: company } } : {};
        yield { companies: [company], ...next };
      }
    },
    async *listPurgeItems(company, { date, shard, after = '' }) {
      const items = dueOn(date, shard).filter((item) => item.company === company);
      yield items.filter((item) => 'folder' in item || item.id > after);
    },
    readProgress: async (company) => progress.get(company),
    writeProgress: async (company, now) => void progress.set(company, now),
    deleteProgress: async (company) => void progress.delete(company),
    request: async (work) => void queue.push(work),
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
    put(id: string, trashed?: Trashed, company = 'luma') {
      assets.set(id, anAsset({ company, id, ...(trashed ? { trashed } : {}) }));
    },
    queue,
    progress,
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

/** A day's work, all messages of which are delivered. */
async function cleanUp(library: ReturnType<typeof world>, changes: Partial<CleanUpDependencies> = {}) {
  const dependencies = { ...library.dependencies, ...changes };
  const report = await cleanUpLibrary(dependencies);
  const sum = { ...report, purged: 0 };
  for (let work = library.queue.shift(); work; work = library.queue.shift()) {
    if ('all' in work) {
      await findDueCompanies(work, dependencies, () => true);
      continue;
    }
    const { purged, failed } = await purgeCompany(work, dependencies);
    sum.purged += purged;
    sum.failed += failed;
  }
  return sum;
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
    const report = await cleanUp(library);
    expect([...library.assets.keys()].sort()).toEqual(['half', 'here', 'later today', 'leads on']);
    expect([...library.gone.keys()]).toEqual(['/new/']);
    expect(report).toEqual({ companies: 1, purged: 5, orphans: 0, walked: 0, failed: 0 });
  });

  it('are searched 30 days back in the first run, later from the day before', async () => {
    const library = world();
    await cleanUp(library);
    expect(library.dates[0]).toBe('2026-10-25');
    expect(new Set(library.dates).size).toBe(31);
    expect(library.state().purgeFrom).toBe('2026-11-24');
    library.dates.length = 0;
    await cleanUp(library);
    expect(new Set(library.dates)).toEqual(new Set(['2026-11-24']));
  });

  it('are logged and retried if they fail, and do not stop the others', async () => {
    const library = world();
    library.put('stubborn', { at: '2026-11-10T00:00:00.000Z', by: 'ann' });
    library.put('next', { at: '2026-11-12T00:00:00.000Z', by: 'ann' });
    expect(await cleanUp(library)).toMatchObject({ purged: 1, failed: 1 });
    expect(library.errors).toMatchObject([{ item: { id: 'stubborn' } }]);
    expect([...library.assets.keys()]).toEqual(['stubborn']);
    expect(await cleanUp(library)).toMatchObject({ purged: 0, failed: 1 });
    expect(library.state()).toMatchObject({ purgeFrom: '2026-11-17', walk: expect.anything() });
  });

  /** A call of purgeCompany that has time for a number of chunks of 16 items. */
  const slice = (library: ReturnType<typeof world>, work: CleanUpWork, chunks: number) => {
    if ('all' in work) throw new Error('It is about no company');
    let looks = 0;
    return purgeCompany(work, {
      ...library.dependencies,
      clock: () => {
        looks += 1;
        return looks <= chunks + 1 ? 0 : 900_000;
      },
    });
  };
  const trashed: Trashed = { at: '2026-11-10T00:00:00.000Z', by: 'ann' };
  const at = { date: '2026-11-17', shard: 0 };

  it('go on where a call stopped, at the end of the queue', async () => {
    const library = world();
    for (let number = 100; number < 200; number += 1) library.put(`a${number}`, trashed);
    const work: CleanUpWork = { company: 'luma', run: now, from: at };
    expect(await slice(library, work, 2)).toEqual({ purged: 32, failed: 0 });
    expect(library.queue).toEqual([
      { company: 'luma', run: now, from: { date: '2026-11-17', shard: 1, after: 'a131' } },
    ]);
    const [rest] = library.queue.splice(0);
    expect(rest && (await slice(library, rest, 9))).toEqual({ purged: 68, failed: 0 });
    expect([library.assets.size, library.queue.length, library.progress.size]).toEqual([0, 0, 0]);
  });

  it('that fail are left behind, so that a company goes on behind them', async () => {
    const library = world();
    library.put('stubborn', trashed);
    for (let number = 100; number < 140; number += 1) library.put(`z${number}`, trashed);
    let [work]: CleanUpWork[] = [{ company: 'luma', run: now, from: at }];
    for (let calls = 0; work && calls < 10; calls += 1) {
      await slice(library, work, 1);
      [work] = library.queue.splice(0);
    }
    expect([...library.assets.keys()]).toEqual(['stubborn']);
  });

  it('of other companies do not wait for a company that trashed a million assets', async () => {
    const library = world();
    for (let number = 1_000; number < 3_000; number += 1) library.put(`a${number}`, trashed, 'acme');
    library.put('shoe', trashed, 'luma');
    await cleanUpLibrary(library.dependencies);
    expect(library.queue.map((work) => 'company' in work && work.company)).toEqual(['acme', 'luma']);
    const [acme, luma] = library.queue.splice(0);
    if (!acme || !luma) throw new Error('Messages are missing');
    await slice(library, acme, 1);
    await slice(library, luma, 9);
    expect(library.assets.has('shoe')).toBe(false);
    expect(library.assets.size).toBe(2_000 - 16);
  });

  it('are left to the work of a later day where that has begun', async () => {
    const library = world();
    library.put('shoe', trashed);
    library.progress.set('luma', { run: '2026-11-25T03:20:00.000Z' });
    expect(await slice(library, { company: 'luma', run: now, from: at }, 9)).toEqual({
      purged: 0,
      failed: 0,
    });
    expect([...library.progress.keys()]).toEqual(['luma']);
  });

  it('are found in further calls where there are many companies', async () => {
    const library = world();
    const companies = ['a', 'b', 'c', 'd', 'e'];
    for (const company of companies) library.put(`shoe of ${company}`, trashed, company);
    let messages = [{ all: 'companies', run: now, from: at } as CleanUpWork];
    const found: string[] = [];
    for (let calls = 0; messages.length > 0 && calls < 20; calls += 1) {
      for (const work of messages) {
        if ('company' in work) found.push(work.company);
        else await findDueCompanies(work, library.dependencies, () => false);
      }
      messages = library.queue.splice(0);
    }
    expect(found).toEqual(companies);
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
    const report = await cleanUp(library);
    expect(report).toEqual({ companies: 0, purged: 0, orphans: 5, walked: 10, failed: 0 });
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
    const report = await cleanUp(library, {
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
    expect(await cleanUp(library)).toMatchObject({ walked: 200 });
    expect(library.state().walk).toEqual({ server: 'image-serving', after: key(199) });
    expect(await cleanUp(library)).toMatchObject({ walked: 200 });
    expect(await cleanUp(library)).toMatchObject({ walked: 100 });
    expect(library.state().walk).toEqual({ server: 'image-serving' });
    library.setState({});
    library.objects('image-serving').clear();
    expect(await cleanUp(library)).toMatchObject({ walked: 0 });
    expect(library.state().walk).toEqual({ server: 'image-serving' });
  });
});
