import type { Outputs } from '../../contract/outputs.ts';
import { any, choice, defineCommand, flag, oneOf, text } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { folderPath } from '../library/folder-path.ts';
import { csvLine } from '../output/csv-line.ts';

type Exported = Outputs['export'];

/** Columns of a CSV file. Nested values are JSON. */
const columns = {
  assets: [
    'id',
    'type',
    'folder',
    'fileName',
    'mimeType',
    'bytes',
    'width',
    'height',
    'duration',
    'version',
    'intent',
    'published',
    'lastPublished',
    'publications',
    'liveFrom',
    'liveUntil',
    'title',
    'description',
    'altText',
    'keywords',
    'fields',
    'sha256',
    'created',
    'createdBy',
    'modified',
    'modifiedBy',
  ],
  jobs: [
    'id',
    'kind',
    'name',
    'status',
    'user',
    'submitted',
    'started',
    'ended',
    'duration',
    'publish',
    'servers',
    'folder',
    'counts',
    'reason',
  ],
  history: ['asset', 'at', 'event', 'version', 'server', 'by', 'jobId'],
} as const;

export const exportRecords = defineCommand({
  path: 'export',
  feature: 'assets',
  summary: 'Print all assets, jobs or publications as JSON Lines or CSV',
  args: {
    what: oneOf(['assets', 'jobs', 'history'], 'What to export'),
    ids: any('For history: ids of assets. Default: all'),
  },
  options: {
    format: choice(['jsonl', 'csv'], 'jsonl unless given'),
    in: text('<folder>', 'only assets of this folder, and of those below it'),
    from: text('<date>', 'jobs that were submitted then or later'),
    to: text('<date>', 'jobs that were submitted then or earlier'),
    changedOnly: flag('for assets: only those that changed since they were published'),
  },
  examples: [
    { command: 'export assets --format csv > assets.csv', does: 'writes every asset into a table' },
    { command: 'export history red-shoe', does: 'prints the publications of an asset' },
    { command: 'export jobs --from 2026-11-01 > jobs.jsonl', does: 'writes the jobs of a month' },
  ],
  show: {
    lines: ({ csv, record }) => [csv ?? JSON.stringify(record)],
  },
  async *run({ client, signal, json }, { what, ids, format, in: folder, from, to, changedOnly }) {
    if (json && format === 'csv') throw usageError('--json and --format csv exclude each other.');
    if (ids.length > 0 && what !== 'history') throw usageError('Ids are for: pressroom export history');
    const names = columns[what];
    if (format === 'csv') yield { kind: what, csv: csvLine(names), record: {} } as unknown as Exported;
    for await (const record of records()) {
      const row = record as Readonly<Record<string, unknown>>;
      const csv = format === 'csv' ? { csv: csvLine(names.map((name) => row[name])) } : {};
      yield { kind: what, record, ...csv } as unknown as Exported;
    }
    return 0;

    async function* records(): AsyncGenerator<object> {
      const scope = folder === undefined ? {} : { folder: folderPath(folder), below: true };
      if (what === 'jobs')
        return yield* client.all('listJobs', { query: { from, to, limit: 1_000 }, signal });
      if (what === 'assets')
        return yield* changedOnly
          ? client.all('searchAssets', { query: { ...scope, state: 'changed', limit: 1_000 }, signal })
          : client.all('listAssets', { query: { ...scope, limit: 1_000 }, signal });
      const wanted =
        ids.length > 0
          ? ids.map((id) => ({ id }))
          : client.all('listAssets', { query: { ...scope, limit: 1_000 }, signal });
      for await (const { id } of wanted)
        for await (const event of client.all('readAssetHistory', {
          params: { id },
          query: { limit: 1_000 },
          signal,
        }))
          yield { asset: id, ...event };
    }
  },
});
