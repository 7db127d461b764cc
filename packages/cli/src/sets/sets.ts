import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';
import { assetColumns, publishStateText } from '../assets/asset-text.ts';
import { any, choice, defineCommand, one, text, texts, toggle } from '../command.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors/command-error.ts';
import { folderPath } from '../library/folder-path.ts';
import type { Paint } from '../output/paint.ts';
import { setTypes } from '../words.ts';

type Set = OperationResponse<'readSet'>;
type Member = OperationBody<'editSet'>['members'][number];

const setLines = (set: Set, paint: Paint): string[] => [
  `${paint('bold', set.id)}  ${set.type}  ${publishStateText(set, paint)}  ${set.folder}`,
  ...set.members.map(({ id, label, published, trashed, row, role }, index) =>
    [
      `  ${index + 1}.`,
      id,
      label && `"${label}"`,
      role,
      row === undefined ? undefined : `row ${row}`,
      trashed
        ? paint('red', 'in the trash')
        : published
          ? paint('green', 'published')
          : paint('dim', 'unpublished'),
    ]
      .filter(Boolean)
      .join('  '),
  ),
  ...set.warnings.map((warning) => `${paint('yellow', 'warning')}  ${warning}`),
];

const memberFile = text(
  '<file>',
  'JSON file with the members as the API takes them, with labels, swatches and rows',
);

export const listSets = defineCommand({
  path: 'sets ls',
  feature: 'sets',
  summary: 'List the sets of the company, or those that contain an asset',
  args: {},
  options: {
    type: choice(setTypes, 'only sets of this type'),
    with: text('<id>', 'only sets that contain this asset'),
  },
  examples: [
    { command: 'sets ls --type spin-set', does: 'lists spin sets' },
    { command: 'sets ls --with red-shoe', does: 'lists the sets that contain an asset' },
  ],
  show: {
    columns: assetColumns,
    none: 'There is no such set.',
  },
  async *run({ client, signal }, { type, with: member }) {
    if (member !== undefined) {
      for await (const { id, type: found } of client.all('listSetsOfAsset', {
        params: { id: member },
        signal,
      }))
        if (type === undefined || type === found)
          yield await client.call('readAsset', { params: { id }, signal });
      return 0;
    }
    const query = { type: type ?? setTypes.join(','), sort: 'name' as const, limit: 1_000 };
    for await (const { unused: _unused, incomplete: _incomplete, stillLive: _live, ...asset } of client.all(
      'searchAssets',
      { query, signal },
    ))
      yield asset;
    return 0;
  },
});

export const showSet = defineCommand({
  path: 'sets show',
  feature: 'sets',
  summary: 'Show a set with its members',
  args: { id: one('Id of the set') },
  options: {},
  examples: [{ command: 'sets show red-shoe-views', does: 'shows the members in their order' }],
  show: { lines: setLines },
  async *run({ client, signal }, { id }) {
    yield await client.call('readSet', { params: { id }, signal });
    return 0;
  },
});

export const createSet = defineCommand({
  path: 'sets create',
  feature: 'sets',
  summary: 'Make a set of assets',
  args: { id: one('Id of the set'), members: any('Ids of its members, in their order') },
  options: {
    type: choice(setTypes, 'type of the set; image-set unless given'),
    folder: text('<folder>', 'folder of the set; the root unless given'),
    title: text('<text>', 'title'),
    membersFile: memberFile,
    publish: toggle('publish the set and everything in it; on unless given'),
  },
  examples: [
    {
      command: 'sets create red-shoe-views red-shoe-front red-shoe-back --folder /autumn/',
      does: 'makes an image set',
    },
    {
      command: 'sets create red-shoe-spin --type spin-set --members-file spin.json --no-publish',
      does: 'makes a spin set of a file',
    },
  ],
  show: { lines: setLines },
  async *run(context, { id, members, type = 'image-set', folder, title, publish, membersFile }) {
    const body = {
      id,
      type,
      members: await membersOf(context, members, membersFile),
      folder: folderPath(folder ?? '/'),
      ...(title === undefined ? {} : { title }),
      ...(publish === undefined ? {} : { publish }),
    };
    yield await context.client.call('createSet', { body, signal: context.signal });
    return 0;
  },
});

export const editSet = defineCommand({
  path: 'sets edit',
  feature: 'sets',
  summary: 'Change the members of a set, or their order',
  args: {
    id: one('Id of the set'),
    members: any('All members in their order; without them see --add and --remove'),
  },
  options: {
    add: texts('<id>', 'add a member at the end'),
    remove: texts('<id>', 'remove a member'),
    membersFile: memberFile,
    publish: toggle('publish the set and everything in it; on unless given'),
  },
  examples: [
    {
      command: 'sets edit red-shoe-views --add red-shoe-side --remove red-shoe-old',
      does: 'changes single members',
    },
    {
      command: 'sets edit red-shoe-views red-shoe-back red-shoe-front',
      does: 'sets all members in a new order',
    },
  ],
  show: { lines: setLines },
  async *run(context, { id, members, add = [], remove = [], membersFile, publish }) {
    const { client, signal } = context;
    const { body: set, etag } = await client.callTagged('readSet', { params: { id }, signal });
    const isWhole = members.length > 0 || membersFile !== undefined;
    if (isWhole === add.length + remove.length > 0)
      throw usageError('Name all members, or give --add and --remove: one of the two.');
    const missing = remove.filter((one) => !set.members.some((member) => member.id === one));
    if (missing.length > 0)
      throw usageError(`${missing.join(', ')} is not in ${id}.`, `See: pressroom sets show ${id}`);
    const kept = set.members
      .filter((member) => !remove.includes(member.id))
      .map(({ id: member, label, swatch, row, role }) => ({ id: member, label, swatch, row, role }));
    const next = isWhole
      ? await membersOf(context, members, membersFile)
      : [...kept, ...add.map((one) => ({ id: one }))];
    const body = { members: next as Member[], ...(publish === undefined ? {} : { publish }) };
    yield await client.call('editSet', { params: { id }, body, ifMatch: etag, signal });
    return 0;
  },
});

async function membersOf(
  { io }: Context,
  ids: readonly string[],
  file: string | undefined,
): Promise<Member[]> {
  if ((file === undefined) === (ids.length === 0))
    throw usageError('Name the members, or give --members-file: one of the two.');
  if (file === undefined) return ids.map((id) => ({ id }));
  const value: unknown = JSON.parse(await readFile(resolve(io.folder, file), 'utf8'));
  if (!Array.isArray(value))
    throw usageError(`${file} must hold a list of members, such as [{"id": "red-shoe-front"}].`);
  return value as Member[];
}
