import { defineCommand, flag, one } from '../command.ts';
import { formatTime } from '../output/format.ts';

export const listPresets = defineCommand({
  path: 'presets ls',
  feature: 'delivery',
  summary: 'List the image presets',
  args: {},
  options: {},
  examples: [{ command: 'presets ls', does: 'lists image presets with their commands' }],
  show: {
    columns: [
      { title: 'NAME', cell: ({ name }, paint) => paint('bold', name) },
      { title: 'COMMANDS', cell: ({ commands }) => commands },
      { title: 'MODIFIED', cell: ({ modified }) => formatTime(modified) },
    ],
    none: 'There is no image preset.',
  },
  async *run({ client, signal }) {
    yield* (await client.call('listImagePresets', { signal })).items;
    return 0;
  },
});

export const putPreset = defineCommand({
  path: 'presets put',
  feature: 'delivery',
  summary: 'Make or replace an image preset. Images with it are invalidated on the CDN',
  args: {
    name: one('Name, as in addresses: …?$name$'),
    commands: one('Image commands, as in the query of an address'),
  },
  options: {},
  examples: [
    { command: "presets put large 'wid=1200&hei=800&fit=crop&fmt=auto'", does: 'makes the preset large' },
  ],
  show: { lines: ({ name, commands }) => [`$${name}$ is ${commands}`] },
  async *run({ client, signal }, { name, commands }) {
    yield await client.call('putImagePreset', {
      params: { name },
      body: { commands: commands.replace(/^\?/, '') },
      signal,
    });
    return 0;
  },
});

export const deletePreset = defineCommand({
  path: 'presets rm',
  feature: 'delivery',
  summary: 'Delete an image preset. Addresses that use it stop working',
  args: { name: one('Name of the preset') },
  options: { yes: flag('do not ask') },
  examples: [{ command: 'presets rm large', does: 'asks, and deletes the preset' }],
  show: { lines: ({ name }) => [`The image preset ${name} is deleted.`] },
  async *run({ client, signal, confirm }, { name, yes }) {
    await confirm(`Delete the image preset ${name}? Addresses with $${name}$ stop working.`, yes);
    yield await client.call('deleteImagePreset', { params: { name }, signal });
    return 0;
  },
});
