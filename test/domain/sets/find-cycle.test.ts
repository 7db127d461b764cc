import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycle } from '../../../domain/sets/find-cycle.ts';

/** Sets and what is in them. */
type Library = ReadonlyMap<string, readonly string[]>;

const containersIn = (library: Library) => async (id: string) =>
  [...library].flatMap(([set, members]) => (members.includes(id) ? [set] : []));

/** Everything below an asset: the slow search, as a reference. */
function below(library: Library, id: string, seen = new Set<string>()): Set<string> {
  for (const member of library.get(id) ?? []) {
    if (seen.has(member)) continue;
    seen.add(member);
    below(library, member, seen);
  }
  return seen;
}

describe('the cycle of a set', () => {
  it.each<[string, Library, string[], string[] | undefined]>([
    ['is found if the set contains itself', new Map(), ['a'], ['a', 'a']],
    ['is found through another set', new Map([['b', ['a']]]), ['x', 'b'], ['a', 'b', 'a']],
    [
      'is found through two sets',
      new Map([
        ['b', ['c']],
        ['c', ['a']],
      ]),
      ['b'],
      ['a', 'b', 'c', 'a'],
    ],
    ['is not found if other sets contain it', new Map([['b', ['a']]]), ['x', 'y'], undefined],
    [
      'is not found if other sets form a cycle',
      new Map([
        ['b', ['c', 'a']],
        ['c', ['b']],
      ]),
      ['x'],
      undefined,
    ],
  ])('%s', async (_, library, members, cycle) => {
    expect(await findCycle('a', members, containersIn(library))).toEqual(cycle);
  });

  it('is found exactly if the path down returns to the set', async () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(id, fc.uniqueArray(id, { maxLength: 3 })),
        fc.uniqueArray(id, { maxLength: 3 }),
        async (sets, members) => {
          const { a: _, ...others } = sets;
          const before: Library = new Map(Object.entries(others));
          const after: Library = new Map([...before, ['a', members]]);
          const cycle = await findCycle('a', members, containersIn(before));
          expect(cycle !== undefined).toBe(below(after, 'a').has('a'));
          if (!cycle) return;
          expect([cycle[0], cycle.at(-1)]).toEqual(['a', 'a']);
          for (const [index, each] of cycle.slice(1).entries()) {
            expect(after.get(cycle[index] ?? '')).toContain(each);
          }
        },
      ),
    );
  });
});
