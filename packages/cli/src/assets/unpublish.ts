import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';
import { any, defineCommand, flag } from '../command.ts';
import { actOnFound, foundLines, foundNotes, foundOptions, foundQuery } from '../jobs/act-on-found.ts';
import { dryRunLines } from './dry-run-text.ts';
import { inGroupsOf, maxIds } from './in-groups-of.ts';

export const unpublish = defineCommand({
  path: 'unpublish',
  feature: 'assets',
  summary: 'Withdraw assets from all servers and invalidate them on the CDN',
  notes: [
    ...foundNotes,
    'Members of sets and derived images keep their own state. Jobs skip unpublished assets until somebody publishes them.',
  ],
  args: { ids: any('Ids of assets. Without ids, the filters say which') },
  options: {
    ...foundOptions,
    dryRun: flag('change nothing; say what would be done'),
  },
  examples: [
    { command: 'unpublish red-shoe', does: 'withdraws one asset' },
    { command: 'unpublish --in /spring/ --below --dry-run', does: 'says what would be withdrawn' },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'plan') return dryRunLines(output, paint);
      if (output.kind === 'entry' || output.kind === 'job') return foundLines(output, paint);
      if (output.kind === 'warning') return [`${paint('yellow', 'warning')}  ${output.message}`];
      const { id, outcome, servers, message } = output;
      return [
        [
          paint(fine.includes(outcome) ? 'green' : 'red', outcome),
          id,
          servers.join(', '),
          outcome === 'unpublished' ? '' : message,
        ]
          .filter(Boolean)
          .join('  '),
      ];
    },
  },
  async *run(context, { ids, dryRun, yes, detach, ...filters }) {
    const { client, signal } = context;
    const query = foundQuery(ids, filters);
    if (query && !dryRun)
      return yield* actOnFound(context, { name: 'unpublish' }, query, { yes, detach, question: 'Unpublish' });
    if (query) {
      const { total: count } = await client.call('searchAssets', { query: { ...query, limit: 1 }, signal });
      // The types of a query string and of a scope differ in numbers only, and the API accepts their digits in both.
      const body = { scope: { query, count } } as OperationBody<'unpublishAssets'>;
      yield { kind: 'plan', ...(await client.dryRun('unpublishAssets', { body, signal })) };
      return 0;
    }
    let failed = false;
    for (const assetIds of inGroupsOf(maxIds, ids)) {
      const body = { assetIds };
      if (dryRun) {
        yield { kind: 'plan', ...(await client.dryRun('unpublishAssets', { body, signal })) };
        continue;
      }
      for (let isDone = false; !isDone; ) {
        const { complete, results, warnings, stillLive }: OperationResponse<'unpublishAssets'> =
          await client.call('unpublishAssets', { body, signal });
        const isStuck = results.every(({ outcome }) => outcome === 'not-reached');
        for (const result of results) {
          // The next call reaches it.
          if (!complete && !isStuck && result.outcome === 'not-reached') continue;
          failed ||= !fine.includes(result.outcome);
          yield { kind: 'result', ...result };
        }
        for (const message of warnings) yield { kind: 'warning', message };
        for (const id of stillLive)
          yield { kind: 'warning', message: `${id} is derived from a withdrawn asset and stays live` };
        isDone = complete || isStuck;
      }
    }
    return failed ? 7 : 0;
  },
});

const fine: readonly string[] = ['unpublished', 'not-live'];
