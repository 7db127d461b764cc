/** The rules for the members of a set: their types, roles, rows, swatches and number. */
import type { Asset, AssetType, SetType } from '../assets/asset.ts';
import type { FailureDetail } from '../failure.ts';
import { article } from './built-asset.ts';
import { type MemberRole, occurrencesInSet, type SetMember, type SetRecord } from './set-record.ts';

/** Members of one set. This and the next two limits are the product's limitations (reference 3.2). */
export const maxMembers = 1_000;

/** How often one asset may occur in a set, as a member or as a swatch. */
export const maxOccurrences = 20;

/** Rows, and members of a row, in a 2D spin set. */
export const maxRows = 1_000;

/** Characters of a label. */
export const maxLabelLength = 255;

/** Problems that one response lists. */
const maxDetails = 20;

const images: readonly AssetType[] = ['image', 'derived-image'];
const templateFiles: readonly AssetType[] = [
  'svg',
  'xml',
  'css',
  'text',
  'zip',
  'document',
  'pdf',
  'icc-profile',
  'javascript',
  'html',
];

/** Types of members by role. A member without a role gets the first one that fits its type. */
const rolesOf: Readonly<
  Record<SetType, readonly (readonly [MemberRole | undefined, readonly AssetType[]])[]>
> = {
  'image-set': [[undefined, images]],
  'swatch-set': [[undefined, images]],
  'spin-set': [[undefined, images]],
  'mixed-media-set': [
    [undefined, [...images, 'video', 'audio', 'image-set', 'swatch-set', 'spin-set', 'adaptive-video-set']],
  ],
  ecatalog: [
    ['page', images],
    ['pdf', ['pdf']],
  ],
  'adaptive-video-set': [[undefined, ['video']]],
  template: [
    ['image', [...images, 'animated-gif', 'svg']],
    ['page', [...images, 'svg', 'pdf']],
    ['font', ['font']],
    ['file', templateFiles],
  ],
};

/** Whether members have swatches. In a mixed media set the swatch is the member's thumbnail. */
const swatches: Readonly<Record<SetType, 'required' | 'allowed' | 'refused'>> = {
  'image-set': 'allowed',
  'swatch-set': 'required',
  'spin-set': 'refused',
  'mixed-media-set': 'allowed',
  ecatalog: 'refused',
  'adaptive-video-set': 'refused',
  template: 'refused',
};

/** Whether a set of this type may contain an asset of that type, in any role. */
export function acceptsMember(set: SetType, member: AssetType): boolean {
  return rolesOf[set].some(([, types]) => types.includes(member));
}

/**
 * The record as it is saved: members of templates and eCatalogs without a role get the one of their type, and the members
 * of a 2D spin set are sorted by row.
 * @param typeOf type of an asset; undefined if it does not exist
 */
export function completeRecord(record: SetRecord, typeOf: (id: string) => AssetType | undefined): SetRecord {
  const { type, members } = record;
  const complete = members.map((member): SetMember => {
    const role = member.role ?? roleByType(type, typeOf(member.id));
    return role === undefined ? member : { ...member, role };
  });
  return {
    type,
    members: type === 'spin-set' ? complete.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0)) : complete,
  };
}

function roleByType(set: SetType, type: AssetType | undefined): MemberRole | undefined {
  return rolesOf[set].find(([, types]) => type !== undefined && types.includes(type))?.[0];
}

/**
 * Checks a record without its members' types: numbers, rows, roles, swatches and ids.
 * @returns at most 20 problems, each with its field; empty if the record is valid
 */
export function shapeProblems({ type, members }: SetRecord): FailureDetail[] {
  if (members.length === 0) return [{ field: 'members', message: 'must have at least one member' }];
  if (members.length > maxMembers) {
    const message = `has ${members.length} members; at most ${maxMembers} are allowed`;
    return [{ field: 'members', message }];
  }
  const details = members.flatMap((member, index) =>
    memberProblems(type, member, `members[${index}]`, members),
  );
  for (const [id, count] of occurrencesInSet({ members })) {
    if (count <= maxOccurrences) continue;
    const message = `${id} occurs ${count} times; an asset may occur at most ${maxOccurrences} times in a set`;
    details.push({ field: 'members', message });
  }
  const documents = members.filter(({ role }) => role === 'pdf');
  if (documents.length > 1)
    details.push({ field: 'members', message: 'has more than one PDF; at most one is allowed' });
  if (type === 'ecatalog' && documents.length === members.length) {
    details.push({ field: 'members', message: 'has no page; add at least one image' });
  }
  details.push(...rowProblems(members));
  return details.slice(0, maxDetails);
}

