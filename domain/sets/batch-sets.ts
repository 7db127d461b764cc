/** The sets that an upload builds by a batch set preset, and how it extends existing sets. */
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

/** A member that an upload adds to a set, or gives a swatch to. */
export interface BatchMember {
  readonly position: MemberPosition;
  readonly member: string;
  /** The id of its swatch by the preset. The asset may not exist. */
  readonly swatch?: string;
}

/**
 * The members that an upload adds, by the id of the set.
 * @param ids assets that the upload has recorded
 */
export function planBatchSets(preset: BatchSetPreset, ids: readonly string[]): Map<string, BatchMember[]> {
  const sets = new Map<string, Map<string, BatchMember>>();
  for (const id of ids) {
    const match = matchAny(preset, id);
    if (!match) continue;
    const set = fillPattern(preset.setId, { base: match.base });
    const member = fillPattern(preset.members, match.texts);
    const swatch = preset.swatches === undefined ? undefined : fillPattern(preset.swatches, match.texts);
    const members = sets.get(set) ?? new Map<string, BatchMember>();
    sets.set(
      set,
      members.set(member, { position: match.position, member, ...(swatch === undefined ? {} : { swatch }) }),
    );
  }
  return new Map(
    [...sets]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([set, members]) => [
        set,
        [...members.values()].sort((a, b) => comparePositions(a.position, b.position)),
      ]),
  );
}

/** A swatch's id often matches the members' pattern too, so the narrower pattern of swatches is tried first. */
function matchAny({ swatches, members, views }: BatchSetPreset, id: string): Match | undefined {
  return (swatches === undefined ? undefined : matchId(swatches, id, views)) ?? matchId(members, id, views);
}

/**
 * The members that can be added: the asset exists, the set accepts its type, and it has a swatch if the set requires one.
 * @param typeOf type of an asset; undefined if it does not exist or is in the trash
 */
export function membersAtPositions(
  { setType }: BatchSetPreset,
  planned: readonly BatchMember[],
  typeOf: (id: string) => AssetType | undefined,
): (SetMember & { readonly position: MemberPosition })[] {
  return planned.flatMap(({ position, member, swatch }) => {
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
 * A set with added members. Each is inserted by its position among the members whose ids match the preset; other members
 * stay where they are. Labels and roles stay, and swatches are set if there are any. Adding the same members again
 * changes nothing.
 * @param current undefined for a new set
 * @returns undefined for a 2D spin set with members that do not match the preset, since their rows are unknown
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
