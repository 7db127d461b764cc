/**
 * What must hold of a company when nothing is under way: state, origins, history, versions, indexes and relations tell
 * the same. Answers what does not, a line each.
 */
import { isDeepStrictEqual } from 'node:util';
import { assetItem, assetOf, type HistoryEvent } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { AssetVersion } from '../../../adapters/dynamodb/assets/version-store.ts';
import { type Asset, isPublished, isSetType, type Publication } from '../../../domain/assets/asset.ts';
import { isCurrentOn, serversFor } from '../../../domain/assets/publish-state.ts';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { occurrencesInSet, parseSetRecord } from '../../../domain/sets/set-record.ts';
import type { Item } from '../../support/dynamodb/values.ts';
import type { Snapshot } from './library.ts';

export interface Records {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly items: ReadonlyMap<string, Item>;
  /** By the id that they lie under. */
  readonly versions: ReadonlyMap<string, readonly AssetVersion[]>;
  readonly history: ReadonlyMap<string, readonly HistoryEvent[]>;
  /** `<member> in <set>`, with the number of places. */
  readonly memberships: ReadonlyMap<string, number>;
  /** `<id> of <parent>` */
  readonly derived: ReadonlySet<string>;
}

export function recordsOf({ items }: Snapshot): Records {
  const assets = new Map<string, Asset>();
  const records = new Map<string, Item>();
  const versions = new Map<string, AssetVersion[]>();
  const history = new Map<string, HistoryEvent[]>();
  const memberships = new Map<string, number>();
  const derived = new Set<string>();
  for (const item of items) {
    const [kind = '', , ...rest] = String(item.pk).split('#');
    const id = rest.join('#');
    const sk = String(item.sk);
    if (kind !== 'ASSET') continue;
    if (sk === 'ASSET') {
      assets.set(id, assetOf(structuredClone(item)));
      records.set(id, item);
    } else if (sk.startsWith('VERSION#')) append(versions, id, item as unknown as AssetVersion);
    else if (sk.startsWith('PUBLISHED#') || sk.startsWith('WITHDRAWN#'))
      append(history, id, item as unknown as HistoryEvent);
    else if (sk.startsWith('MEMBEROF#')) memberships.set(`${id} in ${String(item.set)}`, Number(item.places));
    else if (sk.startsWith('DERIVED#')) derived.add(`${String(item.derived)} of ${id}`);
  }
  return { assets, items: records, versions, history, memberships, derived };
}

