import { anAsset } from '../../support/builders.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asset, assetTypes } from '../../../domain/assets/asset.ts';
import {
  planSearch,
  type SearchPlan,
  type SearchRange,
  searchSorts,
} from '../../../domain/library/plan-search.ts';
import { matchesSearch, type SearchFilters, searchStates } from '../../../domain/library/search-filters.ts';

const from = '2026-11-01T00:00:00.000Z';
const to = '2026-11-30T23:59:59.999Z';

describe('the index of a search', () => {
  it.each<[string, SearchFilters, SearchPlan['by'], boolean]>([
    ['no filter', {}, 'date', true],
    ['a type', { types: ['video'] }, 'date', true],
    ['a state', { state: 'held' }, 'date', true],
    ['dates', { modifiedFrom: from, modifiedTo: to }, 'date', true],
    ['sizes', { bytesFrom: 1_000_000 }, 'size', false],
    ['dates and sizes', { modifiedFrom: from, bytesTo: 9 }, 'date', true],
    ['three letters', { q: 'red' }, 'name', false],
    ['one letter', { q: 'r' }, 'name', false],
    ['a keyword', { keyword: 'Shoes' }, 'keyword', false],
    ['a keyword and three letters', { keyword: 'shoes', q: 'red' }, 'name', false],
    ['a keyword and two letters', { keyword: 'shoes', q: 're' }, 'keyword', false],
    ['a folder', { folder: '/autumn/' }, 'folder', false],
    ['a folder and one letter', { folder: '/autumn/', q: 'r' }, 'folder', false],
    ['a folder and dates', { folder: '/autumn/', modifiedTo: to }, 'folder-date', true],
    ['a folder and sizes', { folder: '/autumn/', bytesTo: 9 }, 'folder-size', false],
    ['a folder with the folders below it', { folder: '/autumn/', below: true }, 'below', false],
    [
      'a folder with the folders below it and a letter',
      { folder: '/a/', below: true, q: 'r' },
      'name',
      false,
    ],
    ['the root with all folders below it', { folder: '/', below: true }, 'date', true],
    ['a folder and a keyword', { folder: '/autumn/', keyword: 'shoes' }, 'keyword', false],
  ])('for %s is the narrowest one', (_, filters, by, descending) => {
    expect(planSearch(filters)).toMatchObject({ by, descending });
  });

  it.each<[SearchFilters, (typeof searchSorts)[number], SearchPlan['by']]>([
    [{}, 'name', 'name'],
    [{ folder: '/a/' }, 'name', 'folder'],
    [{ folder: '/a/', below: true }, 'name', 'name'],
    [{ keyword: 'shoes' }, 'name', 'keyword'],
    [{ keyword: 'shoes' }, 'date', 'date'],
    [{ q: 'red-shoe' }, 'date', 'date'],
    [{ q: 'red-shoe', folder: '/a/' }, 'date', 'folder-date'],
    [{ folder: '/a/' }, 'size', 'folder-size'],
    [{ types: ['image'] }, 'size', 'size'],
  ])('for %o in the order of %s is the one by %s', (filters, sort, by) => {
    expect(planSearch(filters, sort).by).toBe(by);
    expect(planSearch(filters, sort, 'asc').descending).toBe(false);
    expect(planSearch(filters, sort, 'desc').descending).toBe(true);
  });

  it('is read in lower case', () => {
    expect(planSearch({ q: 'RED' })).toMatchObject({ prefix: 'red' });
    expect(planSearch({ keyword: ' Running  Shoes' })).toMatchObject({ keyword: 'running shoes' });
  });

  it('is read only for the given types, or for all', () => {
    expect(planSearch({ types: ['image', 'video'] })).toMatchObject({ types: ['image', 'video'] });
    expect(planSearch({})).toMatchObject({ types: assetTypes });
  });

  const word = fc.constantFrom('a', 'ab', 'abc', 'Abcd');
  const folder = fc.constantFrom('/', '/a/', '/a/b/');
  const filters: fc.Arbitrary<SearchFilters> = fc.record(
    {
      q: word,
      keyword: word,
      types: fc.subarray(['image', 'video', 'pdf'] as const, { minLength: 1 }),
      state: fc.constantFrom(...searchStates),
      modifiedFrom: fc.constantFrom(from, to),
      bytesTo: fc.nat(20),
      folder,
      below: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  it('has every asset that the search must find', () => {
    const asset = fc
      .record({
        id: fc.constantFrom('a', 'AB', 'abc', 'abcde', 'x'),
        type: fc.constantFrom('image', 'video', 'pdf'),
        keywords: fc.subarray(['A', 'ab', 'abcd']),
        folder,
        bytes: fc.nat(20),
        modified: fc.constantFrom('2026-10-31T00:00:00.000Z', from, to),
        intent: fc.constantFrom('live', 'held'),
      })
      .map((facts) => anAsset(facts as Partial<Asset> & { id: string }));
    fc.assert(
      fc.property(filters, fc.option(fc.constantFrom(...searchSorts)), asset, (wanted, sort, found) => {
        fc.pre(matchesSearch(found, wanted));
        const plan = planSearch(wanted, sort ?? undefined);
        expect(holds(plan, found)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Whether the part of the index that the plan reads has the asset. */
function holds(plan: SearchPlan, asset: Asset): boolean {
  switch (plan.by) {
    case 'keyword':
      return (asset.keywords ?? []).some((text) => text.toLowerCase() === plan.keyword);
    case 'name':
      return asset.id.toLowerCase().startsWith(plan.prefix);
    case 'folder':
      return asset.folder === plan.folder;
    case 'below':
      return asset.folder.startsWith(plan.folder);
    case 'folder-date':
      return asset.folder === plan.folder && isWithin(asset.modified, plan.range);
    case 'folder-size':
      return asset.folder === plan.folder && isWithin(asset.bytes, plan.range);
    case 'date':
      return plan.types.includes(asset.type) && isWithin(asset.modified, plan.range);
    case 'size':
      return plan.types.includes(asset.type) && isWithin(asset.bytes, plan.range);
  }
}

function isWithin<Value extends string | number>(value: Value, { from, to }: SearchRange<Value>): boolean {
  return (from === undefined || value >= from) && (to === undefined || value <= to);
}

describe('an asset matches', () => {
  const asset = anAsset({ id: 'Red-Shoe', keywords: ['Sneaker'], folder: '/autumn/shoes/', bytes: 100 });

  it.each<[string, SearchFilters, boolean]>([
    ['no filter', {}, true],
    ['the beginning of its name', { q: 'rED-s' }, true],
    ['not a text inside its name', { q: 'shoe' }, false],
    ['its keyword in another case', { keyword: 'SNEAKER' }, true],
    ['not the beginning of its keyword', { keyword: 'snea' }, false],
    ['its type among others', { types: ['video', 'image'] }, true],
    ['not another type', { types: ['video'] }, false],
    ['its size as both bounds', { bytesFrom: 100, bytesTo: 100 }, true],
    ['not a larger size', { bytesFrom: 101 }, false],
    ['not the folder above', { folder: '/autumn/' }, false],
    ['the folder above with the folders below it', { folder: '/autumn/', below: true }, true],
    ['not a folder with a similar name', { folder: '/autumn/shoe/', below: true }, false],
    ['unpublished', { state: 'unpublished' }, true],
    ['not published', { state: 'published' }, false],
  ])('%s', (_, filters, expected) => {
    expect(matchesSearch(asset, filters)).toBe(expected);
  });

  it('no search if it is in the trash', () => {
    expect(matchesSearch({ ...asset, trashed: { at: from, by: 'ann' } }, {})).toBe(false);
  });

  it('the state changed if it is live in an older version', () => {
    const live = { version: 1, at: from, by: 'ann', key: 'k' };
    expect(matchesSearch({ ...asset, version: 2, publications: { video: live } }, { state: 'changed' })).toBe(
      true,
    );
    expect(matchesSearch({ ...asset, version: 1, publications: { video: live } }, { state: 'changed' })).toBe(
      false,
    );
  });
});
