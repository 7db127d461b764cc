import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { OperationBody } from '@pressroom/client/create-client';
import { inGroupsOf, maxIds } from '../assets/in-groups-of.ts';
import { any, choice, defineCommand, flag, one, optional, text, texts } from '../command.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors/command-error.ts';
import { actOnFound, foundLines, foundNotes, foundOptions, foundQuery } from '../jobs/act-on-found.ts';
import type { Paint } from '../output/paint.ts';
import { folderPath } from './folder-path.ts';

type Edit = Pick<
  OperationBody<'editMetadataOfAssets'>,
  'keywords' | 'addKeywords' | 'removeKeywords' | 'fields'
>;

export const keywords = defineCommand({
  path: 'keywords',
  feature: 'library',
  summary: 'Add, remove or replace keywords of assets',
  notes: foundNotes,
  args: { ids: any('Ids of assets. Without ids, --find or filters say which') },
  options: {
    add: texts('<keyword>', 'adds a keyword; may be given several times'),
    remove: texts('<keyword>', 'removes a keyword; may be given several times'),
    set: texts('<keyword>', 'replaces all keywords; may be given several times'),
    ...foundOptions,
    partial: flag('change the assets that can be changed, even if others are unknown'),
  },
  examples: [
    { command: 'keywords red-shoe --add sale --remove new', does: 'changes the keywords of an asset' },
    {
      command: 'keywords --in /spring/ --below --add archive --yes',
      does: 'adds a keyword to every asset of a folder, by a job',
    },
  ],
  show: {
    lines: (output, paint) =>
      output.kind === 'result' ? [resultLine(output, paint)] : foundLines(output, paint),
  },
  async *run(context, { ids, add, remove, set, partial, yes, detach, ...filters }) {
    if (set === undefined && add === undefined && remove === undefined)
      throw usageError('Give --add, --remove or --set.');
    const edit = {
      ...(set && { keywords: [...set] }),
      ...(add && { addKeywords: [...add] }),
      ...(remove && { removeKeywords: [...remove] }),
    };
    const query = foundQuery(ids, filters);
    if (query)
      return yield* actOnFound(context, { name: 'metadata', ...edit }, query, {
        yes,
        detach,
        question: 'Change the keywords of',
      });
    return yield* editAll(context, ids, edit, partial);
  },
});

export const setMetadata = defineCommand({
  path: 'metadata set',
  feature: 'library',
  summary: 'Set metadata fields of assets, and the title and texts of one',
  notes: [
    ...foundNotes,
    'Values of fields are read as the metadata schema of the company has them: a number, true or false, or a text. An empty value removes a field or text.',
  ],
  args: { ids: any('Ids of assets. Without ids, --find or filters say which') },
  options: {
    set: texts('<name=value>', 'sets a field; may be given several times'),
    title: text('<text>', 'title of one asset'),
    description: text('<text>', 'description of one asset'),
    altText: text('<text>', 'alternative text of one asset'),
    ...foundOptions,
    partial: flag('change the assets that can be changed, even if others are unknown'),
  },
  examples: [
    {
      command: 'metadata set red-shoe --title "Red shoe" --set season=autumn',
      does: 'sets a title and a field',
    },
    {
      command: 'metadata set --keyword spring --set season= --yes',
      does: 'removes a field from every asset with a keyword, by a job',
    },
  ],
  show: {
    lines: (output, paint) =>
      output.kind === 'result' ? [resultLine(output, paint)] : foundLines(output, paint),
  },
  async *run(context, { ids, set = [], title, description, altText, partial, yes, detach, ...filters }) {
    const { client, signal } = context;
    const texts = { title, description, altText };
    const given = Object.entries(texts).filter(([, value]) => value !== undefined);
    if (set.length === 0 && given.length === 0)
      throw usageError('Give --set, --title, --description or --alt-text.');
    const query = foundQuery(ids, filters);
    if (given.length > 0 && (query || ids.length > 1))
      throw usageError('--title, --description and --alt-text are for one asset.');
    const fields = set.length === 0 ? undefined : await fieldsOf(context, set);
    if (query)
      return yield* actOnFound(context, { name: 'metadata', ...(fields && { fields }) }, query, {
        yes,
        detach,
        question: 'Change the metadata of',
      });
    const [id = ''] = ids;
    if (given.length === 0) return yield* editAll(context, ids, { ...(fields && { fields }) }, partial);
    const body = { ...Object.fromEntries(given), ...(fields && { fields }) };
    const asset = await client.call('editMetadata', { params: { id }, body, signal });
    yield { kind: 'result', id: asset.id, outcome: 'changed' };
    return 0;
  },
});

