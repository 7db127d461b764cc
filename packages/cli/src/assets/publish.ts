import { defineCommand, flag, many } from '../command.ts';
import { dryRunLines } from './dry-run-text.ts';
import { inGroupsOf, maxIds } from './in-groups-of.ts';

export const publish = defineCommand({
  path: 'publish',
  feature: 'assets',
  summary: 'Publish assets at once, each with its members and derived images',
  notes: ['For whole folders and large numbers, submit a job: pressroom jobs submit'],
  args: { ids: many('Ids of assets') },
  options: { dryRun: flag('change nothing; say what would be done') },
  examples: [
    { command: 'publish red-shoe blue-shoe', does: 'publishes two assets' },
    { command: 'publish red-shoe-spin --dry-run', does: 'says what would go live with the set' },
    {
      command: 'find --in /autumn/ --state unpublished --json | jq -r .id | xargs pressroom publish',
      does: 'publishes what a search finds',
    },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'plan') return dryRunLines(output, paint);
      const { id, outcome, servers, message } = output;
      return [
        [
          paint(fine.includes(outcome) ? 'green' : 'red', outcome),
          id,
          servers.join(', '),
          outcome === 'published' ? '' : message,
        ]
          .filter(Boolean)
          .join('  '),
      ];
    },
  },
  async *run({ client, signal }, { ids, dryRun }) {
    let failed = false;
    for (const assetIds of inGroupsOf(maxIds, ids)) {
      if (dryRun) {
        yield { kind: 'plan', ...(await client.dryRun('publishAssets', { body: { assetIds }, signal })) };
        continue;
      }
      // A call works for 20 seconds: the next one continues with what it has not reached.
      let waiting: readonly string[] = assetIds;
      while (waiting.length > 0) {
        const { complete, results } = await client.call('publishAssets', {
          body: { assetIds: [...waiting] },
          signal,
        });
        const notReached = new Set(
          complete ? [] : results.filter(({ outcome }) => outcome === 'not-reached').map(({ id }) => id),
        );
        const next = waiting.filter((id) => notReached.has(id));
        const stuck = next.length === waiting.length;
        for (const result of results) {
          if (notReached.has(result.id) && !stuck) continue;
          failed ||= !fine.includes(result.outcome);
          yield { kind: 'result', ...result };
        }
        waiting = stuck ? [] : next;
      }
    }
    return failed ? 7 : 0;
  },
});

const fine: readonly string[] = ['published', 'already-live'];
