import { choice, defineCommand, flag, one, text } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { presetSetTypes } from '../words.ts';

export const listBatchSetPresets = defineCommand({
  path: 'sets presets ls',
  feature: 'sets',
  summary: 'List the presets by which uploads build sets',
  args: {},
  options: {},
  examples: [{ command: 'sets presets ls', does: 'lists batch set presets' }],
  show: {
    columns: [
      { title: 'NAME', cell: ({ name }, paint) => paint('bold', name) },
      { title: 'TYPE', cell: ({ setType }) => setType },
      { title: 'MEMBERS', cell: ({ members }) => members },
      { title: 'SET ID', cell: ({ setId }) => setId },
      { title: '', cell: ({ active }) => (active ? 'active' : '') },
    ],
    none: 'There is no batch set preset.',
  },
  async *run({ client, signal }) {
    yield* (await client.call('listBatchSetPresets', { signal })).items;
    return 0;
  },
});

export const putBatchSetPreset = defineCommand({
  path: 'sets presets put',
  feature: 'sets',
  summary: 'Create or replace a batch set preset',
  args: { name: one('Name of the preset') },
  options: {
    type: choice(presetSetTypes, 'type of the sets'),
    members: text('<pattern>', 'which ids are members: with {base} and {view}, or {row} and {column}'),
    swatches: text('<pattern>', 'which ids are swatches'),
    views: text('<words>', 'words that {view} stands for, in the order of the set, with commas between'),
    setId: text('<pattern>', 'id of the set; {base}-set unless given'),
    inactive: flag('only for uploads that name the preset'),
  },
  examples: [
    {
      command: "sets presets put spins --type spin-set --members '{base}-{view}' --set-id '{base}-spin'",
      does: 'builds spin sets of shoe-1, shoe-2, …',
    },
  ],
  show: {
    lines: ({ name, setType, active }) => [
      `The preset ${name} builds a ${setType}${active ? '' : ' when an upload names it'}.`,
    ],
  },
  async *run({ client, signal }, { name, type, members, swatches, views, setId, inactive }) {
    if (type === undefined || members === undefined) throw usageError('--type and --members are needed.');
    const body = {
      setType: type,
      members,
      active: !inactive,
      ...(swatches === undefined ? {} : { swatches }),
      ...(views === undefined ? {} : { views: views.split(',') }),
      ...(setId === undefined ? {} : { setId }),
    };
    yield await client.call('putBatchSetPreset', { params: { name }, body, signal });
    return 0;
  },
});

export const deleteBatchSetPreset = defineCommand({
  path: 'sets presets rm',
  feature: 'sets',
  summary: 'Delete a batch set preset. Sets that it built stay',
  args: { name: one('Name of the preset') },
  options: {},
  examples: [{ command: 'sets presets rm spins', does: 'deletes a preset' }],
  show: { lines: ({ name }) => [`The preset ${name} is deleted.`] },
  async *run({ client, signal }, { name }) {
    yield await client.call('deleteBatchSetPreset', { params: { name }, signal });
    return 0;
  },
});
