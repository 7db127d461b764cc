import { describe, expect, it } from 'vitest';
import { writeCsv } from '../../../adapters/csv/write-csv.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { metadataTable } from '../../../domain/library/metadata-table.ts';
import { fromCsv, toCsv } from '../src/metadata-tables/csv-text.ts';
import { piecesOf, readTable, repeatedRows } from '../src/metadata-tables/import-table.ts';
import { metadataRows, type TableAsset } from '../src/metadata-tables/metadata-rows.ts';

const schema = {
  fields: [{ name: 'season', label: 'Season', type: 'text' as const, required: false }],
  freeFields: true,
};
const assets: TableAsset[] = [
  {
    id: '-shoe',
    folder: '/autumn/',
    type: 'image',
    title: '=SUM(1)',
    description: 'two\nlines, and "quotes"',
    keywords: ['a; b', 'back\\slash'],
    liveFrom: '2027-03-15T13:10:00.000Z',
    fields: { zeta: 1, alpha: false, season: "'+x" },
  },
  { id: 'bag', folder: '/', type: 'video' },
];

describe('a table of metadata', () => {
  it('is the one that the API exports', () => {
    const ofApi = writeCsv(metadataTable(assets as unknown as Asset[], schema));
    expect(toCsv(metadataRows(assets, schema))).toBe(ofApi);
  });

  it('is read as it was written', () => {
    const rows = metadataRows(assets, schema);
    expect(fromCsv(`\uFEFF${toCsv(rows)}`)).toEqual(rows);
  });

  it('is cut into pieces that a request takes, without losing a row', () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => `asset-${index},${'x'.repeat(200)}`);
    const { rows } = readTable('a.csv', ['id,title', ...lines].join('\n'));
    const pieces = piecesOf(rows);
    expect(pieces.map((piece) => piece.length)).toEqual([1_000, 1_000, 500]);
    expect(pieces.flat()).toEqual(rows);
    const long = readTable('b.csv', `id,title\na,${'x'.repeat(290_000)}\nb,${'y'.repeat(290_000)}`);
    expect(piecesOf(long.rows)).toHaveLength(2);
  });

  it('names rows whose asset is in an earlier one', () => {
    const repeated = repeatedRows(readTable('a.csv', 'title;id\nx;bag\ny;hat\nz;bag \n;\n'));
    expect([...repeated]).toEqual([
      [
        4,
        { row: 4, id: 'bag', outcome: 'failed', errors: [{ column: 'id', message: 'bag is in row 2 too' }] },
      ],
    ]);
  });
});
