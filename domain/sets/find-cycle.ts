/** Number of sets that a search visits. No useful set is contained in so many others. */
const maxSetsVisited = 10_000;

/**
 * Finds out whether a set with these members would contain itself, directly or through other sets. The search goes up,
 * from the set to the sets that contain it: most sets are in no other set, so one query is enough. The search down would
 * read every member of every member.
 * @param containersOf ids of the sets that contain an asset
 * @returns the path down from the set to itself, both ends included; undefined if there is no cycle
 */
export async function findCycle(
  id: string,
  members: readonly string[],
  containersOf: (id: string) => Promise<readonly string[]>,
): Promise<string[] | undefined> {
  const held = new Set(members);
  if (held.has(id)) return [id, id];
  /** From a set that contains `id` to the next one on the path down to it. */
  const next = new Map<string, string>();
  let level = [id];
  while (level.length > 0 && next.size < maxSetsVisited) {
    const found = await Promise.all(level.map(async (each) => ({ each, above: await containersOf(each) })));
    level = [];
    for (const { each, above } of found) {
      for (const container of above) {
        if (container === id || next.has(container)) continue;
        next.set(container, each);
        level.push(container);
        if (held.has(container)) return pathDown(id, container, next);
      }
    }
  }
  return undefined;
}

function pathDown(id: string, first: string, next: ReadonlyMap<string, string>): string[] {
  const path = [id, first];
  for (let at = next.get(first); at !== undefined && at !== id; at = next.get(at)) path.push(at);
  return [...path, id];
}
