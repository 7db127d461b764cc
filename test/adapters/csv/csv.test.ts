import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvProblem, readCsv } from '../../../adapters/csv/read-csv.ts';
import { writeCsv } from '../../../adapters/csv/write-csv.ts';

describe('a table', () => {
  it.each([
    ['commas', 'id,title\r\na,"b, c"\r\n'],
    ['semicolons', 'id;title\r\na;b, c\r\n'],
    ['tabs', 'id\ttitle\na\tb, c\n'],
    ['a byte order mark', '\uFEFFid,title\na,"b, c"\n'],
    ['empty lines', 'id,title\n\na,"b, c"\n\n'],
    ['no line break at its end', 'id,title\na,"b, c"'],
  ])('with %s is read', (_, text) => {
    expect(readCsv(text, 9)).toEqual([
      ['id', 'title'],
      ['a', 'b, c'],
    ]);
  });

  it.each([
    ['a row that is too short', 'a,b\n1\n', 2, 'The row has not as many cells as the header'],
    ['a row that is too long', 'a,b\n1,2,3\n', 2, 'The row has not as many cells as the header'],
    ['an open quotation mark', 'a,b\n1,2\n3,"4\n', 3, 'A quotation mark is not closed'],
    ['a text after a closing quotation mark', 'a,b\n"1"x,2\n', 2, 'there must be a delimiter'],
    ['a quotation mark within a cell', 'a,b\n1"2,3\n', 2, 'write this one twice'],
  ])('with %s is refused with its line', (_, text, line, message) => {
    const read = () => readCsv(text, 9);
    expect(read).toThrow(CsvProblem);
    expect(read).toThrow(expect.objectContaining({ line, message: expect.stringContaining(message) }));
  });

  it('is read up to a number of rows', () => {
    expect(readCsv('a\n'.repeat(100), 7)).toHaveLength(7);
  });

  it('has the cells that were written, whatever they are', () => {
    const unit = fc.constantFrom(...'=+-@\'"; ,\t\r\na=é\\');
    const cell = fc.string({ unit, maxLength: 8 });
    // A row of one empty cell is an empty line.
    const rows = fc.array(fc.tuple(fc.constant('id'), cell, cell), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (table) => {
        const text = writeCsv([['id', 'title', 'keywords'], ...table]);
        expect(readCsv(text, 99).slice(1)).toEqual(table);
      }),
    );
  });

  it('has no cell that a spreadsheet takes for a formula, and numbers are no texts', () => {
    expect(writeCsv([['=1', '-1', -1, undefined]])).toBe("'=1,'-1,-1,\r\n");
  });
});
