/** A library in memory: records, relations, origins and masters, with calls that can die before or after their work. */

import { isDeepStrictEqual } from 'node:util';
import { publishAsset } from '../../../application/assets/publish-asset.ts';
import type { MoveDependencies } from '../../../application/library/move-asset.ts';
import type { PurgeDependencies } from '../../../application/library/purge-asset.ts';
import type { RestoreDependencies } from '../../../application/library/restore-asset.ts';
import type { TrashDependencies } from '../../../application/library/trash-asset.ts';
import { type Asset, isSetType } from '../../../domain/assets/asset.ts';
import { serversFor } from '../../../domain/assets/publish-state.ts';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import { servers as allServers } from '../../../domain/delivery/server.ts';
import { foldKeyword } from '../../../domain/library/keyword.ts';
import { occurrencesInSet, type SetMember, type SetRecord } from '../../../domain/sets/set-record.ts';
import { anAsset } from '../../support/builders.ts';

export type LibraryDependencies = PurgeDependencies &
  RestoreDependencies &
  TrashDependencies &
  MoveDependencies;

export const at = '2026-11-24T08:30:00.000Z';
export const settings: CompanySettings = { ...defaultSettings, servers: allServers };

/** The function dies at a call: before it does anything, or when it is done. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

export function libraryWorld() {
  const assets = new Map<string, Asset>();
  const origins = new Map<string, string>();
  /** `<key>@<version>` → the set's record, or nothing that matters. */
  const masters = new Map<string, SetRecord | 'bytes'>();
  /** History and versions: id → lines. */
  const own = new Map<string, Set<string>>();
  const derived = new Map<string, Set<string>>();
  const memberships = new Map<string, Map<string, number>>();
  const keywords = new Map<string, Set<string>>();
  const folders = new Set<string>(['/']);
  const flushed: string[] = [];
  const calls: string[] = [];
  let death: Death | undefined;
  let written = 0;

  const at_ = <Value>(map: Map<string, Value>, key: string, empty: () => Value): Value => {
    const value = map.get(key) ?? empty();
    map.set(key, value);
    return value;
  };
  const ownOf = (id: string) => at_(own, id, () => new Set<string>());
  const isSame = (before: Asset) => isDeepStrictEqual(assets.get(before.id), before);
  const object = (server: string, key: string) => `${server}:${key}`;
  const put = (asset: Asset) => assets.set(asset.id, asset);

  const plain: LibraryDependencies = {
    getAsset: async (_, id) => assets.get(id),
    getAssets: async (_, ids) =>
      new Map(ids.flatMap((id) => (assets.has(id) ? [[id, get(id)] as const] : []))),
    async replaceRecord(before, after) {
      if (!isSame(before)) return isDeepStrictEqual(assets.get(after.id), after);
      put(after);
      return true;
    },
    async renameAsset(before, { renamed, former, inPlaceOf }) {
      const holder = assets.get(renamed.id);
      if (!isSame(before) || !isDeepStrictEqual(holder, inPlaceOf)) {
        return isDeepStrictEqual(assets.get(former.id), former);
      }
      put(renamed);
      put(former);
      return true;
    },
    async replaceAsset(before, after) {
      if (!isSame(before)) return isDeepStrictEqual(assets.get(after.id), after);
      put(after);
      ownOf(after.id).add(`version ${after.version} ${after.masterKey}@${after.masterVersionId}`);
      return true;
    },
    derivedOf: async (_, parent) => [...(derived.get(parent) ?? [])].sort(),
    async unlinkDerived(_, parent, id) {
      if (!derived.get(parent)?.delete(id)) return;
      const found = assets.get(parent);
      if (found) put({ ...found, derivedCount: (found.derivedCount ?? 0) - 1 });
    },
    async moveDerived(_, from, to) {
      at_(derived, to.parent, () => new Set()).add(to.id);
      if (!isDeepStrictEqual(from, to)) derived.get(from.parent)?.delete(from.id);
    },
    membershipsOf: async (_, member) =>
      [...(memberships.get(member) ?? [])].map(([set, places]) => ({ set, places })),
    async putMemberships(_, set, places) {
      for (const [member, count] of places) at_(memberships, member, () => new Map()).set(set, count);
    },
    async deleteMemberships(_, set, members) {
      for (const member of members) memberships.get(member)?.delete(set);
    },
    async putWithdrawn({ id }, ended, { at: time }) {
      for (const [server, { version }] of Object.entries(ended)) {
        ownOf(id).add(`${time} withdrawn ${version} ${server}`);
      }
    },
    async moveOwnItems(_, from, to) {
      for (const line of ownOf(from)) ownOf(to).add(line);
      own.delete(from);
    },
    async deleteOwnItems(_, id) {
      own.delete(id);
    },
    async masterVersions(_, id) {
      return [...ownOf(id)].flatMap((line) => {
        const [, masterKey, masterVersionId] = /^version \d+ (.*)@(.*)$/.exec(line) ?? [];
        return masterKey === undefined || masterVersionId === undefined
          ? []
          : [{ masterKey, masterVersionId }];
      });
    },
    async deleteAsset(_, id) {
      if (assets.get(id) && !assets.get(id)?.trashed) return false;
      assets.delete(id);
      return true;
    },
    async moveKeywords(_, words, from, to) {
      for (const word of words.map(foldKeyword)) {
        keywords.get(word)?.delete(from);
        if (to !== undefined) at_(keywords, word, () => new Set()).add(to);
      }
    },
    async readSetRecord({ masterKey, masterVersionId }) {
      const record = masters.get(`${masterKey}@${masterVersionId}`);
      if (record === undefined || record === 'bytes') {
        throw Object.assign(new Error('The version does not exist'), { name: 'NoSuchVersion' });
      }
      return record;
    },
    async putSetRecord(masterKey, record) {
      written += 1;
      const masterVersionId = `written ${written}`;
      masters.set(`${masterKey}@${masterVersionId}`, record);
      return { masterKey, masterVersionId, mimeType: 'set', bytes: 1 };
    },
    async deleteMaster({ masterKey, masterVersionId }) {
      masters.delete(`${masterKey}@${masterVersionId}`);
    },
    async putRedirect(_, __, to, { server, key }) {
      origins.set(object(server, key), `→ ${to}`);
    },
    async deleteFromOrigin({ server, key }) {
      origins.delete(object(server, key));
    },
    async copyWithinOrigin(server, from, to) {
      const content = origins.get(object(server, from));
      if (content !== undefined) origins.set(object(server, to), content);
    },
    async ensureFolder(_, folder) {
      folders.add(folder);
    },
    async publishAlone(asset, { by, settings: chosen }) {
      const publishing = { by, at, settings: chosen };
      const result = await publishAsset(asset, serversFor(asset.type, chosen), publishing, {
        getAsset: async (_, id) => assets.get(id),
        async recordPublication(before, after) {
          if (!isSame(before)) return false;
          put(after);
          for (const [server, { version }] of Object.entries(after.publications)) {
            ownOf(after.id).add(`${at} published ${version} ${server}`);
          }
          return true;
        },
        recordWithdrawal: async () => false,
        confirmHistory: async () => {},
        async copyToOrigin({ id, version, masterKey }, { server, key }) {
          origins.set(object(server, key), `${id} ${version} of ${masterKey}`);
        },
        async deleteFromOrigin({ server, key }) {
          origins.delete(object(server, key));
        },
        invalidateAssets: async () => {},
        emitPublished: () => {},
      });
      return { asset: result.asset ?? asset, problems: [] };
    },
    async invalidateAssets(_, ids) {
      flushed.push(...ids);
    },
    clock: () => 0,
    warn: () => {},
  };

  const dependencies = Object.fromEntries(
    Object.entries(plain).map(([name, work]) => {
      if (name === 'clock' || name === 'warn') return [name, work];
      const mortal = async (...given: unknown[]) => {
        calls.push(name);
        const dies = death?.call === calls.length ? death.when : undefined;
        if (dies === 'before') throw new Error(`died before ${name}`);
        const response: unknown = await (work as (...all: unknown[]) => Promise<unknown>)(...given);
        if (dies === 'after') throw new Error(`died after ${name}`);
        return response;
      };
      return [name, mortal];
    }),
  ) as unknown as LibraryDependencies;

  function get(id: string): Asset {
    const asset = assets.get(id);
    if (!asset) throw new Error(`There is no ${id}`);
    return asset;
  }

  return {
    assets,
    origins,
    masters,
    derived,
    memberships,
    keywords,
    folders,
    flushed,
    calls,
    dependencies,
    get,
    /** Everything anybody can see of it, without what differs from run to run. */
    seen: () => ({
      assets: Object.fromEntries(
        [...assets].sort().map(([id, { masterVersionId, lastPublishedAt, ...asset }]) => [id, asset]),
      ),
      origins: Object.fromEntries([...origins].sort()),
      own: Object.fromEntries(
        [...own]
          .sort()
          .map(([id, lines]) => [id, [...lines].map((line) => line.replace(/@.*/, '')).sort()] as const)
          .filter(([, lines]) => lines.length > 0),
      ),
      derived: Object.fromEntries(
        [...derived].sort().flatMap(([id, all]) => (all.size > 0 ? [[id, [...all].sort()]] : [])),
      ),
      memberships: Object.fromEntries(
        [...memberships].sort().flatMap(([id, all]) => (all.size > 0 ? [[id, Object.fromEntries(all)]] : [])),
      ),
      keywords: Object.fromEntries(
        [...keywords].sort().flatMap(([word, all]) => (all.size > 0 ? [[word, [...all].sort()]] : [])),
      ),
      folders: [...folders].sort(),
      flushed: [...new Set(flushed)].sort(),
    }),
    dieAt(next: Death | undefined) {
      death = next;
      calls.length = 0;
    },
    /** A file that was uploaded and published. */
    async addFile(id: string, more: Partial<Asset> = {}): Promise<void> {
      const asset = anAsset({
        id,
        fileName: `${id}.png`,
        masterKey: `luma/${id}`,
        masterVersionId: `${id} v1`,
        intent: 'live',
        publications: {},
        ...more,
      });
      put(asset);
      folders.add(asset.folder);
      if (asset.type !== 'derived-image') masters.set(`${asset.masterKey}@${asset.masterVersionId}`, 'bytes');
      ownOf(id).add(`version 1 ${asset.masterKey}@${asset.masterVersionId}`);
      for (const word of asset.keywords ?? []) at_(keywords, foldKeyword(word), () => new Set()).add(id);
      if (asset.intent === 'live') await plain.publishAlone(asset, { by: 'ann', at, settings });
    },
    async addDerived(id: string, parent: string): Promise<void> {
      const { masterKey, masterVersionId } = get(parent);
      at_(derived, parent, () => new Set()).add(id);
      put({ ...get(parent), derivedCount: (get(parent).derivedCount ?? 0) + 1 });
      await this.addFile(id, { type: 'derived-image', parent, masterKey, masterVersionId, fileName: id });
    },
    async addSet(id: string, members: readonly SetMember[]): Promise<void> {
      const record: SetRecord = { type: 'image-set', members };
      await this.addFile(id, { type: 'image-set', fileName: id });
      masters.set(`luma/${id}@${id} v1`, record);
      await plain.putMemberships('luma', id, occurrencesInSet(record));
    },
    membersOf: async (id: string) => (await plain.readSetRecord(get(id))).members,
    /** No object at an origin that no record names, and none named that is not there. */
    strays: () => {
      const named = [...assets.values()].flatMap(({ publications }) =>
        Object.entries(publications).map(([server, { key }]) => object(server, key)),
      );
      return {
        unnamed: [...origins.keys()].filter((key) => !named.includes(key)),
        missing: named.filter((key) => !origins.has(key)),
      };
    },
    isSet: (id: string) => isSetType(get(id).type),
  };
}

export type LibraryWorld = ReturnType<typeof libraryWorld>;

/**
 * Does a thing once undisturbed; then, for every call that it makes, dies there and does it again.
 * @returns the world as it is after the first, which every other must equal
 */
export async function survives(
  make: () => Promise<LibraryWorld>,
  work: (world: LibraryWorld) => Promise<unknown>,
): Promise<{ expected: LibraryWorld; others: { death: Death; world: LibraryWorld }[] }> {
  const expected = await make();
  expected.dieAt(undefined);
  await work(expected);
  const others: { death: Death; world: LibraryWorld }[] = [];
  for (let call = 1; call <= expected.calls.length; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const world = await make();
      world.dieAt({ call, when });
      let died = false;
      await work(world).catch((error: Error) => {
        if (!/^died/.test(error.message)) throw error;
        died = true;
      });
      if (!died) throw new Error(`It did not die at call ${call}`);
      world.dieAt(undefined);
      await work(world);
      others.push({ death: { call, when }, world });
    }
  }
  return { expected, others };
}
