import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Outputs } from '../../../contract/outputs.ts';
import { defineCommand, flag, one, text, whole } from '../../command.ts';
import type { Context } from '../../context.ts';
import { CommandError, usageError } from '../../errors/command-error.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { untilFinished } from '../../jobs/follow-job.ts';
import { folderPath } from '../../library/folder-path.ts';
import { csvRows } from './csv-rows.ts';
import { dmcXmlRows, indexOfDmcXml } from './dmc-xml-rows.ts';
import { type FilePlace, type ImportSettings, importAssets } from './import-assets.ts';
import { type ImportJournal, importJournal } from './import-journal.ts';
import { ImportProblems } from './import-problems.ts';
import type { AssetRow, ImportRow, PresetRow, ReadRows, SetRow } from './import-row.ts';
import { importSets } from './import-sets.ts';
import { reportFile } from './report-file.ts';

type Result = Outputs['import dmc'];

/** Rows that are worked on together. Sets are fewer, since each is a request. */
const assetsAtOnce = 1_000;
const setsAtOnce = 100;

/** Rows of a file: their ids are in memory, so that one that is there twice is found. */
const maxRows = 1_000_000;

export const importDmc = defineCommand({
  path: 'import dmc',
  feature: 'uploads',
  summary: 'Import assets, sets, image presets and publish states from Dynamic Media Classic',
  notes: [
    'The file is a CSV table, or XML with responses of getAssets, searchAssets, getImageSetMembers and getImageFormats: see docs/migration.md. Ids stay as they are, so that the addresses of images keep their form.',
    'The whole file is checked before anything is changed. After an interruption, or when rows have failed, run the same command again: it continues with the rows that are not done.',
  ],
  args: { file: one('CSV or XML file') },
  options: {
    files: text('<place>', 'folder of this machine, or s3://bucket/prefix, with the files'),
    flat: flag('the files are all in one folder; for XML'),
    folder: text('<folder>', 'folder of the library for everything; the root unless given'),
    overwrite: flag('files whose ids have other assets become their next versions'),
    dryRun: flag('change nothing; say what would be done, and what would fail'),
    report: text('<file>', 'write what failed, and why, into a CSV file'),
    parallel: whole(1, 64, 'requests at the same time; 16 unless given'),
  },
  examples: [
    { command: 'import dmc assets.xml --files ./originals --dry-run', does: 'says what would be done' },
    {
      command: 'import dmc assets.csv --files s3://acme-export/originals/ --report failed.csv',
      does: 'imports files from a bucket, and writes what failed into a table',
    },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'warning') return [`${paint('yellow', 'warning')}  ${output.message}`];
      if (output.kind === 'summary') return [summaryLine(output)];
      // A line for each of many rows would hide those that failed.
      const { outcome, row, id, message = '' } = output;
      if (outcome !== 'failed' && outcome !== 'left-out') return [];
      return [`${paint(outcome === 'failed' ? 'red' : 'yellow', outcome)}  row ${row}  ${id}  ${message}`];
    },
  },
  async *run(context, { file: given, files, flat, folder, overwrite, dryRun, report: reportPath, parallel }) {
    const { io } = context;
    const file = resolve(io.folder, given);
    const base = folderPath(folder ?? '/');
    const place = files === undefined ? undefined : filePlace(files, io.folder);
    const { read, companies } = await openRows(file, base, flat);
    const journal = await importJournal(context, ['import dmc', file, base, place]);
    const settings: ImportSettings = {
      files: place,
      overwrite,
      dryRun,
      parallel: parallel ?? 16,
      key: journal.key,
      jobName: `Import ${basename(file).slice(0, 100)} (${journal.key.slice(0, 8)})`,
    };
    for (const company of companies)
      if (company !== context.session.company)
        yield {
          kind: 'warning',
          message: `The assets are of the company ${company}: their addresses begin with /is/image/${company}/. Here they begin with /is/image/${context.session.company}/.`,
        };
    const ids = await idsOf(read);
    if (!dryRun) await endOpenJobs(context, settings.jobName);
    const report = await reportFile(reportPath && resolve(io.folder, reportPath), [
      'row',
      'what',
      'id',
      'outcome',
      'message',
    ]);
    const counts = { imported: 0, done: 0, failed: 0, leftOut: 0 };
    try {
      for await (const result of results(context, read, { ids, journal, settings })) {
        const { outcome } = result;
        counts[places[outcome]] += 1;
        if (outcome === 'failed' || outcome === 'left-out')
          await report.add([result.row, result.what, result.id, outcome, result.message]);
        yield result;
      }
    } finally {
      await report.end();
    }
    if (!dryRun && counts.failed === 0) await journal.remove();
    yield { kind: 'summary', dryRun, ...counts };
    return counts.failed > 0 ? 7 : (0 as ExitCode);
  },
});

