import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';
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
  args: { ids: any('Ids of assets. Without ids, the filters say which') },
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
    const selections: Selection[] = [];
    if (isByQuery) {
      const { total: count } = await client.call('searchAssets', { query: { ...query, limit: 1 }, signal });
      if (!dryRun) await confirm(`Unpublish ${count} assets?`, yes);
      selections.push({ scope: { query, count } });
    } else {
      for (const assetIds of inGroupsOf(maxIds, ids)) selections.push({ assetIds });
    }
    let failed = false;
    for (const selection of selections) {
      if (dryRun) {
        yield {
          kind: 'plan',
          ...(await client.dryRun('unpublishAssets', { body: bodyOf(selection), signal })),
        };
        continue;
      }
      for (let rest: Selection | undefined = selection; rest; ) {
        const { complete, results, warnings, stillLive, next }: OperationResponse<'unpublishAssets'> =
          await client.call('unpublishAssets', { body: bodyOf(rest), signal });
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
        if (!complete && !isStuck) continue;
        rest = next === undefined || !rest.scope ? undefined : { scope: { ...rest.scope, after: next } };
      }
    }
    return failed ? 7 : 0;
  },
});

interface Selection {
  readonly assetIds?: string[];
  readonly scope?: {
    readonly query: ReturnType<typeof searchQuery>;
    readonly count: number;
    readonly after?: string;
  };
}

/** The types of a query string and of a scope differ in numbers only, and the API accepts their digits in both. */
const bodyOf = (selection: Selection) => selection as OperationBody<'unpublishAssets'>;

const fine: readonly string[] = ['unpublished', 'not-live'];
