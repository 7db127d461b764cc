import { CsvProblem, readCsv } from '../../../adapters/csv/read-csv.ts';
import {
  applyMetadataRow,
  checkMetadataRow,
  type MetadataRowContext,
  rowsAtATime,
} from '../../../application/library/apply-metadata-row.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { maxSelectedAssets } from '../../../domain/library/limits.ts';
import {
  type CellProblem,
  headerProblems,
  type MetadataRow,
  readMetadataRows,
} from '../../../domain/library/metadata-table.ts';
import type { Dependencies } from '../dependencies.ts';
import type { PromisedResponse, RequestOf } from '../handler-types.ts';
import { trashAssets } from './trash-handlers.ts';

type Request = Pick<RequestOf<'importMetadata'>, 'company' | 'user' | 'body'>;
type Result = Awaited<PromisedResponse<'importMetadata'>>['results'][number];

/** Wrong cells that a refusal lists. */
const maxListed = 200;

/**
 * Changes what a table has. All rows are checked before any is changed; unless `partial`, nothing is changed where one
 * cell is wrong.
 */
export async function importMetadata(
  { company, user, body }: Request,
  dependencies: Dependencies,
): PromisedResponse<'importMetadata'> {
  const { csv, empty, partial, dryRun } = body;
  const [header = [], ...cells] = tableOf(csv);
  const wrongHeader = headerProblems(header);
  if (wrongHeader.length > 0) throw refusal(wrongHeader.map((problem) => ({ row: 1, ...problem })));
  const rows = readMetadataRows(header, cells, empty);
  const ids = [...new Set(rows.map(({ id }) => id))].filter((id) => id !== '');
  const [assets, schema, settings] = await Promise.all([
    dependencies.assets.getAssets(company, ids, { consistent: true }),
    dependencies.library.getMetadataSchema(company),
    dependencies.companies.getSettings(company),
  ]);

  /** Assets that end earlier now. */
  const ended: string[] = [];
  const context: MetadataRowContext = {
    ...{ company, by: user.subject, schema, settings, now: dependencies.now },
    invalidate: async (of) => void ended.push(...of),
  };
  const checked = rows.map((row): Result => {
    const found = row.id === '' ? { problems: [] } : checkMetadataRow(row, assets.get(row.id), context);
    const problems = 'problems' in found ? found.problems : [];
    const outcome = row.trash || !('outcome' in found) ? 'trashed' : found.outcome;
    return toResult(row, outcome, [...row.problems, ...problems]);
  });
  if (dryRun) return { dryRun: true, results: checked };
  const wrong = checked.flatMap(({ row, errors = [] }) => errors.map((error) => ({ row, ...error })));
  if (wrong.length > 0 && !partial) throw refusal(wrong);

  const rowDependencies = {
    getAsset: dependencies.assets.getAsset,
    recordMetadata: dependencies.library.recordMetadata,
    setDates: dependencies.publications.setDates,
  };
  const results = await inParallel(rows, rowsAtATime, async (row, index): Promise<Result> => {
    const result = checked[index] ?? toResult(row, 'failed', []);
    if (result.outcome !== 'changed') return result;
    const applied = await applyMetadataRow(row, assets.get(row.id), context, rowDependencies);
    return 'outcome' in applied
      ? toResult(row, applied.outcome, [])
      : toResult(row, 'failed', applied.problems);
  });
  await dependencies.publications.invalidateTogether(company, ended);
  const assetIds = results.filter(({ outcome }) => outcome === 'trashed').map(({ id }) => id);
  if (assetIds.length === 0) return { results, warnings: [], remaining: false };
  const trashed = await trashAssets({ company, user, body: { assetIds, partial: true } }, dependencies);
  return { results, warnings: trashed.warnings, remaining: trashed.remaining };
}

/** @throws Failure `request.invalid` */
function tableOf(csv: string): string[][] {
  let table: string[][];
  try {
    table = readCsv(csv, maxSelectedAssets + 2);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    throw invalidField('csv', `line ${error.line}: ${error.message}`);
  }
  if (table.length > maxSelectedAssets + 1) {
    throw invalidField(
      'csv',
      `must have at most ${maxSelectedAssets} rows below the header. Send the others in further requests, each with the header`,
    );
  }
  if (table.length < 2) throw invalidField('csv', 'must have a header and at least one row');
  return table;
}

function toResult(
  { row, id }: MetadataRow,
  outcome: Result['outcome'],
  problems: readonly CellProblem[],
): Result {
  return problems.length === 0 ? { row, id, outcome } : { row, id, outcome: 'failed', errors: [...problems] };
}

function refusal(wrong: readonly (CellProblem & { readonly row: number })[]): Failure {
  const details = wrong.slice(0, maxListed).map(({ row, column, message }) => ({
    field: 'csv',
    message: `row ${row}, column ${column}: ${message}`,
  }));
  const more = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more wrong cells`;
  return new Failure('request.invalid', `csv: ${details[0]?.message}${more}; nothing was changed`, {
    details,
  });
}
