import { expect, it } from 'vitest';
import { pairsOf } from './covering-array.ts';

it.each([2, 3, 5, 8, 12])(
  'rows of %i options hold every pair in every combination that has one on',
  (count) => {
    const options = Array.from({ length: count }, (_, index) => ({ [`s${index}`]: 'on' }));
    const rows = pairsOf(options);
    for (let one = 0; one < count; one++)
      for (let other = one + 1; other < count; other++) {
        const seen = new Set(rows.map((row) => `${`s${one}` in row} ${`s${other}` in row}`));
        expect([...seen]).toEqual(expect.arrayContaining(['true true', 'true false', 'false true']));
      }
    expect(rows.length).toBeLessThanOrEqual(2 + 2 * Math.ceil(Math.log2(count) + 1));
  },
);
