import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClosureAsset, type ClosureLookups, closureOf } from '../../../domain/assets/closure.ts';

interface Library {
  readonly sets: Readonly<Record<string, readonly string[]>>;
  readonly derived?: Readonly<Record<string, readonly string[]>>;
  readonly trashed?: readonly string[];
}

/** Ids that are not sets are images. Ids that begin with `x` do not exist. */
function library({ sets, derived = {}, trashed = [] }: Library) {
  const asked: string[] = [];
  const assetOf = (id: string): ClosureAsset => ({
    id,
    type: id in sets ? 'image-set' : 'image',
    ...(derived[id] ? { derivedCount: derived[id].length } : {}),
    ...(trashed.includes(id) ? { trashed: { at: 'then', by: 'ann' } } : {}),
  });
  const lookups: ClosureLookups<ClosureAsset> = {
    assets: async (ids) => {
      asked.push(...ids);
      return new Map(ids.filter((id) => !id.startsWith('x')).map((id) => [id, assetOf(id)]));
    },
    members: async (found) => found.map(({ id }) => sets[id] ?? []),
    derived: async (found) => found.map(({ id }) => derived[id] ?? []),
  };
  return { lookups, assetOf, asked };
}

const closure = async (roots: readonly string[], made: Library, maxAssets?: number) => {
  const { lookups, assetOf, asked } = library(made);
  const found = await closureOf(roots.map(assetOf), lookups, maxAssets);
  return { ...found, ids: found.levels.map((level) => level.map(({ id }) => id)), asked };
};

describe('a closure', () => {
  it('of a file is the file, and reads nothing', async () => {
    const { ids, asked } = await closure(['a'], { sets: {} });
    expect(ids).toEqual([['a']]);
    expect(asked).toEqual([]);
  });

  it('has members, their members and all derived images on levels below their sets', async () => {
    const { ids, members } = await closure(['media'], {
      sets: { media: ['views', 'c'], views: ['a', 'b'] },
      derived: { a: ['a-small'], c: ['c-small'] },
    });
    expect(ids.map((level) => [...level].sort())).toEqual([
      ['a', 'a-small', 'b', 'c', 'c-small'],
      ['views'],
      ['media'],
    ]);
    expect(members.get('views')).toEqual(['a', 'b']);
  });

  it('names members that do not exist, and leaves out the members of trashed sets', async () => {
    const { ids, members } = await closure(['views'], {
      sets: { views: ['a', 'xyz', 'old'], old: ['b'] },
      trashed: ['old'],
    });
    expect(ids).toEqual([['a', 'old'], ['views']]);
    expect(members.get('views')).toContain('xyz');
  });

  it('ends if sets contain each other in a cycle', async () => {
    const { ids } = await closure(['a'], { sets: { a: ['b', 'one'], b: ['c'], c: ['a', 'two'] } });
    expect(ids.flat().sort()).toEqual(['a', 'b', 'c', 'one', 'two']);
    expect(ids[0]?.toSorted()).toEqual(['one', 'two']);
  });

  it('reports that it has more assets than allowed', async () => {
    const members = Array.from({ length: 20 }, (_, index) => `m${index}`);
    expect((await closure(['s'], { sets: { s: members } }, 20)).tooLarge).toBe(true);
    expect((await closure(['s'], { sets: { s: members } }, 21)).tooLarge).toBe(false);
  });

  it('has and reads each asset once, and has members below their sets unless they form a cycle', async () => {
    const name = fc.integer({ min: 0, max: 14 }).map((number) => (number < 8 ? `s${number}` : `a${number}`));
    const sets = fc
      .array(fc.array(name, { maxLength: 5 }), { minLength: 8, maxLength: 8 })
      .map((lists) => Object.fromEntries(lists.map((list, index) => [`s${index}`, list])));
    await fc.assert(
      fc.asyncProperty(sets, fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), async (made, roots) => {
        const { ids, asked } = await closure(roots, { sets: made });
        const all = ids.flat();
        expect(new Set(all).size).toBe(all.length);
        expect(new Set(asked).size).toBe(asked.length);
        expect(asked.some((id) => roots.includes(id))).toBe(false);
        expect(new Set(all)).toEqual(reachable(roots, made));
        const levelOf = (id: string) => ids.findIndex((level) => level.includes(id));
        for (const set of all) {
          for (const member of made[set] ?? []) {
            if (!reachable([member], made).has(set)) expect(levelOf(member)).toBeLessThan(levelOf(set));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

function reachable(roots: readonly string[], sets: Library['sets']): Set<string> {
  const seen = new Set(roots);
  for (const id of seen) for (const member of sets[id] ?? []) seen.add(member);
  return seen;
}
