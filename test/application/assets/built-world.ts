/**
 * A library in memory with everything that saving sets and deriving images touches. Every call can be made to fail
 * before its work is done or after it, and somebody else can come in between.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DeriveDependencies } from '../../../application/assets/derive-image.ts';
import type { SaveSetDependencies } from '../../../application/sets/save-set.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { afterPublishing, serversFor } from '../../../domain/assets/publish-state.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import {
  occurrencesInSet,
  printSetRecord,
  type SetRecord,
  setMimeType,
} from '../../../domain/sets/set-record.ts';

export const company = 'luma';
export const at = '2026-11-24T08:30:00.000Z';
export const saving = { by: 'ann', at, settings: defaultSettings };

export function imageAsset(id: string, change: Partial<Asset> = {}): Asset {
  return {
    company,
    id,
    type: 'image',
    mimeType: 'image/png',
    bytes: 100,
    width: 64,
    height: 48,
    folder: '/',
    fileName: `${id}.png`,
    version: 1,
    masterKey: `${company}/${id}`,
    masterVersionId: `${id}-1`,
    intent: 'pending',
    publications: {},
    uploadedAt: at,
    created: at,
    createdBy: 'ann',
    modified: at,
    modifiedBy: 'ann',
    ...change,
  };
}

export class Crash extends Error {}

export interface BuiltWorld {
  readonly assets: Map<string, Asset>;
  /** By key and version. */
  readonly records: Map<string, SetRecord>;
  /** `<member> in <set>`: places. */
  readonly memberships: Map<string, number>;
  readonly links: Set<string>;
  readonly calls: string[];
  /** Before and after each call. */
  interfere: (call: string, when: 'before' | 'after') => void;
  readonly dependencies: SaveSetDependencies & DeriveDependencies;
  /** Whether every set's memberships are what its record says, and no set but these has any. */
  readonly wrongMemberships: () => string[];
}

export function builtWorld(assets: readonly Asset[]): BuiltWorld {
  let versions = 0;
  const world: BuiltWorld = {
    assets: new Map(assets.map((asset) => [asset.id, asset])),
    records: new Map(),
    memberships: new Map(),
    links: new Set(),
    calls: [],
    interfere: () => {},
    dependencies: {
      getAsset: call('getAsset', (_company: string, id: string) => world.assets.get(id)),
      getAssets: call('getAssets', (_company: string, ids: readonly string[]) => {
        const found = ids.flatMap((id) => world.assets.get(id) ?? []);
        return new Map(found.map((asset) => [asset.id, asset]));
      }),
      readSetRecord: call('readSetRecord', ({ masterKey, masterVersionId }) => {
        const record = world.records.get(`${masterKey}@${masterVersionId}`);
        if (!record) throw new Error(`There is no ${masterKey}@${masterVersionId}`);
        return record;
      }),
      putSetRecord: call('putSetRecord', (masterKey: string, record: SetRecord) => {
        versions += 1;
        world.records.set(`${masterKey}@${versions}`, record);
        const bytes = printSetRecord(record).length;
        return { masterKey, masterVersionId: String(versions), mimeType: setMimeType, bytes };
      }),
      putMemberships: call('putMemberships', (_company: string, set: string, places) => {
        for (const [member, count] of places) world.memberships.set(`${member} in ${set}`, count);
      }),
      deleteMemberships: call('deleteMemberships', (_company: string, set: string, members) => {
        for (const member of members) world.memberships.delete(`${member} in ${set}`);
      }),
      membershipsOf: call('membershipsOf', (_company: string, member: string) =>
        [...world.memberships].flatMap(([key, places]) => {
          const [id, set = ''] = key.split(' in ');
          return id === member ? [{ set, places }] : [];
        }),
      ),
      createAsset: call('createAsset', (asset: Asset) => {
        if (world.assets.has(asset.id)) return false;
        world.assets.set(asset.id, asset);
        return true;
      }),
      replaceAsset: call('replaceAsset', (before: Asset, after: Asset) => {
        if (!isDeepStrictEqual(world.assets.get(after.id), before)) return false;
        world.assets.set(after.id, after);
        return true;
      }),
      linkDerived: call('linkDerived', (_company: string, parent: string, id: string) => {
        const asset = world.assets.get(parent);
        if (!asset || asset.trashed) return false;
        if (!world.links.has(`${parent} ${id}`)) count(parent, 1);
        world.links.add(`${parent} ${id}`);
        return true;
      }),
      unlinkDerived: call('unlinkDerived', (_company: string, parent: string, id: string) => {
        if (world.links.delete(`${parent} ${id}`)) count(parent, -1);
      }),
      derivedOf: call('derivedOf', (_company: string, parent: string) =>
        [...world.links].flatMap((link) => (link.startsWith(`${parent} `) ? [link.split(' ')[1] ?? ''] : [])),
      ),
      publishWithMembers: call('publishWithMembers', (asset: Asset) => {
        const record = world.records.get(`${asset.masterKey}@${asset.masterVersionId}`);
        for (const id of record ? occurrencesInSet(record).keys() : []) putLive(id);
        return { asset: putLive(asset.id), problems: [] };
      }),
      publishAlone: call('publishAlone', (asset: Asset) => ({ asset: putLive(asset.id), problems: [] })),
    },
    wrongMemberships: () => {
      const right = new Map<string, number>();
      for (const { id, masterKey, masterVersionId } of world.assets.values()) {
        const record = world.records.get(`${masterKey}@${masterVersionId}`);
        if (record)
          for (const [member, places] of occurrencesInSet(record)) right.set(`${member} in ${id}`, places);
      }
      const keys = new Set([...right.keys(), ...world.memberships.keys()]);
      return [...keys].filter((key) => right.get(key) !== world.memberships.get(key));
    },
  };
  return world;

  function call<Arguments extends readonly unknown[], Result>(
    name: string,
    work: (...values: Arguments) => Result,
  ): (...values: Arguments) => Promise<Result> {
    return async (...values) => {
      world.calls.push(name);
      world.interfere(name, 'before');
      const result = work(...values);
      world.interfere(name, 'after');
      return result;
    };
  }

  function putLive(id: string): Asset {
    const asset = world.assets.get(id);
    if (!asset) throw new Error(`There is no ${id}`);
    const live = afterPublishing(asset, serversFor(asset.type, defaultSettings), { at, by: 'ann' });
    world.assets.set(id, live);
    return live;
  }

  function count(id: string, change: number): void {
    const asset = world.assets.get(id);
    if (asset) world.assets.set(id, { ...asset, derivedCount: (asset.derivedCount ?? 0) + change });
  }
}

/** Makes the n-th call that is made from now on fail, before its work is done or after it. */
export function crashAt(world: BuiltWorld, nth: number, when: 'before' | 'after'): void {
  let made = 0;
  world.interfere = (_, now) => {
    if (now !== when) return;
    made += 1;
    if (made === nth) throw new Crash(`at call ${nth}`);
  };
}
