import { type AssetType, isSetType, type SetType } from '../assets/asset.ts';

/** What represents a member in a selection: an image, or a plain colour. */
export type Swatch = { readonly id: string } | { readonly color: string; readonly label?: string };

export const memberRoles = ['page', 'image', 'font', 'file', 'pdf'] as const;
/** The role of a member in a template or an eCatalog. */
export type MemberRole = (typeof memberRoles)[number];

/** A member of a set. An asset may occur several times. */
export interface SetMember {
  readonly id: string;
  readonly label?: string;
  /** `color` is six lower-case hexadecimal digits. */
  readonly swatch?: Swatch;
  /** Row in a 2D spin set, from 0. */
  readonly row?: number;
  readonly role?: MemberRole;
}

/** The record of a set: its members in their order. The masters bucket and the origins have it as a JSON object. */
export interface SetRecord {
  readonly type: SetType;
  readonly members: readonly SetMember[];
}

export const setMimeType = 'application/vnd.pressroom.set+json';

/** The record as JSON. Equal records give the same text. */
export function printSetRecord({ type, members }: SetRecord): string {
  return JSON.stringify({ type, members: members.map(printed) });
}

function printed({ id, label, swatch, row, role }: SetMember): SetMember {
  return {
    id,
    ...(label === undefined ? {} : { label }),
    ...(swatch === undefined ? {} : { swatch: printedSwatch(swatch) }),
    ...(row === undefined ? {} : { row }),
    ...(role === undefined ? {} : { role }),
  };
}

function printedSwatch(swatch: Swatch): Swatch {
  if ('id' in swatch) return { id: swatch.id };
  return { color: swatch.color, ...(swatch.label === undefined ? {} : { label: swatch.label }) };
}

/**
 * Reads the JSON of {@link printSetRecord}. Properties of later versions of the format are ignored.
 * @throws Error if the text is not such a record. This is a fault of the system, never of a user
 */
export function parseSetRecord(text: string): SetRecord {
  const record: unknown = JSON.parse(text);
  if (!isObject(record) || !isSet(record.type) || !Array.isArray(record.members)) {
    throw new Error('The text is not the record of a set');
  }
  return { type: record.type, members: record.members.map(parseMember) };
}

function parseMember(member: unknown, index: number): SetMember {
  if (!isObject(member) || typeof member.id !== 'string')
    throw new Error(`Member ${index} of the record has no id`);
  const { id, label, swatch, row, role } = member;
  return {
    id,
    ...(typeof label === 'string' ? { label } : {}),
    ...(isObject(swatch) ? { swatch: parseSwatch(swatch, index) } : {}),
    ...(typeof row === 'number' ? { row } : {}),
    ...(isRole(role) ? { role } : {}),
  };
}

function parseSwatch({ id, color, label }: Record<string, unknown>, index: number): Swatch {
  if (typeof id === 'string') return { id };
  if (typeof color !== 'string')
    throw new Error(`The swatch of member ${index} is neither an asset nor a colour`);
  return { color, ...(typeof label === 'string' ? { label } : {}) };
}

/** Ids of all assets in a set, each once: members and swatch images. */
export function assetsOfSet({ members }: Pick<SetRecord, 'members'>): string[] {
  return [...occurrencesInSet({ members }).keys()];
}

/** How often each asset occurs in a set, as a member or as a swatch, by id. */
export function occurrencesInSet({ members }: Pick<SetRecord, 'members'>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id, swatch } of members) {
    const ids = swatch && 'id' in swatch ? [id, swatch.id] : [id];
    for (const each of ids) counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  return counts;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSet(value: unknown): value is SetType {
  return typeof value === 'string' && isSetType(value as AssetType);
}

function isRole(value: unknown): value is MemberRole {
  return (memberRoles as readonly unknown[]).includes(value);
}

/** What the asset's record says about a set, so that a list need not read the set itself. */
export function factsOfSet({ members }: Pick<SetRecord, 'members'>): { memberCount: number; cover?: string } {
  const [first] = members;
  return { memberCount: members.length, ...(first && { cover: first.id }) };
}
