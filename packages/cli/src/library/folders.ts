import { defineCommand, flag, one, optional, text } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { folderPath } from './folder-path.ts';

export const listFolders = defineCommand({
  path: 'folders ls',
  feature: 'library',
  summary: 'List the folders of a folder',
  args: { parent: optional('Folder, such as /autumn/. Default: the root') },
  options: {},
  examples: [{ command: 'folders ls /autumn/', does: 'lists the folders directly below /autumn/' }],
  show: {
    columns: [
      { title: 'NAME', cell: ({ name }, paint) => paint('cyan', `${name}/`) },
      { title: 'PATH', cell: ({ path }) => path },
    ],
    none: 'There is no folder here.',
  },
  async *run({ client, signal }, { parent = '/' }) {
    yield* client.all('listFolders', { query: { parent: folderPath(parent) }, signal });
    return 0;
  },
});

export const addFolder = defineCommand({
  path: 'folders add',
  feature: 'library',
  summary: 'Create a folder and its parents. Uploads and moves create theirs themselves',
  args: { folder: one('Folder, such as /autumn/shoes/') },
  options: {},
  examples: [{ command: 'folders add /autumn/shoes/', does: 'creates /autumn/ and /autumn/shoes/' }],
  show: { lines: ({ path }, paint) => [`${paint('green', '✓')} ${path}`] },
  async *run({ client, signal }, { folder }) {
    yield await client.call('createFolder', { body: { path: folderPath(folder) }, signal });
    return 0;
  },
});

export const moveFolder = defineCommand({
  path: 'folders mv',
  feature: 'library',
  summary: 'Move or rename a folder with everything in it. Ids, versions and delivery URLs stay',
  args: { folder: one('Folder, such as /autumn/shoes/') },
  options: { to: text('<folder>', 'its new path, which does not exist yet') },
  examples: [{ command: 'folders mv /autumn/shoes/ --to /archive/shoes/', does: 'moves a folder' }],
  show: { lines: ({ path, moved }, paint) => [`${paint('green', '✓')} ${path}: ${moved} assets moved`] },
  async *run({ client, signal }, { folder, to }) {
    if (to === undefined)
      throw usageError('--to is missing.', 'Give the new path, as in --to /archive/shoes/.');
    const body = { from: folderPath(folder), to: folderPath(to) };
    let moved = 0;
    for (let remaining = true; remaining; ) {
      const response = await client.call('moveFolder', { body, signal });
      moved += response.moved;
      remaining = response.remaining;
    }
    yield { path: body.to, moved };
    return 0;
  },
});

export const deleteFolder = defineCommand({
  path: 'folders rm',
  feature: 'library',
  summary: 'Delete a folder: everything in it and below it goes to the trash',
  args: { folder: one('Folder, such as /autumn/') },
  options: { yes: flag('do not ask') },
  examples: [{ command: 'folders rm /autumn/', does: 'asks, and deletes a folder' }],
  show: {
    lines: ({ path, trashed, warnings }, paint) => [
      `${paint('green', '✓')} ${path} is deleted: ${trashed} assets are in the trash`,
      ...warnings.map((warning) => `${paint('yellow', 'warning')}  ${warning}`),
    ],
  },
  async *run({ client, signal, confirm }, { folder, yes }) {
    const path = folderPath(folder);
    await confirm(`Delete ${path} and move everything in it to the trash?`, yes);
    const warnings: string[] = [];
    let trashed = 0;
    for (let remaining = true; remaining; ) {
      const response = await client.call('deleteFolder', { query: { path }, signal });
      trashed += response.trashed;
      warnings.push(...response.warnings);
      remaining = response.remaining;
    }
    yield { path, trashed, warnings };
    return 0;
  },
});
