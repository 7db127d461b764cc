import { CsvProblem, readCsv } from '../../../adapters/csv/read-csv.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { LiveDates } from '../../../domain/assets/live-dates.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { editMetadata } from '../../../domain/library/edit-metadata.ts';
import { maxSelectedAssets } from '../../../domain/library/limits.ts';
import {
  type CellProblem,
  columnOf,
  datesOfRow,
  editOfRow,
  headerProblems,
  type MetadataRow,
  readMetadataRows,
} from '../../../domain/library/metadata-table.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import { changedMeanwhile, untilUnchanged } from '../../../domain/until-unchanged.ts';
import type { Dependencies } from '../dependencies.ts';
import type { PromisedResponse, RequestOf } from '../handler-types.ts';
import { trashAssets } from './trash-handlers.ts';

type Request = Pick<RequestOf<'importMetadata'>, 'company' | 'user' | 'body'>;
type Result = Awaited<PromisedResponse<'importMetadata'>>['results'][number];

/** Edits side by side, as of a call that names its assets. */
const atATime = 16;

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

  const checked = rows.map((row): Result => {
    const errors = [...row.problems];
    let outcome: Result['outcome'] = 'trashed';
    try {
      if (row.id !== '') {
        const asset = inLibrary(row.id, assets.get(row.id));
        if (!row.trash) outcome = isChange(row, asset) ? 'changed' : 'unchanged';
      }
    } catch (error) {
      errors.push(...problemsOf(error));
    }
    return toResult(row, outcome, errors);
  });
  if (dryRun) return { dryRun: true, results: checked };
  const wrong = checked.flatMap(({ row, errors = [] }) => errors.map((error) => ({ row, ...error })));
  if (wrong.length > 0 && !partial) throw refusal(wrong);

  /** Assets that end earlier now. */
  const ended: string[] = [];
  const results = await inParallel(rows, atATime, async (row, index): Promise<Result> => {
    const result = checked[index] ?? toResult(row, 'failed', []);
    if (result.outcome !== 'changed') return result;
    try {
      return toResult(row, await editOne(row, assets.get(row.id)), []);
    } catch (error) {
      return toResult(row, 'failed', problemsOf(error));
    }
  });
  await dependencies.publications.invalidateTogether(company, ended);
  const assetIds = results.filter(({ outcome }) => outcome === 'trashed').map(({ id }) => id);
  if (assetIds.length === 0) return { results, warnings: [], remaining: false };
  const trashed = await trashAssets({ company, user, body: { assetIds, partial: true } }, dependencies);
  return { results, warnings: trashed.warnings, remaining: trashed.remaining };

  /** @throws Failure for a wrong cell */
  function isChange(row: MetadataRow, asset: Asset): boolean {
    return afterEdit(row, asset) !== asset || newDates(row, asset) !== undefined;
  }

  /** @returns undefined if the row does not change them */
  function newDates(row: MetadataRow, asset: Asset): LiveDates | undefined {
    const dates = datesOfRow(row, asset, settings.timeZone);
    if (dates?.liveFrom === asset.liveFrom && dates?.liveUntil === asset.liveUntil) return undefined;
    if (dates && asset.parent !== undefined) {
      const message = `${asset.id} is derived from ${asset.parent} and has its dates`;
      throw invalidField('liveFrom', message);
    }
    return dates;
  }

  function afterEdit(row: MetadataRow, asset: Asset): Asset {
    const edit = editOfRow(row, asset, schema);
    return editMetadata(asset, edit, schema, { at: dependencies.now(), by: user.subject });
  }

  async function editOne(row: MetadataRow, first: Asset | undefined): Promise<Result['outcome']> {
    const outcome = await editTexts(row, first);
    const dates = first && newDates(row, first);
    if (dates === undefined) return outcome;
    const context = {
      ...{ by: user.subject, at: dependencies.now(), settings },
      invalidate: async (ids: readonly string[]) => {
        ended.push(...ids);
      },
    };
    await dependencies.publications.setDates({ company, id: row.id, dates }, context);
    return 'changed';
  }

  async function editTexts(row: MetadataRow, first: Asset | undefined): Promise<Result['outcome']> {
    return untilUnchanged(
      async (attempt) => {
        const found = attempt === 1 ? first : await dependencies.assets.getAsset(company, row.id);
        const before = inLibrary(row.id, found);
        const edited = afterEdit(row, before);
        if (edited === before) return 'unchanged';
        return (await dependencies.library.recordMetadata(before, edited)) ? 'changed' : changedMeanwhile;
      },
      () => new Failure('asset.changed-meanwhile', `${row.id} keeps being changed; try again`),
    );
  }
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

/** @throws Failure */
function inLibrary(id: string, asset: Asset | undefined): Asset {
  if (!asset || isFormerId(asset)) throw new Failure('asset.not-found', `There is no asset ${id}`);
  if (asset.trashed) throw new Failure('asset.trashed', `${id} is in the trash; restore it first`);
  return asset;
}

function toResult({ row, id }: MetadataRow, outcome: Result['outcome'], errors: CellProblem[]): Result {
  return errors.length === 0 ? { row, id, outcome } : { row, id, outcome: 'failed', errors };
}

function problemsOf(error: unknown): CellProblem[] {
  if (!(error instanceof Failure)) throw error;
  if (error.details.length === 0) return [{ column: 'id', message: error.message }];
  return error.details.map(({ field, message }) => ({ column: columnOf(field), message }));
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
