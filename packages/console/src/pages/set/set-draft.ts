import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';

export type ReadSet = OperationResponse<'readSet'>;
export type StoredMember = ReadSet['members'][number];
export type SetType = OperationBody<'createSet'>['type'];

/** The types that a set can have, in the order in which they are offered. */
export const setTypes: readonly SetType[] = [
  'image-set',
  'swatch-set',
  'spin-set',
  'mixed-media-set',
  'ecatalog',
  'adaptive-video-set',
  'template',
];

/** A member in the builder. One asset may be in a set several times, so each place has a key. */
export interface DraftMember extends StoredMember {
  readonly key: string;
}

let places = 0;

/** A place in the set for a member. */
export function placeOf(member: StoredMember): DraftMember {
  places += 1;
  return { ...member, key: String(places) };
}

/** What is sent: the parts of a member that belong to the set, not to the asset. */
export function membersOf(members: readonly DraftMember[]) {
  return members.map(({ id, label, swatch, row, role }) => ({
    id,
    ...(label && { label }),
    ...(swatch && { swatch }),
    ...(row !== undefined && { row }),
    ...(role && { role }),
  }));
}

/** The list with one member at another place. */
export function moved(members: readonly DraftMember[], from: number, to: number): readonly DraftMember[] {
  const member = members[from];
  if (!member || to < 0 || to >= members.length) return members;
  return members.toSpliced(from, 1).toSpliced(to, 0, member);
}
