/** What is published with an asset: itself, its members, theirs, and the images derived of any of them. */
import { type Asset, isSetType } from './asset.ts';

/** What the closure wants to know of an asset. */
export type ClosureAsset = Pick<Asset, 'id' | 'type' | 'derivedCount' | 'trashed'>;

/** Where the closure is looked up. */
export interface ClosureLookups<Found extends ClosureAsset> {
  /** By id; what does not exist is missing. No id is asked for twice. */
  readonly assets: (ids: readonly string[]) => Promise<ReadonlyMap<string, Found>>;
  /** Ids of what sets show, in order: one answer for each. Asked once of every set. */
  readonly members: (sets: readonly Found[]) => Promise<readonly (readonly string[])[]>;
  /** Ids of what images have derived of them: one answer for each. Asked only where there is something. */
  readonly derived: (images: readonly Found[]) => Promise<readonly (readonly string[])[]>;
}

export interface Closure<Found extends ClosureAsset> {
  /**
   * Each asset once, what is in a set before the set: files and derived images on level 0, a set one above the highest
   * of its members. Where sets contain each other in a circle, their order among themselves says nothing.
   */
  readonly levels: readonly (readonly Found[])[];
  /** Ids of what each set shows, those that do not exist among them. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** There was more than was asked for: nothing is whole. */
  readonly tooLarge: boolean;
}

/**
 * The closure of assets. Reads nothing for a file, an image without derived ones among them; for a set its record, and
 * the records of all in it. What is in the trash takes nothing with it.
 * @param maxAssets where there are more assets in it than this, it ends early
 */
export async function closureOf<Found extends ClosureAsset>(
  roots: readonly Found[],
  lookups: ClosureLookups<Found>,
  maxAssets = Number.POSITIVE_INFINITY,
): Promise<Closure<Found>> {
  const found = new Map<string, Found>();
  const asked = new Set<string>();
  const members = new Map<string, readonly string[]>();

  let fresh = unique(roots, found);
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
      if (!found.has(id) && !asked.has(id)) missing.add(id);
    }
    for (const id of missing) asked.add(id);
    const next = missing.size > 0 ? await lookups.assets([...missing]) : new Map<string, Found>();
    fresh = unique([...next.values()], found);
  }
  return { levels: levelsOf(found, members), members, tooLarge: found.size > maxAssets };
}

/** Adds what is new; in the order given. */
function unique<Found extends ClosureAsset>(assets: readonly Found[], known: Map<string, Found>): Found[] {
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
  // A set that is being looked at counts as nothing for those below it: what would lead round in a circle ends there.
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
