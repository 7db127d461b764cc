import { counted, formatNumber } from './app.ts';
import { formatBytes } from './bytes.ts';

const assets = (count: number) => counted(count, 'asset', 'assets');
const rows = (count: number) => counted(count, 'row', 'rows');

export const metadataTableTexts = {
  menu: 'Metadata',
  exportShown: (count: number) => `Export metadata of ${assets(count)}`,
  importTable: 'Import a table',
  exporting: (count: number) => `The metadata of ${assets(count)} is being exported`,
  exported: (count: number) => `The metadata of ${assets(count)} is exported`,
  notExported: 'The metadata was not exported',
  title: 'Import metadata',
  description:
    'Change the metadata of many assets by a table in CSV, such as one that the library has exported. Nothing is changed before you have seen what would change.',
  choose: {
    header: 'The table',
    button: 'Choose a table',
    hint: 'The column id names the assets. Other columns: title, description, altText, keywords, addKeywords, removeKeywords, liveFrom, liveUntil, fields.<name>, and delete (yes moves the asset to the trash). Columns that are missing stay as they are.',
    empty: 'Empty cells',
    emptyChoices: {
      remove: { label: 'Remove the value', description: 'The asset has no title if its cell is empty' },
      keep: { label: 'Keep the value', description: 'An empty cell changes nothing' },
    },
    toLibrary: 'Library',
  },
  problems: {
    tooLarge: (bytes: number, max: number) =>
      `The file has ${formatBytes(bytes)}. A table has at most ${formatBytes(max)}: cut it into several.`,
    encoding: 'The file is not UTF-8. Save it as "CSV UTF-8" in your spreadsheet, and choose it again.',
    noRows: 'The table has no rows below its header.',
    cells: (line: number) => `Line ${line}: the row has not as many cells as the header.`,
    quotes: (line: number) => `Line ${line}: a quotation mark is not closed, or stands within a cell.`,
    unreadable: (line: number) => `Line ${line}: the table cannot be read as CSV.`,
    twice: (id: string, row: number) => `${id} is in row ${row} too`,
  },
  checking: (name: string) => `${name} is being checked`,
  applying: (name: string) => `${name} is being applied`,
  progress: (done: number, total: number) => `${formatNumber(done)} of ${rows(total)}`,
  stop: 'Stop',
  stopped: {
    checking: 'Stopped. Nothing is changed yet.',
    applying: 'Stopped. Rows that are done stay changed; "Go on" does the others.',
  },
  failed: 'The table was not processed to its end',
  goOn: 'Go on',
  checked: (name: string) => `What ${name} would change`,
  done: (name: string) => `What ${name} has changed`,
  another: 'Choose another table',
  counts: {
    changed: { checked: 'Will be changed', done: 'Changed' },
    trashed: { checked: 'Go to the trash', done: 'In the trash' },
    unchanged: { checked: 'Stay as they are', done: 'Stayed as they were' },
    failed: { checked: 'Have problems', done: 'Not changed' },
  },
  outcomes: {
    changed: { checked: 'Will be changed', done: 'Changed' },
    trashed: { checked: 'Goes to the trash', done: 'In the trash' },
    unchanged: { checked: 'Stays as it is', done: 'Stayed as it was' },
    failed: { checked: 'Problem', done: 'Not changed' },
  },
  filter: {
    label: 'Rows',
    all: (count: number) => `All (${formatNumber(count)})`,
    of: (label: string, count: number) => `${label} (${formatNumber(count)})`,
  },
  columns: { row: 'Row', asset: 'Asset', outcome: 'Result', details: 'Details' },
  caption: 'Rows of the table',
  cell: (column: string, message: string) => `${column}: ${message}`,
  nothing: 'nothing',
  pages: 'Pages of the rows',
  none: 'No row has this result',
  apply: (changed: number, trashed: number) => {
    if (trashed === 0) return `Change ${assets(changed)}`;
    if (changed === 0) return `Delete ${assets(trashed)}`;
    return `Change ${assets(changed)}, delete ${formatNumber(trashed)}`;
  },
  leftOut: (count: number) =>
    `${rows(count)} with problems will be left out. Correct them in the table and choose it again, or go on without them.`,
  nothingToDo: 'The table changes nothing.',
  deleteHeader: (count: number) => `Delete ${assets(count)}?`,
  deleteText: 'They are unpublished and go to the trash, where they stay for 7 days.',
  downloadFailed: 'Download the rows with problems',
  applied: (changed: number, trashed: number) =>
    [
      ...(changed > 0 || trashed === 0 ? [`${assets(changed)} changed`] : []),
      ...(trashed > 0 ? [`${assets(trashed)} in the trash`] : []),
    ].join(', '),
  notApplied: (name: string) => `${name} was not applied to its end`,
} as const;