const places = {
  imported: 'imported',
  planned: 'imported',
  done: 'done',
  failed: 'failed',
  'left-out': 'leftOut',
} as const;

function summaryLine({
  imported,
  done,
  failed,
  leftOut,
  dryRun,
}: Extract<Result, { kind: 'summary' }>): string {
  const before = done === 0 ? '' : `, ${done} done before`;
  const what = dryRun ? 'would be imported' : 'imported';
  return `${imported} ${what}${before}, ${failed} failed, ${leftOut} left out.${dryRun ? ' Nothing was changed.' : ''}`;
}

/** @throws CommandError */
function filePlace(given: string, folder: string): FilePlace {
  if (!given.startsWith('s3://')) return { kind: 'folder', path: resolve(folder, given) };
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(given) ?? [];
  if (bucket === undefined) throw usageError(`--files: "${given}" must be like s3://bucket/prefix/.`);
  return { kind: 'bucket', bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/** The rows of a table or of XML, by how the file begins. */
async function openRows(
  file: string,
  base: string,
  flat: boolean,
): Promise<{ readonly read: ReadRows; readonly companies: Iterable<string> }> {
  const beginning = await beginningOf(file);
  if (!/^\uFEFF?\s*</.test(beginning)) return { read: csvRows(file, base), companies: [] };
  const index = await indexOfDmcXml(file);
  return { read: dmcXmlRows(file, base, index, flat), companies: index.companies };
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new CommandError(2, 'file.not-found', `${file} does not exist.`, 'Give a CSV or XML file.');
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1_024), 0, 1_024, 0);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await handle.close();
  }
}

/**
 * The first row of each id. Reads the whole file, so that one that is broken is refused before anything is changed.
 * @throws CommandError
 */
async function idsOf(read: ReadRows): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>();
  let rows = 0;
  for await (const row of read()) {
    rows += 1;
    if (rows > maxRows)
      throw new CommandError(
        2,
        'import.too-many-rows',
        `The file has more than ${maxRows} rows.`,
        'Cut it into several files: sets after the assets that are in them.',
      );
    const key = keyOf(row);
    if (row.id !== '' && !ids.has(key)) ids.set(key, row.row);
  }
  if (rows === 0) throw new CommandError(2, 'import.empty', 'The file has no row.', 'See: docs/migration.md');
  return ids;
}

/** Presets have names of their own. Case does not matter in them. */
const keyOf = ({ kind, id }: ImportRow) => (kind === 'preset' ? `$${id.toLowerCase()}$` : id);

/** Waits for jobs of an earlier run, which was interrupted: they would meet this one. */
async function endOpenJobs(context: Context, jobName: string): Promise<void> {
  const { client, signal } = context;
  const query = { state: 'active', kind: 'upload', limit: 1_000 } as const;
  const waitsForFiles: string[] = [];
  for await (const job of client.all('listJobs', { query, signal })) {
    if (job.givenName !== jobName) continue;
    // A job whose files are sent from here is continued, and not waited for.
    if (job.kind === 'upload' && job.from !== undefined) await untilFinished(context, job);
    else waitsForFiles.push(job.id);
  }
  if (waitsForFiles.length > 0) context.note(`Continues ${waitsForFiles.length} interrupted upload jobs`);
}

type RowResult = Extract<Result, { kind: 'row' }>;

