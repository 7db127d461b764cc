import type { Outputs } from '../../contract/outputs.ts';
import { assetColumns } from '../assets/asset-text.ts';
import { type Column, choice, defineCommand, flag, optional, whole } from '../command.ts';
import { folderPath } from './folder-path.ts';

type Listed = Outputs['ls'];

/** Columns of assets, in which folders have a name only. */
const columns = assetColumns.map(
  (column): Column<Listed> => ({
    title: column.title,
    ...(column.right ? { right: column.right } : {}),
    cell(item, paint) {
      if (item.kind === 'asset') return column.cell(item, paint);
      if (column.title === 'ID') return paint('cyan', `${item.name}/`);
      return column.title === 'TYPE' ? 'folder' : '';
    },
  }),
);

export const ls = defineCommand({
  path: 'ls',
  feature: 'library',
  summary: 'List the folders and assets of a folder',
  args: { folder: optional('Folder, such as /autumn/. Default: the root') },
  options: {
    below: flag('also list what is in the folders below'),
    state: choice(['published', 'unpublished'], 'only assets in this state'),
    sort: choice(['name', 'date', 'size', 'type'], 'order within each folder'),
    order: choice(['asc', 'desc'], 'direction of the order'),
    max: whole(1, 1_000_000_000, 'stop after so many assets'),
  },
  examples: [
    { command: 'ls /autumn/', does: 'lists the folders and assets of a folder' },
    { command: 'ls / --below --state unpublished', does: 'lists every asset that is not published' },
    {
      command: 'ls / --below --json | jq -r "select(.kind == \\"asset\\") | .id"',
      does: 'prints the ids of all assets',
    },
  ],
  show: { columns, none: 'Nothing is here.' },
  async *run({ client, signal }, { folder: given, below, state, sort, order, max }) {
    const folder = folderPath(given ?? '/');
    if (!below)
      for await (const item of client.all('listFolders', { query: { parent: folder }, signal }))
        yield { kind: 'folder', ...item };
    const query = { folder, below, state, sort, order, limit: Math.min(max ?? 1_000, 1_000) };
    let count = 0;
    for await (const asset of client.all('listAssets', { query, signal })) {
      yield { kind: 'asset', ...asset };
      count += 1;
      if (count === max) break;
    }
    return 0;
  },
});
