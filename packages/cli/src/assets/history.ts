import { defineCommand, one } from '../command.ts';
import { formatTime } from '../output/format.ts';

export const history = defineCommand({
  path: 'history',
  feature: 'assets',
  summary: 'List when an asset was published and withdrawn, newest first',
  args: { id: one('Id of the asset') },
  options: {},
  examples: [{ command: 'history red-shoe', does: 'lists every publication of the asset' }],
  show: {
    columns: [
      { title: 'TIME', cell: ({ at }) => formatTime(at) },
      {
        title: 'EVENT',
        cell: ({ event }, paint) => paint(event === 'published' ? 'green' : 'yellow', event),
      },
      { title: 'VERSION', right: true, cell: ({ version }) => String(version) },
      { title: 'SERVER', cell: ({ server }) => server },
      { title: 'BY', cell: ({ by }) => by },
      { title: 'JOB', cell: ({ jobId }) => jobId ?? '' },
    ],
    none: 'It was never published.',
  },
  async *run({ client, signal }, { id }) {
    yield* client.all('readAssetHistory', { params: { id }, query: { limit: 1_000 }, signal });
    return 0;
  },
});