export async function checkLibrary(
  snapshot: Snapshot,
  settings: CompanySettings = defaultSettings,
): Promise<string[]> {
  const records = recordsOf(snapshot);
  const problems: string[] = [];
  const claimed = new Set<string>();
  const memberships = new Map<string, number>();
  const derived = new Set<string>();
  const counts = new Map<string, number>();

  for (const [id, asset] of records.assets) {
    const wrong = (message: string) => problems.push(`${id}: ${message}`);
    if (!isDeepStrictEqual(plain(assetItem(asset, settings)), plain(records.items.get(id) ?? {}))) {
      wrong('its item has other index keys than its state');
    }
    if (asset.trashed?.renamedTo !== undefined) {
      checkFormerId(asset, wrong);
      continue;
    }
    if (asset.trashed && isPublished(asset)) wrong('is live and in the trash');
    if (asset.intent === 'held' && isPublished(asset)) wrong('is live and held');
    checkPublications(asset, wrong);
    checkHistory(asset, wrong);
    checkVersions(asset, wrong);
    if (asset.parent !== undefined) {
      derived.add(`${id} of ${asset.parent}`);
      counts.set(asset.parent, (counts.get(asset.parent) ?? 0) + 1);
      checkDerived(asset, wrong);
    }
    if (isSetType(asset.type)) {
      const text = await snapshot.readMaster(asset.masterKey, asset.masterVersionId);
      for (const [member, places] of occurrencesInSet(parseSetRecord(text))) {
        memberships.set(`${member} in ${id}`, places);
      }
    }
  }
  for (const [id, asset] of records.assets) {
    if (asset.trashed?.renamedTo !== undefined) continue;
    const count = counts.get(id) ?? 0;
    if ((asset.derivedCount ?? 0) !== count)
      problems.push(`${id}: counts ${asset.derivedCount} derived images, there are ${count}`);
  }
  for (const key of snapshot.origins.keys()) {
    if (!claimed.has(key)) problems.push(`${key} lies at an origin, and no asset says so`);
  }
  problems.push(
    ...different('membership', [...memberships].map(pair), [...records.memberships].map(pair)),
    ...different('derived image', [...derived], [...records.derived]),
  );
  for (const id of [...records.versions.keys(), ...records.history.keys()]) {
    if (!records.assets.has(id)) problems.push(`${id}: is gone and has versions or history`);
  }
  return problems;

  type Wrong = (message: string) => void;

  function checkPublications(asset: Asset, wrong: Wrong): void {
    for (const [server, publication] of publicationsOf(asset)) {
      const object = snapshot.origins.get(`${server}:${publication.key}`);
      claimed.add(`${server}:${publication.key}`);
      if (!object) {
        wrong(`should be live at ${server}:${publication.key}`);
        continue;
      }
      const version = records.versions.get(asset.id)?.find(({ version: n }) => n === publication.version);
      const facts = JSON.parse(decodeURIComponent(object.metadata.asset ?? '%7B%7D')) as Partial<Asset>;
      if (facts.version !== publication.version)
        wrong(`is live as version ${facts.version} on ${server}, its record says ${publication.version}`);
      if (!version) wrong(`is live as version ${publication.version}, of which there is no item`);
      else {
        if (object.etag !== snapshot.masters.get(`${version.masterKey}@${version.masterVersionId}`))
          wrong(`${server} has other bytes than version ${publication.version}`);
        if (object.type !== version.mimeType) wrong(`${server} has it as ${object.type}`);
        const recipe = version.recipe === undefined ? undefined : encodeURIComponent(version.recipe);
        if (object.metadata.recipe !== recipe) wrong(`${server} has the recipe ${object.metadata.recipe}`);
      }
      if (!serversFor(asset.type, settings).includes(server))
        wrong(`is live on ${server}, where it is not due`);
    }
  }

  /** The newest event of a server is what its publication came from, or its end. */
  function checkHistory(asset: Asset, wrong: Wrong): void {
    const newest = new Map<string, HistoryEvent>();
    for (const event of records.history.get(asset.id) ?? []) {
      const other = newest.get(event.server);
      // Withdrawn and published in the same millisecond: in this order, as a rename has it.
      if (!other || event.at > other.at || (event.at === other.at && event.event === 'PUBLISHED'))
        newest.set(event.server, event);
    }
    for (const [server, event] of newest) {
      const live = asset.publications[server as Server];
      if (event.event === 'PUBLISHED' && live?.version !== event.version)
        wrong(`history has version ${event.version} live on ${server}, the record ${live?.version}`);
      if (event.event === 'WITHDRAWN' && live) wrong(`history has it withdrawn from ${server}`);
    }
    for (const [server] of publicationsOf(asset)) {
      if (!newest.has(server)) wrong(`is live on ${server} without history`);
    }
  }

  function checkVersions(asset: Asset, wrong: Wrong): void {
    const versions = records.versions.get(asset.id) ?? [];
    const current = versions.find(({ version }) => version === asset.version);
    if (!current) wrong(`has no item of its version ${asset.version}`);
    else if (current.masterVersionId !== asset.masterVersionId)
      wrong(`has other bytes than its version ${asset.version}`);
    if (versions.length !== asset.version) wrong(`has ${versions.length} items of ${asset.version} versions`);
    for (const { version, masterKey, masterVersionId } of versions) {
      if (!snapshot.masters.has(`${masterKey}@${masterVersionId}`))
        wrong(`the bytes of version ${version} are gone`);
    }
  }

  function checkDerived(asset: Asset, wrong: Wrong): void {
    const parent = records.assets.get(asset.parent ?? '');
    if (!parent || parent.trashed?.renamedTo !== undefined) {
      wrong(`its parent ${asset.parent} is gone`);
      return;
    }
    if (parent.trashed && !asset.trashed) wrong('is there while its parent is in the trash');
    if (parent.type === 'image' && parent.masterVersionId !== asset.masterVersionId)
      wrong('is not made of the current version of its parent');
    if (!asset.trashed && isPublished(asset) && asset.intent === 'live') {
      for (const [server] of publicationsOf(asset)) {
        if (!isCurrentOn(asset, server)) wrong(`is live on ${server} in an older version`);
      }
    }
  }

  /** Where it leads on, what lies at its address stays; else it is only there while a rename is under way. */
  function checkFormerId(asset: Asset, wrong: Wrong): void {
    if (!asset.trashed?.redirect) wrong(`keeps the former id of ${asset.trashed?.renamedTo} for nothing`);
    for (const [server, { key }] of publicationsOf(asset)) {
      claimed.add(`${server}:${key}`);
      const object = snapshot.origins.get(`${server}:${key}`);
      const target = records.assets.get(asset.trashed?.renamedTo ?? '');
      // A redirect shows nothing itself; a file that stays at its former address goes when the asset is withdrawn.
      if (object && object.metadata.redirect === undefined && !(target && isPublished(target)))
        wrong(`is still delivered by ${server}, while ${asset.trashed?.renamedTo} is not live`);
    }
  }
}

function publicationsOf(asset: Asset): [Server, Publication][] {
  return Object.entries(asset.publications) as [Server, Publication][];
}

function pair([name, count]: [string, number]): string {
  return `${name}: ${count}`;
}

function different(what: string, expected: readonly string[], found: readonly string[]): string[] {
  return [
    ...expected.filter((one) => !found.includes(one)).map((one) => `${what} ${one} has no item`),
    ...found.filter((one) => !expected.includes(one)).map((one) => `${what} ${one} has an item too many`),
  ];
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function plain(item: Item): unknown {
  return JSON.parse(JSON.stringify(item));
}
