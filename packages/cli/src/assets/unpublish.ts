import { any, defineCommand, flag } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { searchOptions, searchQuery } from '../library/search-options.ts';
import { dryRunLines } from './dry-run-text.ts';
import { inGroupsOf, maxIds } from './in-groups-of.ts';

export const unpublish = defineCommand({
  path: 'unpublish',
  feature: 'assets',
  summary: 'Withdraw assets from all servers and invalidate them on the CDN',
  notes: [
    'Members of sets and derived images keep their own state. Jobs skip unpublished assets until somebody publishes them.',
  ],
  args: { ids: any('Ids of assets. Without ids, the filters say which: at most 1,000 assets') },
  options: {
    ...searchOptions,
    dryRun: flag('change nothing; say what would be done'),
    yes: flag('with filters: do not ask'),
  },
  examples: [
    { command: 'unpublish red-shoe', does: 'withdraws one asset' },
    { command: 'unpublish --in /spring/ --below --dry-run', does: 'says what would be withdrawn' },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'plan') return dryRunLines(output, paint);
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
  async *run({ client, signal, confirm }, { ids, dryRun, yes, ...filters }) {
    const query = searchQuery([], filters);
    const isByQuery = Object.keys(query).length > 0;
    if (isByQuery === ids.length > 0) throw usageError('Name assets, or give filters: one of the two.');
    const selections: { assetIds?: string[]; scope?: { query: typeof query; count: number } }[] = [];
    if (isByQuery) {
      const { total: count } = await client.call('searchAssets', { query: { ...query, limit: 1 }, signal });
      if (!dryRun) await confirm(`Unpublish ${count} assets?`, yes);
      selections.push({ scope: { query, count } });
    } else {
      for (const assetIds of inGroupsOf(maxIds, ids)) selections.push({ assetIds });
    }
    let failed = false;
    for (const selection of selections) {
      // The types of a query string and of a scope differ in numbers only, which both accept as digits.
      const body = selection as { assetIds: string[] };
      if (dryRun) {
        yield { kind: 'plan', ...(await client.dryRun('unpublishAssets', { body, signal })) };
        continue;
      }
      for (let complete = false; !complete; ) {
        const response = await client.call('unpublishAssets', { body, signal });
        complete = response.complete || response.results.every(({ outcome }) => outcome === 'not-reached');
        for (const result of response.results) {
          if (!complete && result.outcome === 'not-reached') continue;
          failed ||= !fine.includes(result.outcome);
          yield { kind: 'result', ...result };
        }
        for (const message of response.warnings) yield { kind: 'warning', message };
        for (const id of response.stillLive)
          yield { kind: 'warning', message: `${id} is derived from a withdrawn asset and stays live` };
      }
    }
    return failed ? 7 : 0;
  },
});

const fine: readonly string[] = ['unpublished', 'not-live'];
