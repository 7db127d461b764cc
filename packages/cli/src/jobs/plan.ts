import { any, choice, choices, defineCommand, flag, text, whole } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { folderPath } from '../library/folder-path.ts';
import { formatBytes, formatFields, formatTime } from '../output/format.ts';
import { planChanges, publishKinds, servers } from '../words.ts';

/** Milliseconds between two looks at a plan that is being made. */
const planMs = 1_000;

export const plan = defineCommand({
  path: 'plan',
  feature: 'jobs',
  summary: 'Store what a publish job would do, and list it asset by asset',
  notes: ['Run exactly this plan with: pressroom jobs submit --plan <id>'],
  args: { ids: any('Ids of assets, at most 1,000. Default: the whole library, or the folder of --in') },
  options: {
    to: choices(servers, 'servers, with commas between. Default: all of the company'),
    type: choice(publishKinds, 'new assets only, also changed ones, or with the search data of eCatalogs'),
    in: text('<folder>', 'only this folder'),
    below: flag('with --in: also the folders below'),
    find: text('<words>', 'every asset that a search finds'),
    force: flag('also what is live in its current version'),
    unchanged: flag('also list what is live in its current version'),
    change: choices(planChanges, 'only list assets with these changes, with commas between'),
    max: whole(1, 1_000_000, 'stop after so many assets'),
    previews: flag('with signed addresses of the new and the live version'),
    partial: flag('leave out assets that do not exist, in place of refusing all'),
  },
  examples: [
    { command: 'plan --in /autumn/ --below', does: 'lists what a job for the folder would publish' },
    { command: 'plan --type full --change refused', does: 'lists what rules would prevent' },
    {
      command: 'plan --json | jq -r "select(.kind == \\"plan\\") | .plan.id"',
      does: 'prints the id of the plan',
    },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'asset') {
        const { id, change, version, servers: to, bytes, message } = output;
        return [
          [
            paint(changeStyles[change], change.padEnd(11)),
            paint('bold', id),
            `version ${version}`,
            to.join(', '),
            bytes ? formatBytes(bytes) : '',
            message,
          ]
            .filter(Boolean)
            .join('  '),
        ];
      }
      const { counts, totals, ...made } = output.plan;
      return [
        ...formatFields(
          [
            ['Plan', made.id],
            ['Publish', `${made.publish} to ${made.servers.join(', ')}`],
            ['Valid until', formatTime(made.expires)],
            [
              'Assets',
              Object.entries(counts)
                .filter(([, count]) => count > 0)
                .map(([change, count]) => `${count} ${change}`)
                .join(', ') || 'none',
            ],
            [
              'Work',
              `${totals.copies} copies, ${formatBytes(totals.bytes)}, about $${totals.estimatedCostUsd.toFixed(4)}`,
            ],
          ],
          paint,
        ),
        ...(made.leftOut ?? []).map(({ id, message }) => `${paint('yellow', 'left out')}  ${id}  ${message}`),
        '',
      ];
    },
  },
  async *run(
    context,
    { ids, to, type, in: folder, below, find, force, unchanged, change, max, previews, partial },
  ) {
    const { client, io, signal, progress } = context;
    if ([ids.length > 0, find !== undefined, folder !== undefined].filter(Boolean).length > 1)
      throw usageError('Give ids, --find or --in: only one of them.');
    const made = await client.call('createPlan', {
      signal,
      body: {
        ...(to === undefined ? {} : { servers: [...to] }),
        ...(type === undefined ? {} : { publish: type }),
        ...(folder === undefined ? {} : { scope: { folder: folderPath(folder), below } }),
        ...(ids.length > 0 ? { scope: { assets: [...new Set(ids)] } } : {}),
        ...(find === undefined ? {} : { scope: { query: { q: find }, count: await countOf(find) } }),
        ...{ force, unchanged, partial },
      },
    });
    let ready = made;
    if (ready.status === 'planning') {
      const task = progress.start('Plan');
      try {
        while (ready.status === 'planning') {
          await io.wait(planMs, signal);
          ready = await client.call('readPlan', { params: { planId: made.id }, signal });
          task.update(`${Object.values(ready.counts).reduce((sum, count) => sum + count, 0)} assets`);
        }
      } finally {
        await task.end();
      }
    }
    yield {
      kind: 'plan',
      plan: { ...ready, ...(made.leftOut === undefined ? {} : { leftOut: made.leftOut }) },
    };
    const limit = Math.min(max ?? Number.POSITIVE_INFINITY, previews ? 100 : 1_000);
    const query = { change: change?.join(','), previews, limit };
    let listed = 0;
    for await (const asset of client.all('listPlanEntries', { params: { planId: made.id }, query, signal })) {
      yield { kind: 'asset', ...asset };
      listed += 1;
      if (listed === max) break;
    }
    return 0;

    async function countOf(q: string): Promise<number> {
      return (await client.call('searchAssets', { query: { q, limit: 1 }, signal })).total;
    }
  },
});

const changeStyles = {
  added: 'green',
  changed: 'yellow',
  republished: 'cyan',
  refused: 'red',
  skipped: 'dim',
  unchanged: 'dim',
} as const;
