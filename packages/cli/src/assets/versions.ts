import { defineCommand, flag, one } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { formatBytes, formatTime } from '../output/format.ts';
import { publishStateText } from './asset-text.ts';

export const versions = defineCommand({
  path: 'versions',
  feature: 'assets',
  summary: 'List the versions of an asset, newest first',
  args: { id: one('Id of the asset') },
  options: {},
  examples: [{ command: 'versions red-shoe', does: 'lists versions and where each is live' }],
  show: {
    columns: [
      {
        title: 'VERSION',
        right: true,
        cell: ({ version, current }, paint) => (current ? paint('bold', String(version)) : String(version)),
      },
      { title: 'MADE', cell: ({ at }) => formatTime(at) },
      { title: 'BY', cell: ({ by }) => by },
      { title: 'SIZE', right: true, cell: ({ bytes }) => formatBytes(bytes) },
      { title: 'FILE', cell: ({ fileName }) => fileName },
      { title: 'LIVE ON', cell: ({ liveOn }, paint) => paint('green', liveOn.join(', ')) },
      { title: '', cell: ({ rollbackOf }) => (rollbackOf === undefined ? '' : `restores ${rollbackOf}`) },
    ],
    none: 'There is no version.',
  },
  async *run({ client, signal }, { id }) {
    yield* client.all('listVersions', { params: { id }, query: { limit: 1_000 }, signal });
    return 0;
  },
});

export const rollback = defineCommand({
  path: 'rollback',
  feature: 'assets',
  summary: 'Restore the content of an earlier version as a new version, and publish it at once',
  args: { id: one('Id of the asset'), version: one('Number of the version, or "previous"') },
  options: { yes: flag('do not ask') },
  examples: [
    { command: 'rollback red-shoe previous', does: 'asks, and goes back by one version' },
    { command: 'rollback red-shoe 3 --yes', does: 'restores version 3' },
  ],
  show: {
    lines: (asset, paint) => [
      `${paint('green', '✓')} ${asset.id} is version ${asset.version} now, ${publishStateText(asset, paint)}.`,
      ...asset.warnings.map((warning) => `${paint('yellow', 'warning')}  ${warning}`),
    ],
  },
  async *run({ client, signal, confirm }, { id, version, yes }) {
    const { body: asset, etag } = await client.callTagged('readAsset', { params: { id }, signal });
    const wanted = version === 'previous' ? asset.version - 1 : Number(version);
    if (!Number.isSafeInteger(wanted) || wanted < 1)
      throw usageError(
        version === 'previous'
          ? `${id} has one version only.`
          : `<version>: "${version}" must be a number or "previous".`,
        `List versions with: pressroom versions ${id}`,
      );
    await confirm(`Restore version ${wanted} of ${id} (now ${asset.version}) and publish it?`, yes);
    const params = { id, version: wanted };
    yield await client.call('publishVersion', { params, ifMatch: etag, signal });
    return 0;
  },
});
