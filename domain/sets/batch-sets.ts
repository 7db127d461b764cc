/** Which sets an upload's files make by a batch set preset, and what becomes of sets that are there already. */
import type { AssetType } from '../assets/asset.ts';
import {
  type BatchSetPreset,
  comparePositions,
  fillPattern,
  type Match,
  type MemberPosition,
  matchId,
} from './batch-set-preset.ts';
import { acceptsMember } from './member-rules.ts';
import type { SetMember, SetRecord } from './set-record.ts';

/** A place that an upload fills, or gives a swatch to. */
export interface BatchMember {
  readonly position: MemberPosition;
  readonly member: string;
  /** The id that its swatch would have; there may be no such asset. */
  readonly swatch?: string;
}

/**
 * The places that these ids fill, by the id of the set.
 * @param ids assets that an upload has recorded
 */
export function planBatchSets(preset: BatchSetPreset, ids: readonly string[]): Map<string, BatchMember[]> {
  const sets = new Map<string, Map<string, BatchMember>>();
  for (const id of ids) {
    const match = matchAny(preset, id);
    if (!match) continue;
    const set = fillPattern(preset.setId, { base: match.base });
    const member = fillPattern(preset.members, match.texts);
    const swatch = preset.swatches === undefined ? undefined : fillPattern(preset.swatches, match.texts);
    const places = sets.get(set) ?? new Map<string, BatchMember>();
    sets.set(
      set,
      places.set(member, { position: match.position, member, ...(swatch === undefined ? {} : { swatch }) }),
    );
  }
  return new Map(
    [...sets]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([set, places]) => [
        set,
        [...places.values()].sort((a, b) => comparePositions(a.position, b.position)),
      ]),
  );
}

/** A swatch's name often fits the members' pattern as well: it is the narrower one. */
function matchAny({ swatches, members, views }: BatchSetPreset, id: string): Match | undefined {
  return (swatches === undefined ? undefined : matchId(swatches, id, views)) ?? matchId(members, id, views);
}

/**
 * Places of a set as members of it: those whose asset exists, has a type that the set takes, and, where the set asks
 * for one, a swatch.
 * @param typeOf undefined for what does not exist or is in the trash
 */
export function membersAtPositions(
  { setType }: BatchSetPreset,
  places: readonly BatchMember[],
  typeOf: (id: string) => AssetType | undefined,
): (SetMember & { readonly position: MemberPosition })[] {
  return places.flatMap(({ position, member, swatch }) => {
    const type = typeOf(member);
    if (type === undefined || !acceptsMember(setType, type)) return [];
    const swatchType = swatch === undefined ? undefined : typeOf(swatch);
    const hasSwatch = swatchType === 'image' || swatchType === 'derived-image';
    if (setType === 'swatch-set' && !hasSwatch) return [];
    return [
      { id: member, position, ...(hasSwatch && swatch !== undefined ? { swatch: { id: swatch } } : {}) },
    ];
  });
}

/**
 * A set with members added, each where its place is among those that the preset knows; the others stay where they
 * are. Labels and roles stay; a swatch is set only where there is one for it. Adding them again changes nothing.
 * @returns undefined where rows cannot be told: a 2D spin set that holds members of other names
 */
export function addMembers(
  current: SetRecord | undefined,
  preset: BatchSetPreset,
  added: readonly (SetMember & { readonly position: MemberPosition })[],
): SetRecord | undefined {
  const items: { readonly member: SetMember; readonly position: MemberPosition | undefined }[] = (
    current?.members ?? []
  ).map((member) => ({ member, position: matchId(preset.members, member.id, preset.views)?.position }));
  for (const { position, ...member } of added) {
    const at = items.findIndex((item) => item.member.id === member.id);
    const there = items[at];
    if (there) {
      if (member.swatch) items[at] = { ...there, member: { ...there.member, swatch: member.swatch } };
      continue;
    }
    const next = items.findIndex(
      (item) => item.position !== undefined && comparePositions(item.position, position) > 0,
    );
    const last = items.findLastIndex((item) => item.position !== undefined);
    items.splice(next >= 0 ? next : last >= 0 ? last + 1 : items.length, 0, { member, position });
  }
  const type = preset.setType;
  if (!preset.members.includes('{row}')) return { type, members: items.map(({ member }) => member) };

  const rows = new Set(items.map(({ position }) => position?.row));
  if (rows.has(undefined)) return undefined;
  const numbers = [...rows].sort((a, b) => Number(a) - Number(b));
  return {
    type,
    members: items.map(({ member, position }) => ({ ...member, row: numbers.indexOf(position?.row) })),
  };
}
