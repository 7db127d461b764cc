import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFormulaSafe, toFormulaSafe } from '../../domain/formula-safe.ts';

describe('a cell of a table', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+44 20', "'+44 20"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['\t=1', "'\t=1"],
    ['\rx', "'\rx"],
    ['＝1', "'＝1"],
    ["'=1", "''=1"],
    ["it's", "it's"],
    ["'quoted'", "'quoted'"],
    ['a=b', 'a=b'],
    ['', ''],
  ])('%j is written as %j', (text, cell) => {
    expect(toFormulaSafe(text)).toBe(cell);
    expect(fromFormulaSafe(cell)).toBe(text);
  });

  it('that was written by hand without an apostrophe is read as it is', () => {
    expect(fromFormulaSafe('=1')).toBe('=1');
  });

  it('is read as the text that was written, whatever that is', () => {
    const unit = fc.constantFrom("'", '=', '+', '-', '@', ' ', '\t', '\r', '\n', 'a', '＝');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 6 }), (text) => {
        expect(fromFormulaSafe(toFormulaSafe(text))).toBe(text);
      }),
    );
  });
});
