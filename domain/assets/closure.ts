/** The closure of an asset: itself, its members, their members, and the images derived from any of them. */
import { type Asset, isSetType } from './asset.ts';

/** The attributes of an asset that the closure depends on. */
export type ClosureAsset = Pick<Asset, 'id' | 'type' | 'derivedCount' | 'trashed'>;

/** How the closure reads the library. */
export interface ClosureLookups<Found extends ClosureAsset> {
  /** Assets by id; unknown ids are missing from the map. Never called twice with the same id. */
  readonly assets: (ids: readonly string[]) => Promise<ReadonlyMap<string, Found>>;
  /** Member ids of each set, in the order of the sets. Called once for every set. */
  readonly members: (sets: readonly Found[]) => Promise<readonly (readonly string[])[]>;
  /** Ids of the images derived from each image, in the order of the images. Called only for images that have some. */
  readonly derived: (images: readonly Found[]) => Promise<readonly (readonly string[])[]>;
}

export interface Closure<Found extends ClosureAsset> {
  /**
   * Each asset once, members before their sets: files and derived images on level 0, a set one level above the highest
   * of its members. Sets that contain each other in a cycle have no defined order among themselves.
   */
  readonly levels: readonly (readonly Found[])[];
  /** Member ids of each set, including ids that do not exist. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** The closure has more assets than `maxAssets`; levels and members are incomplete. */
  readonly tooLarge: boolean;
}

/**
 * The closure of assets. It reads nothing for a file that has no derived images, and for a set its record and the
 * records of all its members. A trashed asset is included without its members and derived images.
 * @param maxAssets the search ends early if there are more assets than this
 */
export async function closureOf<Found extends ClosureAsset>(
  roots: readonly Found[],
  lookups: ClosureLookups<Found>,
  maxAssets = Number.POSITIVE_INFINITY,
): Promise<Closure<Found>> {
  const found = new Map<string, Found>();
  const requested = new Set<string>();
  const members = new Map<string, readonly string[]>();

  let fresh = addUnknown(roots, found);
  while (fresh.length > 0 && found.size <= maxAssets) {
    const sets = fresh.filter(({ type, trashed }) => isSetType(type) && !trashed);
    const images = fresh.filter(({ derivedCount = 0, trashed }) => derivedCount > 0 && !trashed);
    const [ofSets, ofImages] = await Promise.all([
      sets.length > 0 ? lookups.members(sets) : [],
      images.length > 0 ? lookups.derived(images) : [],
    ]);
    for (const [index, { id }] of sets.entries()) members.set(id, ofSets[index] ?? []);
    const missing = new Set<string>();
    for (const id of [...ofSets, ...ofImages].flat()) {
      if (!found.has(id) && !requested.has(id)) missing.add(id);
    }
    for (const id of missing) requested.add(id);
    const next = missing.size > 0 ? await lookups.assets([...missing]) : new Map<string, Found>();
    fresh = addUnknown([...next.values()], found);
  }
  return { levels: levelsOf(found, members), members, tooLarge: found.size > maxAssets };
}

/** Adds the assets that are not known yet, and returns them in the order given. */
function addUnknown<Found extends ClosureAsset>(
  assets: readonly Found[],
  known: Map<string, Found>,
): Found[] {
  return assets.filter((asset) => {
    if (known.has(asset.id)) return false;
    known.set(asset.id, asset);
    return true;
  });
}

function levelsOf<Found extends ClosureAsset>(
  found: ReadonlyMap<string, Found>,
  members: ReadonlyMap<string, readonly string[]>,
): Found[][] {
  const heights = new Map<string, number>();
  // A set whose height is being computed counts as 0 for the sets below it. This ends cycles.
  const open = new Set<string>();
  const heightOf = (id: string): number => {
    const known = heights.get(id);
    if (known !== undefined) return known;
    const inside = members.get(id);
    if (!inside || open.has(id)) return 0;
    open.add(id);
    let height = 1;
    for (const member of inside) if (members.has(member)) height = Math.max(height, heightOf(member) + 1);
    open.delete(id);
    heights.set(id, height);
    return height;
  };
  const levels: Found[][] = [];
  for (const asset of found.values()) {
    const level = members.has(asset.id) ? heightOf(asset.id) : 0;
    for (let missing = levels.length; missing <= level; missing += 1) levels.push([]);
    levels[level]?.push(asset);
  }
  return levels;
}
