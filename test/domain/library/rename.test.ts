import { describe, expect, it } from 'vitest';
import { renamedFileName } from '../../../domain/assets/asset-id.ts';
import { afterRenaming } from '../../../domain/library/rename.ts';
import { asset } from '../../functions/serve-api/api-records.ts';

const renaming = { to: 'crimson shoe', at: '2026-11-24T08:30:00.000Z', by: 'ann', redirect: false };

describe('the file name of a renamed asset', () => {
  it.each([
    ['red shoe.png', 'crimson.png'],
    ['red.shoe.PNG', 'crimson.PNG'],
    ['set without', 'crimson'],
    ['.hidden', 'crimson'],
  ])('for %s is %s', (fileName, expected) => {
    expect(renamedFileName(fileName, 'crimson')).toBe(expected);
  });
});

describe('renaming', () => {
  it('moves everything except publications to the new id, and reserves the former one', () => {
    const full = { ...asset, title: 'Shoe', keywords: ['red'], derivedCount: 2 };
    const { renamed, former } = afterRenaming(full, renaming);
    expect(renamed).toEqual({
      ...full,
      id: 'crimson shoe',
      fileName: 'crimson shoe.png',
      publications: {},
      stateAt: renaming.at,
      lastPublishedAt: '2026-11-24T08:00:00.000Z',
      renamedFrom: 'red shoe',
      modified: renaming.at,
      modifiedBy: 'ann',
    });
    expect(former).toEqual({
      ...asset,
      stateAt: renaming.at,
      modified: renaming.at,
      trashed: { at: renaming.at, by: 'ann', renamedTo: 'crimson shoe' },
    });
  });

  it.each([
    ['has no redirect by default', [], false, undefined],
    ['has a redirect from its last id', [], true, ['red shoe']],
    ['has redirects from earlier ids too', ['shoe'], true, ['shoe', 'red shoe']],
    ['keeps its redirects', ['shoe'], false, ['shoe']],
    ['has no redirect from the id that it gets back', ['crimson shoe'], true, ['red shoe']],
  ])('makes an asset that %s', (_, before, redirect, after) => {
    const { renamed, former } = afterRenaming(
      { ...asset, ...(before.length === 0 ? {} : { redirectsFrom: before }) },
      { ...renaming, redirect },
    );
    expect(renamed.redirectsFrom).toEqual(after);
    expect(former.trashed?.redirect).toBe(redirect || undefined);
    expect(former).not.toHaveProperty('redirectsFrom');
  });
});