function memberProblems(
  type: SetType,
  { id, swatch, row, role }: SetMember,
  field: string,
  all: readonly SetMember[],
): FailureDetail[] {
  const details: FailureDetail[] = [];
  const roles = rolesOf[type].flatMap(([name]) => (name === undefined ? [] : [name]));
  if (role !== undefined && !roles.includes(role)) {
    const message =
      roles.length === 0
        ? `is not allowed: members of ${article(type)} have no role`
        : `must be one of ${roles.join(', ')}`;
    details.push({ field: `${field}.role`, message });
  }
  if (row !== undefined && type !== 'spin-set') {
    details.push({ field: `${field}.row`, message: `is not allowed: ${article(type)} has no rows` });
  }
  if (row === undefined && type === 'spin-set' && all.some((member) => member.row !== undefined)) {
    details.push({ field: `${field}.row`, message: 'is required: other members have a row' });
  }
  if (swatch && swatches[type] === 'refused') {
    details.push({
      field: `${field}.swatch`,
      message: `is not allowed: members of ${article(type)} have no swatch`,
    });
  }
  if (!swatch && swatches[type] === 'required') {
    details.push({ field: `${field}.swatch`, message: 'is required: an image or a colour' });
  }
  if (type === 'mixed-media-set') {
    const named: readonly (readonly [string, string])[] =
      swatch && 'id' in swatch
        ? [
            ['id', id],
            ['swatch.id', swatch.id],
          ]
        : [['id', id]];
    for (const [name, text] of named) {
      // These characters are delimiters in a set's definition (reference 2.2).
      if (!/[(){}]/.test(text)) continue;
      const message = `is "${text}": ids with ( ) { } cannot be in a mixed media set; rename it first`;
      details.push({ field: `${field}.${name}`, message });
    }
  }
  return details;
}

function rowProblems(members: readonly SetMember[]): FailureDetail[] {
  const rows = new Map<number, number>();
  for (const { row } of members) if (row !== undefined) rows.set(row, (rows.get(row) ?? 0) + 1);
  if (rows.size === 0) return [];
  const last = Math.max(...rows.keys());
  if (last >= maxRows)
    return [{ field: 'members', message: `has row ${last}; rows go from 0 to ${maxRows - 1}` }];
  for (let row = 0; row < last; row += 1) {
    if (rows.has(row)) continue;
    return [
      {
        field: 'members',
        message: `has a member in row ${last}, but none in row ${row}; rows are numbered from 0`,
      },
    ];
  }
  return [];
}

/**
 * Checks the members' types. `unknown` has all members that do not exist or are in the trash; `wrong` has at most 20
 * members of a type that the set does not accept.
 * @param assets the existing members and swatches, by id
 */
export function memberTypeProblems(
  { type, members }: SetRecord,
  assets: ReadonlyMap<string, Pick<Asset, 'type' | 'trashed'>>,
): { readonly unknown: FailureDetail[]; readonly wrong: FailureDetail[] } {
  const unknown: FailureDetail[] = [];
  const wrong: FailureDetail[] = [];
  const find = (id: string, field: string) => {
    const asset = assets.get(id);
    if (!asset) unknown.push({ field, message: `there is no asset ${id}` });
    else if (asset.trashed) unknown.push({ field, message: `${id} is in the trash` });
    else return asset;
    return undefined;
  };
  for (const [index, { id, swatch, role }] of members.entries()) {
    const asset = find(id, `members[${index}].id`);
    if (asset && !typesFor(type, role).includes(asset.type)) {
      const message = `${id} is ${article(asset.type)}; ${refusal(type, role, asset.type)}`;
      wrong.push({ field: `members[${index}].id`, message });
    }
    if (!swatch || !('id' in swatch)) continue;
    const picture = find(swatch.id, `members[${index}].swatch.id`);
    if (picture && !images.includes(picture.type)) {
      const message = `${swatch.id} is ${article(picture.type)}; a swatch is an image or a colour`;
      wrong.push({ field: `members[${index}].swatch.id`, message });
    }
  }
  return { unknown, wrong: wrong.slice(0, maxDetails) };
}

/** Types that a member with this role may have; without a role, the types of all roles. */
function typesFor(set: SetType, role: MemberRole | undefined): AssetType[] {
  return rolesOf[set].flatMap(([name, types]) => (role === undefined || name === role ? types : []));
}

function refusal(set: SetType, role: MemberRole | undefined, type: AssetType): string {
  if (set === type && set === 'mixed-media-set') return 'a mixed media set cannot contain another one';
  const members = role === undefined ? `members of ${article(set)}` : `members with the role ${role}`;
  return `${members} must be of type ${[...new Set(typesFor(set, role))].join(', ')}`;
}
