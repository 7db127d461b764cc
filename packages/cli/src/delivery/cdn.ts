import { any, defineCommand, flag, text, whole } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { formatTime } from '../output/format.ts';

/** Milliseconds between two looks at an invalidation. */
const watchMs = 3_000;

export const invalidateCdn = defineCommand({
  path: 'cdn invalidate',
  feature: 'delivery',
  summary: 'Remove published assets from the CDN cache: by id, by URL or by image preset',
  notes: ['Only admins. CloudFront charges for what exceeds the free tags of a month.'],
  args: { targets: any('Ids of assets, or delivery URLs: at most 1,000 of one kind') },
  options: {
    preset: text('<name>', 'every image that was made with an image preset'),
    watch: flag('wait until all edges have done it'),
  },
  examples: [
    { command: 'cdn invalidate red-shoe blue-shoe', does: 'invalidates two assets in all variants' },
    { command: 'cdn invalidate --preset large --watch', does: 'invalidates images with a preset, and waits' },
  ],
  show: {
    lines: ({ id, status, assetCount, tags, maxCostUsd, completedAt }, paint) => [
      `${status === 'completed' ? paint('green', 'completed') : paint('cyan', 'in progress')}  ${id}  ${assetCount} assets, ${tags} tags, at most $${maxCostUsd}${completedAt === undefined ? '' : `, ${formatTime(completedAt)}`}`,
    ],
  },
  async *run({ client, io, signal, progress }, { targets, preset, watch }) {
    const urls = targets.filter((target) => /^https?:\/\/|^\//.test(target));
    const assetIds = targets.filter((target) => !urls.includes(target));
    if ([urls.length > 0, assetIds.length > 0, preset !== undefined].filter(Boolean).length !== 1)
      throw usageError('Give ids, URLs or --preset: exactly one of them.');
    const body = preset !== undefined ? { preset } : urls.length > 0 ? { urls } : { assetIds };
    let invalidation = await client.call('invalidateCdn', { body, signal });
    if (watch) {
      const task = progress.start('Invalidation');
      try {
        while (invalidation.status !== 'completed') {
          await io.wait(watchMs, signal);
          invalidation = await client.call('readInvalidation', { params: { id: invalidation.id }, signal });
        }
      } finally {
        await task.end();
      }
    }
    yield invalidation;
    return 0;
  },
});

export const listInvalidations = defineCommand({
  path: 'cdn ls',
  feature: 'delivery',
  summary: 'List CDN invalidations, newest first, and what this month has used',
  args: {},
  options: { max: whole(1, 100_000, 'stop after so many; 20 unless given') },
  examples: [{ command: 'cdn ls', does: 'lists invalidations' }],
  show: {
    lines(output, paint) {
      if (output.kind === 'month') {
        const { month, tags, freeTags, minCostUsd, maxCostUsd } = output;
        return [
          `${month}: ${tags} tags used, ${freeTags} are free for the account; $${minCostUsd} to $${maxCostUsd}`,
        ];
      }
      const { id, status, by, assetCount, tags, submitted } = output;
      return [
        `${paint(status === 'completed' ? 'green' : 'cyan', status.padEnd(11))}  ${id}  ${formatTime(submitted)}  by ${by}: ${assetCount} assets, ${tags} tags`,
      ];
    },
  },
  async *run({ client, signal }, { max = 20 }) {
    let count = 0;
    for await (const page of client.pages('listInvalidations', {
      query: { limit: Math.min(max, 100) },
      signal,
    })) {
      if (count === 0) yield { kind: 'month', ...page.month };
      for (const item of page.items) {
        if (count === max) return 0;
        yield { kind: 'invalidation', ...item };
        count += 1;
      }
    }
    return 0;
  },
});
