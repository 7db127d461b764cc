import type { FoundOriginObject } from '../../adapters/s3/origin-object.ts';
import type { AssetType } from '../../domain/assets/asset.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';

/** The servers that the image server reads from. */
export type ReadServer = 'image-serving' | 'video';

/** Where objects of a kind are, and the type of an object that does not say its own. */
export interface Place {
  readonly server: ReadServer;
  readonly type: AssetType;
}

export const places = {
  image: { server: 'image-serving', type: 'image' },
  set: { server: 'image-serving', type: 'image-set' },
  file: { server: 'image-serving', type: 'document' },
  video: { server: 'video', type: 'video' },
  videoSet: { server: 'video', type: 'adaptive-video-set' },
} as const satisfies Record<string, Place>;

export const allPlaces: readonly Place[] = Object.values(places);

/** A published asset. */
export interface PublishedObject {
  /** Its id now: that of a former id is the one that it was renamed to. */
  readonly id: string;
  readonly place: Place;
  readonly type: AssetType;
  readonly object: FoundOriginObject;
}

/** Finds an object by a HEAD. */
export type FindObject = (server: ReadServer, key: string) => Promise<FoundOriginObject | undefined>;

/** The key of what a place has under an id. */
export function keyIn({ server, type }: Place, company: string, id: string): string {
  return originKey(server, { company, id, type, folder: '/', fileName: '' });
}

/**
 * Finds what is published under an id. Costs: one HEAD where the first place has it, else one for each place.
 * @param where the places to look in, the likeliest first
 */
export async function findPublished(
  company: string,
  id: string,
  where: readonly Place[],
  findObject: FindObject,
): Promise<PublishedObject | undefined> {
  const [first, ...others] = where;
  if (!first) return undefined;
  const found = (await lookIn(first)) ?? (await Promise.all(others.map(lookIn))).find(Boolean);
  const renamedTo = found?.object.redirect;
  if (renamedTo === undefined) return found;
  const { place } = found as PublishedObject;
  const object = await findObject(place.server, keyIn(place, company, renamedTo));
  return object && object.redirect === undefined ? published(renamedTo, place, object) : undefined;

  async function lookIn(place: Place): Promise<PublishedObject | undefined> {
    const object = await findObject(place.server, keyIn(place, company, id));
    return object && published(id, place, object);
  }
}

function published(id: string, place: Place, object: FoundOriginObject): PublishedObject {
  return { id, place, type: (object.type as AssetType | undefined) ?? place.type, object };
}
