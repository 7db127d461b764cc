import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editMetadata } from '../../../domain/library/edit-metadata.ts';
import type { MetadataSchema } from '../../../domain/library/metadata-schema.ts';
import {
  datesOfRow,
  editOfRow,
  headerProblems,
  joinKeywords,
  metadataTable,
  readMetadataRows,
  splitKeywords,
} from '../../../domain/library/metadata-table.ts';
import { asset } from '../../functions/serve-api/api-records.ts';

const schema: MetadataSchema = {
  freeFields: true,
  fields: [
    { name: 'price', label: 'Price', required: false, type: 'number' },
    { name: 'sale', label: 'Sale', required: false, type: 'boolean' },
  ],
};
const shoe = {
  ...asset,
  id: 'shoe',
  title: 'Shoe',
  description: 'Red\nand new',
  keywords: ['red', 'a; b', 'c\\d'],
  fields: { price: -5, sale: true, size: 42, note: '=1' },
};
const plain = { ...asset, id: 'plain' };

describe('the dates of a row', () => {
  const before = { liveFrom: '2027-03-15T14:10:00.000Z', liveUntil: '2027-04-01T00:00:00.000Z' };
  const dates = (header: string[], cells: string[], empty: 'keep' | 'remove' = 'remove') => {
    const [row] = readMetadataRows(['id', ...header], [['shoe', ...cells]], empty);
    return row && datesOfRow(row, before, 'Europe/Berlin');
  };

  it.each([
    [['title'], ['x'], 'remove', undefined],
    [['liveFrom'], ['2027-03-20T10:00'], 'remove', { ...before, liveFrom: '2027-03-20T09:00:00.000Z' }],
    [['liveUntil'], [''], 'remove', { liveFrom: before.liveFrom }],
    [['liveUntil'], [''], 'keep', undefined],
    [['liveFrom', 'liveUntil'], ['', ' '], 'remove', {}],
    [
      ['liveFrom', 'liveUntil'],
      ['', '2027-05-01T00:00Z'],
      'keep',
      { ...before, liveUntil: '2027-05-01T00:00:00.000Z' },
    ],
    // What an export has, changes nothing.
    [['liveFrom', 'liveUntil'], ['2027-03-15T14:10Z', '2027-04-01T00:00Z'], 'remove', before],
  ] as const)('with the columns %j and the cells %j (%s) are %j', (header, cells, empty, after) => {
    expect(dates([...header], [...cells], empty)).toEqual(after);
  });

  it.each([
    [['liveFrom'], ['soon'], 'liveFrom'],
    [['liveUntil'], ['2027-03-15T14:10Z'], 'liveUntil'],
  ])('with the columns %j and the cells %j are refused', (header, cells, field) => {
    expect(() => dates(header, cells)).toThrow(
      expect.objectContaining({ details: [expect.objectContaining({ field })] }),
    );
  });
});

describe('the table of some assets', () => {
  it('has the fields of the schema, then those that the assets have', () => {
    const dated = { ...shoe, liveFrom: '2027-03-15T14:10:00.000Z' };
    expect(metadataTable([dated, plain], schema)).toEqual([
      [
        'id',
        'folder',
        'type',
        'title',
        'description',
        'altText',
        'keywords',
        'liveFrom',
        'liveUntil',
        'fields.price',
        'fields.sale',
        'fields.note',
        'fields.size',
      ],
      [
        'shoe',
        asset.folder,
        asset.type,
        'Shoe',
        'Red\nand new',
        undefined,
        'red; a\\; b; c\\\\d',
        '2027-03-15T14:10Z',
        undefined,
        -5,
        'true',
        '=1',
        42,
      ],
      ['plain', asset.folder, asset.type, ...Array(10).fill(undefined)],
    ]);
  });

  it('changes nothing when it is read again', () => {
    const [header = [], ...cells] = metadataTable([shoe, plain], schema).map((row) =>
      row.map((cell) => String(cell ?? '')),
    );
    expect(headerProblems(header)).toEqual([]);
    const rows = readMetadataRows(header, cells, 'remove');
    for (const [index, before] of [shoe, plain].entries()) {
      const row = rows[index];
      if (row === undefined) throw new Error('There is no row');
      const edit = editOfRow(row, before, schema);
      expect(editMetadata(before, edit, schema, { at: before.modified, by: 'ann' })).toBe(before);
    }
  });
});

