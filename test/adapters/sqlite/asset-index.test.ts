import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type AssetIndex, createAssetIndex, openAssetIndex } from '../../../adapters/sqlite/asset-index.ts';
import { type Asset, isPublished } from '../../../domain/assets/asset.ts';
import { foldText } from '../../../domain/library/fold-text.ts';
import {
  defaultOrder,
  type IndexChange,
  type IndexQuery,
  type SearchPosition,
  type SearchSort,
  searchFacets,
  searchSorts,
  toIndexedAsset,
} from '../../../domain/library/indexed-asset.ts';
import {
  foldName,
  isChanged,
  matchesSearch,
  orientationOf,
  orientations,
  type RelationFlags,
  type SearchFilters,
  searchStates,
} from '../../../domain/library/search-filters.ts';
import { anAsset } from '../../support/builders.ts';

const folder = mkdtempSync(join(tmpdir(), 'asset-index-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
function emptyIndex(): AssetIndex {
  made += 1;
  return createAssetIndex(join(folder, `${made}.sqlite`));
}

const at = '2026-11-24T08:30:00.000Z';
const sequenceOf = (number: number) => String(number).padStart(40, '0');
const put = (asset: Asset, sequence = 1): IndexChange => ({
  kind: 'asset',
  id: asset.id,
  asset: asset.trashed ? undefined : toIndexedAsset(asset),
  sequence: sequenceOf(sequence),
  at,
});
const use = (member: string, set: string, shown = true, sequence = 1): IndexChange => ({
  kind: 'use',
  member,
  set,
  shown,
  sequence: sequenceOf(sequence),
  at,
});
const remove = (id: string, sequence: number): IndexChange => ({
  kind: 'asset',
  id,
  sequence: sequenceOf(sequence),
  at,
});

const everything: IndexQuery = { filters: {}, sort: 'name', order: 'asc', limit: 1_000 };
const idsIn = (index: AssetIndex, query: Partial<IndexQuery> = {}) =>
  index.search({ ...everything, ...query }).hits.map(({ id }) => id);

const words = [
  'red',
  'Schuh',
  'Größe',
  'café',
  'Łódź',
  'ab',
  'x',
  '2026',
  'blue-boot',
  '"quoted"',
  "o'clock",
  '日本語',
  '100%',
  'under_score',
];
const publication = { at, by: 'ann', key: 'k' };

/** A library with sets, derived images and trashed assets; many are alike in what lists are sorted by. */
function randomLibrary(seed: number, count: number): { assets: Asset[]; uses: [string, string][] } {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <Value>(values: readonly Value[]): Value => values[next(values.length)] as Value;
  const some = (max: number) => Array.from({ length: next(max + 1) }, () => pick(words));
  const assets = Array.from({ length: count }, (_, number): Asset => {
    const type = pick(['image', 'image', 'video', 'pdf', 'image-set', 'derived-image'] as const);
    const published = next(2) === 0;
    return anAsset({
      id: `${pick(words)}${pick(['-', ' ', '_'])}${number}`,
      fileName: `${pick(words)}.png`,
      type,
      version: 2,
      bytes: next(20) * 100,
      ...(next(4) === 0 ? {} : { width: 1 + next(5), height: 1 + next(5) }),
      folder: pick(['/', '/a/', '/a/b/', '/a0/', '/c/']),
      created: `2026-11-2${next(4)}T08:00:00.000Z`,
      createdBy: pick(['ann', 'bob']),
      modified: `2026-11-24T08:00:00.0${String(next(30)).padStart(2, '0')}Z`,
      intent: pick(['live', 'pending', 'held']),
      publications: published ? { 'image-serving': { ...publication, version: 1 + next(2) } } : {},
      ...(next(2) === 0 ? {} : { title: some(3).join(' ') || 'x' }),
      ...(next(3) === 0 ? { description: some(6).join('\n') } : {}),
      ...(next(3) === 0 ? { altText: some(2).join(' ') } : {}),
      ...(next(2) === 0 ? { keywords: [...new Set(some(3))] } : {}),
      ...(next(3) === 0
        ? { fields: { colour: pick(words), year: 2_020 + next(3), sale: next(2) === 0 } }
        : {}),
      ...(next(15) === 0 ? { trashed: { at, by: 'ann' } } : {}),
    });
  });
  const ids = assets.map(({ id }) => id);
  const withParents = assets.map((asset) =>
    asset.type === 'derived-image' ? { ...asset, parent: pick(ids) } : asset,
  );
  const uses = withParents
    .filter(({ type }) => type === 'image-set')
    .flatMap(({ id }) =>
      Array.from({ length: next(5) }, (): [string, string] => [next(8) === 0 ? 'purged' : pick(ids), id]),
    );
  return { assets: withParents, uses };
}

/** By id, for the assets that are not in the trash. */
function flagsIn({ assets, uses }: ReturnType<typeof randomLibrary>): Map<string, RelationFlags> {
  const present = new Map(assets.filter(({ trashed }) => !trashed).map((one) => [one.id, one]));
  const live = (id: string) => {
    const found = present.get(id);
    return found !== undefined && isPublished(found);
  };
  return new Map(
    [...present.values()].map((asset) => [
      asset.id,
      {
        unused: !uses.some(([member, set]) => member === asset.id && present.has(set)),
        incomplete: isPublished(asset) && uses.some(([member, set]) => set === asset.id && !live(member)),
        stillLive: isPublished(asset) && asset.parent !== undefined && !live(asset.parent),
      },
    ]),
  );
}

const sortValue = (asset: Asset, sort: SearchSort): string | number =>
  ({
    name: foldName(asset.id),
    title: foldText(asset.title ?? ''),
    date: asset.modified,
    created: asset.created,
    size: asset.bytes,
    width: asset.width ?? 0,
    type: asset.type,
    folder: asset.folder,
    uploader: asset.createdBy,
  })[sort];

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : Buffer.compare(Buffer.from(`${a}`), Buffer.from(`${b}`));

function expectedIds(
  assets: readonly Asset[],
  flags: ReadonlyMap<string, RelationFlags>,
  { filters, sort, order }: IndexQuery,
): string[] {
  const sign = order === 'asc' ? 1 : -1;
  return assets
    .filter(
      (asset) =>
        matchesSearch(asset, filters) &&
        (['unused', 'incomplete', 'stillLive'] as const).every(
          (flag) => filters[flag] === undefined || filters[flag] === flags.get(asset.id)?.[flag],
        ),
    )
    .map((asset) => ({ id: asset.id, value: sortValue(asset, sort) }))
    .sort((a, b) => sign * (compare(a.value, b.value) || compare(a.id, b.id)))
    .map(({ id }) => id);
}

const fragment = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(
    're',
    'EDR',
    'Sch',
    'groes',
    'GROSSE',
    'CAFE',
    'lodz',
    'chuh',
    'lue-bo',
    '日本',
    '1',
    '12',
    '-1',
    '%',
    '_',
    '"',
    "'",
    '*',
    'png',
    'boot red',
  ),
  fc.string({ minLength: 1, maxLength: 4 }).filter((text) => !/\p{Cc}/u.test(text)),
);

const filters: fc.Arbitrary<SearchFilters> = fc
  .record(
    {
      q: fc.array(fragment, { minLength: 1, maxLength: 3 }).map((list) => list.join(' ')),
      keyword: fc.constantFrom('RED', 'schuh', 'Größe', 'none'),
      field: fc.constantFrom(
        { name: 'colour', value: 'grösse' },
        { name: 'year', value: '2021' },
        { name: 'sale', value: 'true' },
        { name: 'none', value: '' },
      ),
      types: fc
        .subarray(['image', 'video', 'image-set', 'derived-image'] as const, { minLength: 1 })
        .map((types) => [...types]),
      state: fc.constantFrom(...searchStates),
      modifiedFrom: fc.constantFrom('2026-11-24T08:00:00.005Z', '2026-11-24T08:00:00.020Z'),
      modifiedTo: fc.constantFrom('2026-11-24T08:00:00.020Z', '2026-11-24T08:00:00.025Z'),
      createdFrom: fc.constantFrom('2026-11-21T00:00:00.000Z', '2026-11-22T08:00:00.000Z'),
      createdTo: fc.constant('2026-11-22T23:59:59.999Z'),
      bytesFrom: fc.integer({ min: 0, max: 1_000 }),
      bytesTo: fc.integer({ min: 500, max: 2_000 }),
      widthFrom: fc.integer({ min: 1, max: 3 }),
      widthTo: fc.integer({ min: 2, max: 5 }),
      heightFrom: fc.integer({ min: 1, max: 3 }),
      heightTo: fc.integer({ min: 2, max: 5 }),
      orientation: fc.constantFrom(...orientations),
      uploader: fc.constantFrom('ann', 'bob', 'nobody'),
      folder: fc.constantFrom('/', '/a/', '/a/b/', '/none/'),
      below: fc.boolean(),
      unused: fc.boolean(),
      incomplete: fc.boolean(),
      stillLive: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  // Few filters at a time, so that most queries find something.
  .chain((all) =>
    fc
      .subarray(Object.keys(all) as (keyof SearchFilters)[], { maxLength: 3 })
      .map((kept) => Object.fromEntries(kept.map((name) => [name, all[name]])) as SearchFilters),
  );

describe('the index of a company', () => {
  it('finds exactly what a filter of the whole library finds, in 2,000 random queries', () => {
    const library = randomLibrary(42, 400);
    const index = emptyIndex();
    index.apply([
      ...library.assets.map((asset) => put(asset)),
      ...library.uses.map(([member, set]) => use(member, set)),
    ]);
    const flags = flagsIn(library);
    let found = 0;
    fc.assert(
      fc.property(
        filters,
        fc.constantFrom(...searchSorts),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.constantFrom(3, 50, 1_000),
        (wanted, sort, order, limit) => {
          const query = { filters: wanted, sort, order, limit };
          const ids: string[] = [];
          let after: SearchPosition | undefined;
          let pages = 0;
          do {
            const { hits, total, next } = index.search({ ...query, after });
            expect(hits.length).toBeLessThanOrEqual(limit);
            ids.push(...hits.map(({ id }) => id));
            if (pages === 0) found += total > 0 ? 1 : 0;
            after = next;
            pages += 1;
            // The rest is in order as well: a few pages of a long list are enough.
          } while (after && pages < 5);
          const expected = expectedIds(library.assets, flags, query);
          expect(ids).toEqual(expected.slice(0, after ? ids.length : expected.length));
          expect(index.search(query).total).toBe(expected.length);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(800);
  }, 120_000);

  it('says of each hit how it relates to others', () => {
    const library = randomLibrary(7, 300);
    const index = emptyIndex();
    index.apply([
      ...library.assets.map((asset) => put(asset)),
      ...library.uses.map(([member, set]) => use(member, set)),
    ]);
    const flags = flagsIn(library);
    const { hits } = index.search(everything);
    expect(hits).toEqual(hits.map(({ id }) => ({ id, ...flags.get(id) })));
    for (const flag of ['unused', 'incomplete', 'stillLive'] as const)
      expect(new Set(hits.map((hit) => hit[flag])).size).toBe(2);
  });

  it('counts the values of each facet among all matches', () => {
    const library = randomLibrary(3, 300);
    const index = emptyIndex();
    index.apply(library.assets.map((asset) => put(asset)));
    const matching = library.assets.filter((asset) => matchesSearch(asset, { q: 're' }));
    const { facets, hits } = index.search({
      ...everything,
      filters: { q: 're' },
      limit: 2,
      facets: searchFacets,
    });
    expect(hits).toHaveLength(2);
    const counts = (values: readonly (string | undefined)[]) => {
      const sums = new Map<string, number>();
      for (const value of values) if (value !== undefined) sums.set(value, (sums.get(value) ?? 0) + 1);
      return [...sums]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || compare(a.value, b.value));
    };
    expect(facets).toEqual({
      type: counts(matching.map(({ type }) => type)),
      folder: counts(matching.map((asset) => asset.folder)),
      uploader: counts(matching.map(({ createdBy }) => createdBy)),
      orientation: counts(matching.map(orientationOf)),
      keyword: counts(
        matching.flatMap(({ keywords = [] }) => [...new Set(keywords.map((one) => one.toLowerCase()))]),
      ),
      state: [
        { value: 'published', count: matching.filter(isPublished).length },
        { value: 'unpublished', count: matching.filter((asset) => !isPublished(asset)).length },
        { value: 'changed', count: matching.filter(isChanged).length },
        { value: 'held', count: matching.filter(({ intent }) => intent === 'held').length },
      ],
    });
  });

  it('ends up the same whatever the order of the changes, and however often each arrives', () => {
    const ids = ['a', 'b', 'c'];
    const histories = fc.array(
      fc.record({
        id: fc.constantFrom(...ids),
        removed: fc.boolean(),
        title: fc.constantFrom('one', 'two', 'three'),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat(1_000)), (history, random) => {
        const changes = history.flatMap(({ id, removed, title }, number): IndexChange[] => [
          removed ? remove(id, number + 1) : put(anAsset({ id, title }), number + 1),
          use(id, 'set', !removed, number + 1),
        ]);
        const straight = emptyIndex();
        straight.apply(changes);
        const mixed = emptyIndex();
        const shuffled = [...changes, ...changes]
          .map((change) => ({ change, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ change }) => change);
        for (const change of shuffled) mixed.apply([change]);
        for (const query of [{}, { filters: { q: 'two' } }, { filters: { unused: true } }])
          expect(mixed.search({ ...everything, ...query })).toEqual(
            straight.search({ ...everything, ...query }),
          );
        for (const index of [straight, mixed]) index.close();
      }),
      { numRuns: 100 },
    );
  });

  it('ignores changes that are older than what it was built from', () => {
    const index = emptyIndex();
    index.apply([{ ...put(anAsset({ id: 'a', title: 'new' })), sequence: '' }]);
    index.setCoverage({ covers: '', since: '2026-11-24T08:30:01.500Z', rebuilt: '' });
    index.apply([put(anAsset({ id: 'a', title: 'old' })), remove('a', 9), put(anAsset({ id: 'purged' }))]);
    expect(idsIn(index)).toEqual(['a']);
    expect(idsIn(index, { filters: { q: 'new' } })).toEqual(['a']);
    index.apply([{ ...put(anAsset({ id: 'a', title: 'newer' })), at: '2026-11-24T08:30:01.000Z' }]);
    expect(idsIn(index, { filters: { q: 'newer' } })).toEqual(['a']);
  });

  it('keeps nothing of a removed asset once no older change can arrive', () => {
    const index = emptyIndex();
    const path = join(folder, `${made}.sqlite`);
    index.apply([
      put(anAsset({ id: 'a', keywords: ['red'] })),
      use('a', 'set'),
      remove('a', 2),
      use('a', 'set', false, 2),
    ]);
    index.setCoverage({ covers: 'x', since: '2026-11-25T00:00:00.000Z', rebuilt: '' });
    index.optimise();
    index.close();
    const database = new DatabaseSync(path);
    const rows = ['assets', 'texts', 'terms', 'gone', 'uses', 'grams'].map(
      (table) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n,
    );
    database.close();
    expect(rows).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('is the same after it was closed and opened', () => {
    const index = emptyIndex();
    const path = join(folder, `${made}.sqlite`);
    index.apply([put(anAsset({ id: 'a', title: 'Größe' }))]);
    index.setCoverage({ covers: 'c', since: at, rebuilt: 'r' });
    index.close();
    const again = openAssetIndex(path);
    expect(again?.coverage()).toEqual({ covers: 'c', since: at, rebuilt: 'r' });
    expect(again && idsIn(again, { filters: { q: 'GROSSE' } })).toEqual(['a']);
    expect(again?.count()).toBe(1);
    again?.close();
  });

  it('does not open an index of another format', () => {
    const index = emptyIndex();
    const path = join(folder, `${made}.sqlite`);
    index.close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(openAssetIndex(path)).toBeUndefined();
  });

  it('applies all changes of a call or none', () => {
    const index = emptyIndex();
    const broken = { ...put(anAsset({ id: 'b' })), sequence: undefined as unknown as string };
    expect(() => index.apply([put(anAsset({ id: 'a' })), broken])).toThrow();
    expect(idsIn(index)).toEqual([]);
    index.apply([put(anAsset({ id: 'a' }))]);
    expect(idsIn(index)).toEqual(['a']);
  });
});

describe('the default order', () => {
  it.each([
    ['date', 'desc'],
    ['size', 'desc'],
    ['name', 'asc'],
    ['type', 'asc'],
  ] as const)('of %s is %s', (sort, order) => {
    expect(defaultOrder(sort)).toBe(order);
  });
});