export const exportMetadata = defineCommand({
  path: 'metadata export',
  feature: 'library',
  summary: 'Print the metadata of assets as CSV: a row for each asset, a column for each value',
  notes: ['Each 1,000 assets are a table with its own header, as metadata import takes it.'],
  args: { folder: optional('Folder with everything below it. Default: the whole library') },
  options: {},
  examples: [{ command: 'metadata export /autumn/ > autumn.csv', does: 'writes the metadata of a folder' }],
  show: { lines: ({ csv }) => [csv.replace(/\r?\n$/, '')] },
  async *run({ client, signal }, { folder }) {
    const first = folder === undefined ? {} : { folder: folderPath(folder) };
    let after: { readonly afterFolder: string; readonly afterId: string } | undefined;
    do {
      const response = await client.send('exportMetadata', { query: { ...first, ...after }, signal });
      yield { csv: await response.text() };
      after = nextTable(response.headers.get('link'));
    } while (after);
    return 0;
  },
});

/** Where the next table begins. */
function nextTable(link: string | null): { afterFolder: string; afterId: string } | undefined {
  const address = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  if (address === undefined) return undefined;
  const { searchParams } = new URL(address, 'https://api.invalid');
  const [afterFolder, afterId] = [searchParams.get('afterFolder'), searchParams.get('afterId')];
  return afterFolder === null || afterId === null ? undefined : { afterFolder, afterId };
}

export const importMetadata = defineCommand({
  path: 'metadata import',
  feature: 'library',
  summary: 'Change metadata by a table in CSV of up to 1,000 rows, and move assets to the trash',
  notes: ['All rows are checked before any is changed. docs/bulk-metadata.md lists the columns.'],
  args: { file: one('Path of the table on this machine') },
  options: {
    empty: choice(['keep', 'remove'], 'what an empty cell does; remove unless given'),
    partial: flag('process the rows without errors, in place of refusing the whole table'),
    dryRun: flag('change nothing; say what would become of each row'),
  },
  examples: [
    { command: 'metadata import autumn.csv --dry-run', does: 'checks a table' },
    { command: 'metadata import autumn.csv', does: 'changes what the table has' },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'warning') return [`${paint('yellow', 'warning')}  ${output.message}`];
      const { row, id, outcome, errors = [] } = output;
      const colour = outcome === 'failed' ? 'red' : outcome === 'unchanged' ? 'dim' : 'green';
      return [
        `${paint(colour, outcome.padEnd(9))}  row ${row}  ${paint('bold', id)}`,
        ...errors.map(({ column, message }) => `  ${column}: ${message}`),
      ];
    },
  },
  async *run({ client, io, signal }, { file, empty, partial, dryRun }) {
    const csv = await readFile(resolve(io.folder, file), 'utf8');
    const body = { csv, partial, ...(empty && { empty }) };
    let failed = false;
    for (let remaining = true; remaining; ) {
      const response = dryRun
        ? { ...(await client.dryRun('importMetadata', { body, signal })), warnings: [], remaining: false }
        : await client.call('importMetadata', { body, signal });
      remaining = response.remaining;
      // Rows of assets that are in the trash already would fail in the next call.
      if (remaining) body.partial = true;
      for (const result of response.results) {
        failed ||= result.outcome === 'failed';
        yield { kind: 'row', ...result };
      }
      for (const message of response.warnings) yield { kind: 'warning', message };
    }
    return failed ? 7 : 0;
  },
});

async function* editAll({ client, signal }: Context, ids: readonly string[], edit: Edit, partial: boolean) {
  let failed = false;
  for (const assetIds of inGroupsOf(maxIds, ids)) {
    const body = { assetIds, partial, ...edit };
    const { results } = await client.call('editMetadataOfAssets', { body, signal });
    for (const { id, outcome, detail } of results) {
      failed ||= outcome === 'failed';
      yield { kind: 'result' as const, id, outcome, ...(detail !== undefined && { detail }) };
    }
  }
  return failed ? (7 as const) : (0 as const);
}

/** `season=autumn` as the schema of the company types it. */
async function fieldsOf(
  { client, signal }: Context,
  given: readonly string[],
): Promise<NonNullable<Edit['fields']>> {
  const schema = await client.call('readMetadataSchema', { signal });
  const types = new Map(schema.fields.map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usageError(`--set: "${pair}" must be a name, = and a value, as in season=autumn.`);
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      return [name, value === '' ? null : typed(value, types.get(name))];
    }),
  );
}

function typed(value: string, type: string | undefined): string | number | boolean {
  if (type === 'number' && Number.isFinite(Number(value))) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function resultLine(
  {
    id,
    outcome,
    detail,
  }: { readonly id: string; readonly outcome: string; readonly detail?: string | undefined },
  paint: Paint,
): string {
  const colour = outcome === 'failed' ? 'red' : outcome === 'unchanged' ? 'dim' : 'green';
  return [paint(colour, outcome), id, detail].filter((part) => part !== undefined).join('  ');
}