describe('the header of a table', () => {
  it.each([
    [['id', 'title', 'fields.sku', 'delete', 'folder', 'type'], []],
    [['title'], [['id', 'is missing']]],
    [['id', 'title', 'title'], [['title', 'is there twice']]],
    [['id', 'Title'], [['Title', 'is no column of metadata: those are id, title, description']]],
    [['id', ''], [['', 'is no column of metadata']]],
    [['id', 'fields.'], [['fields.', 'is not a valid name']]],
    [['id', 'fields.constructor'], [['fields.constructor', 'is not a valid name']]],
    [['id', 'fields.a b'], [['fields.a b', 'is not a valid name']]],
  ])('%j has the problems %j', (header, expected) => {
    expect(headerProblems(header)).toEqual(
      expected.map(([column, message = '']) => ({ column, message: expect.stringContaining(message) })),
    );
  });
});

describe('a row', () => {
  const edited = (
    cells: Record<string, string>,
    before: object = shoe,
    empty: 'keep' | 'remove' = 'remove',
  ) => {
    const [row] = readMetadataRows(['id', ...Object.keys(cells)], [['shoe', ...Object.values(cells)]], empty);
    if (row === undefined) throw new Error('There is no row');
    const edit = editOfRow(row, before, schema);
    return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
  };

  it.each([
    ['a text', { title: 'Boot' }, { title: 'Boot' }],
    ['an empty text', { title: ' ' }, { title: null }],
    ['keywords', { keywords: 'a; b ;;c' }, { keywords: ['a', 'b', 'c'] }],
    ['no keywords', { keywords: '' }, { keywords: [] }],
    [
      'keywords to add and remove',
      { addKeywords: 'a', removeKeywords: 'b' },
      { addKeywords: ['a'], removeKeywords: ['b'] },
    ],
    ['a number of the schema', { 'fields.price': ' 7.5 ' }, { fields: { price: 7.5 } }],
    ['no number', { 'fields.price': '7,5' }, { fields: { price: '7,5' } }],
    ['true in another case, as spreadsheets write it', { 'fields.sale': 'TRUE' }, { fields: { sale: true } }],
    ['a number that a free field has', { 'fields.size': '43' }, { fields: { size: 43 } }],
    ['a number in a free field that has a text', { 'fields.note': '43' }, { fields: { note: '43' } }],
    ['a number in a new free field', { 'fields.new': '43' }, { fields: { new: '43' } }],
    ['no value', { 'fields.size': '' }, { fields: { size: null } }],
    ['no value of a field that is missing', { 'fields.new': '' }, {}],
  ])('with %s is the edit %j → %j', (_, cells, expected) => {
    expect(edited(cells)).toEqual(expected);
  });

  it('keeps what is empty if that is wanted', () => {
    expect(edited({ title: '', keywords: ' ', 'fields.size': '', altText: 'x' }, shoe, 'keep')).toEqual({
      altText: 'x',
    });
  });

  it.each([
    [['a', ''], [], false],
    [['a', 'yes'], [], true],
    [['a', ' YES '], [], true],
    [['a', 'no'], [], false],
    [['a', 'x'], [{ column: 'delete', message: 'must be yes, no or empty, not x' }], false],
    [['', ''], [{ column: 'id', message: 'must not be empty' }], false],
  ])('%j has the problems %j', (cells, problems, trash) => {
    expect(readMetadataRows(['id', 'delete'], [cells], 'remove')).toMatchObject([
      { row: 2, problems, trash },
    ]);
  });

  it('with the id of an earlier row has a problem, in every Unicode form', () => {
    const rows = readMetadataRows(['id'], [['é'], ['b'], ['e\u0301']], 'remove');
    expect(rows.map(({ problems }) => problems)).toEqual([
      [],
      [],
      [{ column: 'id', message: 'é is in row 2 too' }],
    ]);
  });
});

describe('keywords in a cell', () => {
  it('are those that were written, whatever they contain', () => {
    const keyword = fc
      .string({ unit: fc.constantFrom('a', ';', '\\', ' ', '"'), minLength: 1, maxLength: 5 })
      .filter((text) => text === text.trim() && text !== '');
    fc.assert(
      fc.property(fc.array(keyword, { maxLength: 5 }), (keywords) => {
        expect(splitKeywords(joinKeywords(keywords) ?? '')).toEqual(keywords);
      }),
    );
  });
});
