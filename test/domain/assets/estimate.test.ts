import { anAsset } from '../../support/builders.ts';
import { expect, it } from 'vitest';
import {
  addTotals,
  costOf,
  noTotals,
  publishTotals,
  readUnitsOf,
  withdrawTotals,
} from '../../../domain/assets/estimate.ts';

it('publishing one image takes one copy and three write units', () => {
  const totals = publishTotals(anAsset({ id: 'a' }), ['image-serving'], { copies: 1, isPending: true });
  expect(totals).toEqual({ copies: 1, bytes: 1_000, writeUnits: 3 });
});

it('a large record takes more units', () => {
  const asset = anAsset({ id: 'a', description: 'ü'.repeat(2_000) });
  expect(publishTotals(asset, ['image-serving'], { copies: 1, isPending: false }).writeUnits).toBe(6);
  expect(readUnitsOf(asset)).toBe(2);
});

it('withdrawing writes the record and a history entry for each server', () => {
  const asset = anAsset({
    id: 'a',
    publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: 'k' } },
  });
  expect(withdrawTotals(asset, { deletes: 1, isPending: false })).toEqual({ deletes: 1, writeUnits: 2 });
});

it('costs follow the price list', () => {
  const million = addTotals(noTotals, { copies: 1e6, writeUnits: 3e6, readUnits: 1e6, parts: 1e4 });
  // The table of docs/costs.md: $5.00, $1.88, $0.13 and $0.50.
  expect(costOf(million)).toBeCloseTo(5 + 1.875 + 0.125 + 0.5, 6);
  expect(costOf(addTotals(noTotals, { copies: 1 }))).toBe(0.000005);
  expect(costOf(addTotals(noTotals, { invalidations: 2, gets: 10 }))).toBe(0.010004);
});