interface Import {
  readonly ids: ReadonlyMap<string, number>;
  readonly journal: ImportJournal;
  readonly settings: ImportSettings;
}

/** Members before their sets: presets, assets, sets of assets, and sets that may contain those. */
async function* results(
  context: Context,
  read: ReadRows,
  { ids, journal, settings }: Import,
): AsyncGenerator<RowResult, void, undefined> {
  for await (const row of read()) {
    if (row.kind === 'wrong') yield { ...shown(row), outcome: 'failed', message: row.message };
    else if (row.kind === 'left-out') yield { ...shown(row), outcome: 'left-out', message: row.message };
    else if (isTwice(row))
      yield { ...shown(row), outcome: 'failed', message: `id: is in row ${ids.get(keyOf(row))} too` };
  }
  yield* step(isPreset, setsAtOnce, (rows, problems) => importPresets(context, rows, settings, problems));
  yield* step(isAsset, assetsAtOnce, (rows, problems) => importAssets(context, rows, settings, problems));
  for (const takes of [isSimpleSet, isComposedSet])
    yield* step(takes, setsAtOnce, (rows, problems) =>
      importSets(context, rows, settings, problems, (id) => ids.has(id)),
    );

  function isTwice(row: ImportRow): boolean {
    return row.id !== '' && ids.get(keyOf(row)) !== row.row;
  }

  async function* step<Row extends ImportRow>(
    takes: (row: ImportRow) => row is Row,
    size: number,
    work: (rows: readonly Row[], problems: ImportProblems) => Promise<void>,
  ): AsyncGenerator<RowResult, void, undefined> {
    let group: Row[] = [];
    for await (const row of read()) {
      if (!takes(row) || isTwice(row)) continue;
      if (journal.has(row)) {
        yield { ...shown(row), outcome: 'done' };
        continue;
      }
      group.push(row);
      if (group.length < size) continue;
      yield* finish(group, work);
      group = [];
    }
    yield* finish(group, work);
  }

  async function* finish<Row extends ImportRow>(
    rows: readonly Row[],
    work: (rows: readonly Row[], problems: ImportProblems) => Promise<void>,
  ): AsyncGenerator<RowResult, void, undefined> {
    if (rows.length === 0) return;
    context.signal.throwIfAborted();
    const problems = new ImportProblems();
    await work(rows, problems);
    if (!settings.dryRun) await journal.add(problems.without(rows));
    for (const row of rows) {
      const message = problems.of(row);
      if (message !== undefined) yield { ...shown(row), outcome: 'failed', message };
      else yield { ...shown(row), outcome: settings.dryRun ? 'planned' : 'imported' };
    }
  }
}

const isPreset = (row: ImportRow): row is PresetRow => row.kind === 'preset';
const isAsset = (row: ImportRow): row is AssetRow => row.kind === 'asset';
const composed: readonly string[] = ['mixed-media-set', 'template'];
const isSimpleSet = (row: ImportRow): row is SetRow => row.kind === 'set' && !composed.includes(row.type);
const isComposedSet = (row: ImportRow): row is SetRow => row.kind === 'set' && composed.includes(row.type);

function shown({ row, kind, id }: ImportRow) {
  const what = kind === 'wrong' || kind === 'left-out' ? {} : { what: kind };
  return { kind: 'row' as const, row, ...what, id };
}

async function importPresets(
  { client, signal }: Context,
  rows: readonly PresetRow[],
  { overwrite, dryRun }: ImportSettings,
  problems: ImportProblems,
): Promise<void> {
  const { items } = await client.call('listImagePresets', { signal });
  const known = new Map(items.map(({ name, commands }) => [name.toLowerCase(), commands]));
  for (const row of rows) {
    const before = known.get(row.id.toLowerCase());
    if (before === row.commands) continue;
    if (before !== undefined && !overwrite)
      problems.add(
        row,
        `the preset exists with other commands: ${before}. With --overwrite it gets those of the file`,
      );
    else if (!dryRun)
      await problems.guard(row, () =>
        client.call('putImagePreset', { params: { name: row.id }, body: { commands: row.commands }, signal }),
      );
  }
}
