import { type AssetType, isSetType, type SetType } from '../assets/asset.ts';

/** What stands beside a member to choose it by: a small image of its own, or a plain colour. */
export type Swatch = { readonly id: string } | { readonly color: string; readonly label?: string };

export const memberRoles = ['page', 'image', 'font', 'file', 'pdf'] as const;
/** What a member is for: parts of a template, and the PDF of an eCatalog. */
export type MemberRole = (typeof memberRoles)[number];

/** One place of a set. An asset may have several. */
export interface SetMember {
  readonly id: string;
  readonly label?: string;
  /** `color` is six lower-case hexadecimal digits. */
  readonly swatch?: Swatch;
  /** Of a spin set with two dimensions, from 0. */
  readonly row?: number;
  readonly role?: MemberRole;
}

/** What a set is, and what its object holds in the masters bucket and at the origins: its members in their order. */
export interface SetRecord {
  readonly type: SetType;
  readonly members: readonly SetMember[];
}

export const setMimeType = 'application/vnd.pressroom.set+json';

/** JSON, always the same text for the same record. */
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
 * Reads what `printSetRecord` wrote. What a later version of the format adds is left out.
 * @throws Error where the text is no such record: a fault of ours, never of a user
 */
export function parseSetRecord(text: string): SetRecord {
  const record: unknown = JSON.parse(text);
  if (!isObject(record) || !isSet(record.type) || !Array.isArray(record.members)) {
    throw new Error('This is no record of a set');
  }
  return { type: record.type, members: record.members.map(parseMember) };
}

function parseMember(member: unknown, index: number): SetMember {
  if (!isObject(member) || typeof member.id !== 'string') throw new Error(`Member ${index} has no id`);
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

/** Every asset that a set shows, each once: its members, and the images of their swatches. */
export function assetsOfSet({ members }: Pick<SetRecord, 'members'>): string[] {
  return [...occurrencesInSet({ members }).keys()];
}

/** How many places each asset has in a set, as member or as swatch. */
export function occurrencesInSet({ members }: Pick<SetRecord, 'members'>): Map<string, number> {
  const places = new Map<string, number>();
  for (const { id, swatch } of members) {
    const ids = swatch && 'id' in swatch ? [id, swatch.id] : [id];
    for (const each of ids) places.set(each, (places.get(each) ?? 0) + 1);
  }
  return places;
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
