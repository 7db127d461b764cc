/** Sets that a walk looks at. One in so many others is no use to anybody. */
const maxSetsVisited = 10_000;

/**
 * Whether a set would come to hold itself, at any depth, with these members. The walk goes up, from the set to those
 * that show it, since most sets are shown by none: one question for them, where the way down would ask for every
 * member of every member.
 * @param containersOf the sets that show an asset
 * @returns the way down from the set to itself, both ends included; undefined where there is none
 */
export async function findCycle(
  id: string,
  members: readonly string[],
  containersOf: (id: string) => Promise<readonly string[]>,
): Promise<string[] | undefined> {
  const held = new Set(members);
  if (held.has(id)) return [id, id];
  /** From a set that holds `id`, at some depth, to the next one on the way down to it. */
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
        if (held.has(container)) return wayDown(id, container, next);
      }
    }
  }
  return undefined;
}

function wayDown(id: string, first: string, next: ReadonlyMap<string, string>): string[] {
  const way = [id, first];
  for (let at = next.get(first); at !== undefined && at !== id; at = next.get(at)) way.push(at);
  return [...way, id];
}
