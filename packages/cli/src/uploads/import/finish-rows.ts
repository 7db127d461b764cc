import type { OperationResponse } from '@pressroom/client/create-client';
import type { Context } from '../../context.ts';
import { csvLine } from '../../output/csv-line.ts';
import type { ImportProblems } from './import-problems.ts';
import type { AssetRow, SetRow } from './import-row.ts';

type Asset = OperationResponse<'readAsset'>;

/** Characters of a table of metadata: the API accepts 1 MB. */
const maxTable = 800_000;

/** Changes of one asset each, at the same time. */
const atATime = 8;

/** A row whose asset is in the library. */
export interface RowInLibrary {
  readonly row: AssetRow | SetRow;
  /** As it was before the import; missing for a new one. */
  readonly before: Asset | undefined;
  /** Whether its upload, or its saving, published it. */
  readonly isPublished: boolean;
}

/**
 * Gives up to 1,000 assets their metadata, image commands and publish state. Repeating it changes nothing.
 *
 * Costs: a request for all metadata, one for each asset with image commands, and one for each publish state.
 */
export async function finishRows(
  context: Pick<Context, 'client' | 'signal'>,
  found: readonly RowInLibrary[],
  problems: ImportProblems,
): Promise<void> {
  const good = () => found.filter(({ row }) => problems.of(row) === undefined);
  await writeMetadata(
    context,
    found.map(({ row }) => row),
    problems,
  );
  await setModifiers(context, problems.without(found.map(({ row }) => row)), problems);
  const toPublish = good().filter(
    ({ row, before, isPublished }) => row.publish === 'yes' && !isPublished && !isCurrent(before),
  );
  await publish(
    context,
    toPublish.map(({ row }) => row),
    problems,
  );
  const toHold = good().filter(({ row, before }) => row.publish === 'no' && before?.intent !== 'held');
  await hold(
    context,
    toHold.map(({ row }) => row),
    problems,
  );
}

function isCurrent(before: Asset | undefined): boolean {
  if (!before?.published) return false;
  return Object.values(before.publications).every(({ version }) => version === before.version);
}

async function writeMetadata(
  { client, signal }: Pick<Context, 'client' | 'signal'>,
  rows: readonly (AssetRow | SetRow)[],
  problems: ImportProblems,
): Promise<void> {
  for (const group of tablesOf(problems.without(rows))) {
    const columns = [...new Set(group.flatMap(({ metadata }) => Object.keys(metadata)))];
    const lines = group.map(({ id, metadata }) => csvLine([id, ...columns.map((name) => metadata[name])]));
    const { results } = await client.call('importMetadata', {
      body: { csv: [csvLine(['id', ...columns]), ...lines].join('\r\n'), empty: 'keep', partial: true },
      signal,
    });
    for (const [index, { outcome, errors = [] }] of results.entries()) {
      const row = group[index];
      if (!row || outcome !== 'failed') continue;
      problems.add(row, errors.map(({ column, message }) => `${column}: ${message}`).join('; '));
    }
  }
}

/** Rows that have metadata, in tables that the API accepts. */
function* tablesOf<Row extends AssetRow | SetRow>(rows: readonly Row[]): Generator<Row[]> {
  let group: Row[] = [];
  let length = 0;
  for (const row of rows) {
    const own = JSON.stringify(row.metadata).length;
    if (own <= '{}'.length) continue;
    if (group.length > 0 && length + own > maxTable) {
      yield group;
      group = [];
      length = 0;
    }
    group.push(row);
    length += own;
  }
  if (group.length > 0) yield group;
}

async function setModifiers(
  { client, signal }: Pick<Context, 'client' | 'signal'>,
  rows: readonly (AssetRow | SetRow)[],
  problems: ImportProblems,
): Promise<void> {
  const withModifiers = rows.filter((row) => row.kind === 'asset' && hasModifiers(row));
  await inGroups(withModifiers, atATime, (row) =>
    problems.guard(row, async () => {
      if (row.kind !== 'asset') return;
      const { modifier = '', postModifier = '' } = row;
      await client.call('setModifiers', {
        params: { id: row.id },
        body: {
          ...(modifier === '' ? {} : { modifier }),
          ...(postModifier === '' ? {} : { postModifier }),
        },
        signal,
      });
    }),
  );
}

/** An image with commands of its own is published when it has them: before, its addresses would show another picture. */
export function hasModifiers({ modifier, postModifier }: AssetRow): boolean {
  return modifier !== undefined || postModifier !== undefined;
}

/** Works on several rows at the same time. */
export async function inGroups<Row>(
  rows: readonly Row[],
  size: number,
  work: (row: Row) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += size)
    await Promise.all(rows.slice(start, start + size).map(work));
}

async function publish(
  { client, signal }: Pick<Context, 'client' | 'signal'>,
  rows: readonly (AssetRow | SetRow)[],
  problems: ImportProblems,
): Promise<void> {
  await untilComplete(rows, problems, ['published', 'already-live'], (assetIds) =>
    client.call('publishAssets', { body: { assetIds, partial: true }, signal }),
  );
}

async function hold(
  { client, signal }: Pick<Context, 'client' | 'signal'>,
  rows: readonly (AssetRow | SetRow)[],
  problems: ImportProblems,
): Promise<void> {
  await untilComplete(rows, problems, ['unpublished', 'not-live'], (assetIds) =>
    client.call('unpublishAssets', { body: { assetIds, partial: true }, signal }),
  );
}

interface Results {
  readonly complete: boolean;
  readonly results: readonly { readonly id: string; readonly outcome: string; readonly message: string }[];
}

/** A call works for 20 seconds: the next one continues with what it has not reached. */
async function untilComplete(
  rows: readonly (AssetRow | SetRow)[],
  problems: ImportProblems,
  fine: readonly string[],
  call: (assetIds: string[]) => Promise<Results>,
): Promise<void> {
  let waiting = [...rows];
  while (waiting.length > 0) {
    const { complete, results } = await call(waiting.map(({ id }) => id));
    const byId = new Map(results.map((result) => [result.id, result]));
    const next = complete ? [] : waiting.filter(({ id }) => byId.get(id)?.outcome === 'not-reached');
    const isStuck = next.length === waiting.length;
    for (const row of waiting) {
      const result = byId.get(row.id);
      if (result && fine.includes(result.outcome)) continue;
      if (isStuck || !next.includes(row)) problems.add(row, result?.message ?? 'was not found');
    }
    waiting = isStuck ? [] : next;
  }
}
