import { type AssetType, isSetType, type SetType } from '../../domain/assets/asset.ts';
import type { ShownAsset, ShownMember, ShownSet } from '../../domain/delivery/set-description.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { SetMember, SetRecord } from '../../domain/sets/set-record.ts';
import {
  allPlaces,
  type FindObject,
  findPublished,
  type Place,
  type PublishedObject,
  places,
} from './find-published.ts';

/**
 * Members that one response looks up: $0.0002 at most. Members of a set of images beyond that are listed without size and version;
 * of other sets they are left out, because their type is not known.
 */
export const maxLookups = 500;

/** HEADs at a time. */
const parallel = 16;

export interface DescribeSetDependencies {
  readonly findObject: FindObject;
  /** The record of a set. */
  readonly readRecord: (place: Place, company: string, id: string) => Promise<SetRecord | undefined>;
}

/** Where the members of a set can be. */
const memberPlaces: Readonly<Record<SetType, readonly Place[]>> = {
  'image-set': [places.image],
  'swatch-set': [places.image],
  'spin-set': [places.image],
  ecatalog: [places.image, places.file],
  'adaptive-video-set': [places.video],
  'mixed-media-set': allPlaces,
  template: [places.image, places.file, places.set],
};

/** Describes a published set with what of it is live. A member that was withdrawn is left out. */
export async function describeSet(
  company: string,
  set: PublishedObject,
  record: SetRecord,
  dependencies: DescribeSetDependencies,
): Promise<ShownSet> {
  const found = new Map<string, Promise<PublishedObject | undefined>>();
  let left = maxLookups;
  const asset = { ...shown(set), type: record.type };
  return { company, asset, items: await itemsOf(record, true) };

  async function itemsOf({ type, members }: SetRecord, isOutermost: boolean): Promise<ShownMember[]> {
    const items = await inParallel(members, parallel, (member) => itemOf(type, member, isOutermost));
    return items.filter((item) => item !== undefined);
  }

  async function itemOf(
    type: SetType,
    { id, label, swatch, row }: SetMember,
    isOutermost: boolean,
  ): Promise<ShownMember | undefined> {
    const where = memberPlaces[type];
    const lookup = find(id, where);
    if (lookup === undefined) {
      return where.length === 1
        ? { asset: { id, type: where[0]?.type ?? 'image' }, label, swatch, row }
        : undefined;
    }
    const member = await lookup;
    if (!member) return undefined;
    const nested = isOutermost && isSetType(member.type) ? await nestedItems(member) : undefined;
    return { asset: shown(member), label, swatch, row, items: nested };
  }

  /** @returns undefined beyond the limit */
  function find(id: string, where: readonly Place[]): Promise<PublishedObject | undefined> | undefined {
    const before = found.get(id);
    if (before || left <= 0) return before;
    left -= 1;
    const lookup = findPublished(company, id, where, dependencies.findObject);
    found.set(id, lookup);
    return lookup;
  }

  async function nestedItems(member: PublishedObject): Promise<readonly ShownMember[] | undefined> {
    const inner = await dependencies.readRecord(member.place, company, member.id);
    return inner && (await itemsOf(inner, false));
  }
}

/** The record of a set with those of its members that are live. Costs a HEAD for each member, up to `maxLookups`. */
export async function withLiveMembers(
  company: string,
  record: SetRecord,
  findObject: FindObject,
): Promise<SetRecord> {
  const ids = [...new Set(record.members.map(({ id }) => id))].slice(0, maxLookups);
  const where = memberPlaces[record.type];
  const found = await inParallel(ids, parallel, (id) => findPublished(company, id, where, findObject));
  const gone = new Set(ids.filter((_, index) => found[index] === undefined));
  return { ...record, members: record.members.filter(({ id }) => !gone.has(id)) };
}

/** What `req=set` shows of a published asset. */
export function shown({ id, type, object }: PublishedObject): ShownAsset {
  const { version, width, height } = object;
  return { id, type: type satisfies AssetType, version, width, height };
}
