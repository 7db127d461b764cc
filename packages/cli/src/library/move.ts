import { inGroupsOf, maxIds } from '../assets/in-groups-of.ts';
import { any, defineCommand, flag, one, text } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { actOnFound, foundLines, foundNotes, foundOptions, foundQuery } from '../jobs/act-on-found.ts';
import { folderPath } from './folder-path.ts';

export const move = defineCommand({
  path: 'mv',
  feature: 'library',
  summary: 'Move assets to another folder. Ids, versions and delivery URLs stay',
  notes: foundNotes,
  args: { ids: any('Ids of assets. Without ids, --find or filters say which') },
  options: {
    to: text('<folder>', 'folder of the library'),
    ...foundOptions,
    partial: flag('leave out assets that do not exist, in place of refusing all'),
  },
  examples: [
    { command: 'mv red-shoe blue-shoe --to /archive/', does: 'moves two assets' },
    {
      command: 'mv --keyword spring --to /archive/ --yes',
      does: 'moves every asset with a keyword, by a job',
    },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'warning') return [`${paint('yellow', 'warning')}  ${output.message}`];
      if (output.kind === 'moved')
        return [`${paint('green', 'moved')}  ${output.asset.id}  ${output.asset.folder}`];
      return foundLines(output, paint);
    },
  },
  async *run(context, { ids, to, partial, yes, detach, ...filters }) {
    const { client, signal } = context;
    if (to === undefined) throw usageError('--to is missing.', 'Give the folder, as in --to /archive/.');
    const query = foundQuery(ids, filters);
    if (query)
      return yield* actOnFound(context, { name: 'move', folder: folderPath(to) }, query, {
        yes,
        detach,
        question: `Move to ${folderPath(to)}`,
      });
    for (const assetIds of inGroupsOf(maxIds, ids)) {
      for (let remaining = true; remaining; ) {
        const body = { assetIds, partial, folder: folderPath(to) };
        const response = await client.call('moveAssets', { body, signal });
        remaining = response.remaining;
        for (const asset of response.items) yield { kind: 'moved', asset };
        for (const id of response.unknown) yield { kind: 'warning', message: `There is no asset ${id}` };
      }
    }
    return 0;
  },
});

export const rename = defineCommand({
  path: 'rename',
  feature: 'library',
  summary: 'Give an asset another id, and with it another delivery URL',
  args: { id: one('Id of the asset'), to: one('New id') },
  options: { redirect: flag('the former URL keeps working for 30 days') },
  examples: [{ command: 'rename red-shoe crimson-shoe --redirect', does: 'renames an asset' }],
  show: {
    lines: ({ asset, warnings }, paint) => [
      `${paint('green', '✓')} It is ${asset.id} now.`,
      ...warnings.map((warning) => `${paint('yellow', 'warning')}  ${warning}`),
    ],
  },
  async *run({ client, signal }, { id, to, redirect }) {
    yield await client.call('renameAsset', { params: { id }, body: { to, redirect }, signal });
    return 0;
  },
});
