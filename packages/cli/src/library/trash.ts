import { inGroupsOf, maxIds } from '../assets/in-groups-of.ts';
import { any, defineCommand, flag, many } from '../command.ts';
import { actOnFound, foundLines, foundNotes, foundOptions, foundQuery } from '../jobs/act-on-found.ts';
import { formatTime } from '../output/format.ts';

/** Repeats a request that ends before its work is done. */
async function* untilDone<Response extends { readonly remaining: boolean }>(
  request: () => Promise<Response>,
): AsyncGenerator<Response> {
  for (;;) {
    const response = await request();
    yield response;
    if (!response.remaining) return;
  }
}

export const trash = defineCommand({
  path: 'trash',
  feature: 'library',
  summary: 'Put assets into the trash, withdrawn from all servers',
  notes: [
    'They can be restored for 7 days: pressroom restore. Derived images go with their parent.',
    ...foundNotes,
  ],
  args: { ids: any('Ids of assets. Without ids, --find or filters say which') },
  options: {
    ...foundOptions,
    partial: flag('leave out assets that do not exist, in place of refusing all'),
  },
  examples: [
    { command: 'trash red-shoe', does: 'puts an asset into the trash' },
    { command: 'trash --in /spring/ --below --yes', does: 'trashes every asset of a folder, by a job' },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'warning') return [`${paint('yellow', 'warning')}  ${output.message}`];
      if (output.kind === 'trashed') return [`${paint('green', 'trashed')}  ${output.id}`];
      return foundLines(output, paint);
    },
  },
  async *run(context, { ids, partial, yes, detach, ...filters }) {
    const { client, signal } = context;
    const query = foundQuery(ids, filters);
    if (query)
      return yield* actOnFound(context, { name: 'trash' }, query, {
        yes,
        detach,
        question: 'Move to the trash',
      });
    for (const assetIds of inGroupsOf(maxIds, ids)) {
      const body = { assetIds, partial };
      for await (const { trashed, warnings, unknown } of untilDone(() =>
        client.call('trashAssets', { body, signal }),
      )) {
        for (const id of trashed) yield { kind: 'trashed', id };
        for (const message of warnings) yield { kind: 'warning', message };
        for (const id of unknown) yield { kind: 'warning', message: `There is no asset ${id}` };
      }
    }
    return 0;
  },
});

export const listTrash = defineCommand({
  path: 'trash ls',
  feature: 'library',
  summary: 'List the assets in the trash',
  args: {},
  options: {},
  examples: [
    { command: 'trash ls', does: 'lists the trash, with the days until assets are deleted for good' },
  ],
  show: {
    columns: [
      { title: 'ID', cell: ({ asset }, paint) => paint('bold', asset.id) },
      { title: 'TYPE', cell: ({ asset }) => asset.type },
      { title: 'DAYS LEFT', right: true, cell: ({ daysLeft }) => String(daysLeft) },
      { title: 'TRASHED', cell: ({ asset }) => formatTime(asset.trashed?.at) },
      { title: 'FOLDER', cell: ({ asset }) => asset.folder },
    ],
    none: 'The trash is empty.',
  },
  async *run({ client, signal }) {
    yield* client.all('listTrash', { query: { limit: 1_000 }, signal });
    return 0;
  },
});

export const emptyTrash = defineCommand({
  path: 'trash empty',
  feature: 'library',
  summary: 'Delete assets in the trash for good: all that you may delete, or those that you name',
  args: { ids: any('Ids of assets in the trash. Default: everything that you may delete') },
  options: { yes: flag('do not ask') },
  examples: [
    { command: 'trash empty', does: 'asks, and deletes everything in the trash' },
    { command: 'trash empty old-shoe --yes', does: 'deletes one asset for good' },
  ],
  show: { lines: ({ id }, paint) => [`${paint('yellow', 'deleted')}  ${id}`] },
  async *run({ client, signal, confirm }, { ids, yes }) {
    await confirm(
      `Delete ${ids.length === 0 ? 'everything in the trash' : `${ids.length} assets`} for good, with all versions?`,
      yes,
    );
    const groups = ids.length === 0 ? [undefined] : [...inGroupsOf(maxIds, ids)];
    for (const assetIds of groups) {
      const body = assetIds === undefined ? {} : { assetIds };
      for await (const response of untilDone(() => client.call('emptyTrash', { body, signal })))
        for (const id of response.ids) yield { id };
    }
    return 0;
  },
});

export const restore = defineCommand({
  path: 'restore',
  feature: 'library',
  summary: 'Restore assets from the trash',
  args: { ids: many('Ids of assets in the trash') },
  options: { partial: flag('leave out assets that are not there, in place of refusing all') },
  examples: [{ command: 'restore red-shoe', does: 'restores an asset; if it was live, it is live again' }],
  show: {
    lines: (output, paint) => [
      output.kind === 'warning'
        ? `${paint('yellow', 'warning')}  ${output.message}`
        : `${paint('green', 'restored')}  ${output.asset.id}  ${output.asset.folder}`,
    ],
  },
  async *run({ client, signal }, { ids, partial }) {
    for (const assetIds of inGroupsOf(maxIds, ids)) {
      const body = { assetIds, partial };
      for await (const { items, warnings, unknown } of untilDone(() =>
        client.call('restoreAssets', { body, signal }),
      )) {
        for (const asset of items) yield { kind: 'restored', asset };
        for (const message of warnings) yield { kind: 'warning', message };
        for (const id of unknown) yield { kind: 'warning', message: `${id} is not in the trash` };
      }
    }
    return 0;
  },
});
