import type { Outputs } from '../../contract/outputs.ts';
import { choice, defineCommand, flag, oneOf, text, toggle } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { followJob } from '../jobs/follow-job.ts';
import { jobLines } from '../jobs/job-text.ts';
import { formatFields } from '../output/format.ts';
import type { Paint } from '../output/paint.ts';
import { overwriteModes, servers } from '../words.ts';

const settingsLines = (
  { servers: enabled, withdrawn, ...settings }: Outputs['settings'],
  paint: Paint,
): string[] => [
  ...formatFields(
    [
      ...Object.entries(settings).map(([name, value]) => [name, String(value)] as const),
      ['servers', enabled.join(', ')],
    ],
    paint,
  ),
  ...(withdrawn ?? []).map((id) => `${paint('yellow', 'withdrawn')}  ${id}`),
];

export const settings = defineCommand({
  path: 'settings',
  feature: 'companies',
  summary: 'Show the settings of the company',
  args: {},
  options: {},
  examples: [{ command: 'settings', does: 'shows all settings' }],
  show: { lines: settingsLines },
  async *run({ client, signal }) {
    yield await client.call('readSettings', { signal });
    return 0;
  },
});

export const editSettings = defineCommand({
  path: 'settings set',
  feature: 'companies',
  summary: 'Change settings of the company. Settings that are not named stay as they are',
  args: {},
  options: {
    timeZone: text('<name>', 'IANA name with its area, or UTC'),
    publishOnUpload: choice(['now', 'mark'], 'publish uploads at once, or with the next job'),
    retainPublishState: toggle('an overwritten asset keeps its publish state'),
    overwriteMode: choice(overwriteModes, 'which asset an upload overwrites'),
    allowActiveContent: toggle('accept JavaScript and HTML'),
    autoQuality: toggle('find the quality for qlt=auto of each image'),
    confirm: text('<setting>', 'name of the setting whose effect you confirm'),
  },
  examples: [
    { command: 'settings set --time-zone Europe/Berlin', does: 'sets the time zone' },
    {
      command: 'settings set --no-allow-active-content --confirm allowActiveContent',
      does: 'withdraws JavaScript and HTML',
    },
  ],
  show: { lines: settingsLines },
  async *run({ client, signal }, given) {
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    if (Object.keys(body).every((name) => name === 'confirm'))
      throw usageError('Name at least one setting.', 'See: pressroom settings set --help');
    yield await client.call('editSettings', { body, signal });
    return 0;
  },
});

export const toggleServer = defineCommand({
  path: 'settings server',
  feature: 'companies',
  summary: 'Enable or disable a server for the company',
  args: { server: oneOf(servers, 'Server'), state: oneOf(['on', 'off'], 'New state') },
  options: {
    yes: flag('to disable a server: do not ask'),
    watch: flag('follow the job until it has finished'),
  },
  examples: [
    { command: 'settings server server-directory on --watch', does: 'enables a server' },
    { command: 'settings server video off --yes', does: 'withdraws everything from a server' },
  ],
  show: { lines: jobLines },
  async *run(context, { server, state, yes, watch }) {
    const { client, signal, confirm } = context;
    const on = state === 'on';
    if (!on) await confirm(`Withdraw everything from ${server}?`, yes);
    const body = { on, ...(on ? {} : { confirm: server }) };
    const job = await client.call('toggleServer', { params: { server }, body, signal });
    if (watch) yield* followJob(context, job);
    else yield job;
    return 0;
  },
});
