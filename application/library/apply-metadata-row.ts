import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { MetadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { LiveDates } from '../../domain/assets/live-dates.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure, invalidField } from '../../domain/failure.ts';
import { editMetadata } from '../../domain/library/edit-metadata.ts';
import type { MetadataSchema } from '../../domain/library/metadata-schema.ts';
import {
  type CellProblem,
  columnOf,
  datesOfRow,
  editOfRow,
  type MetadataRow,
} from '../../domain/library/metadata-table.ts';
import { isFormerId } from '../../domain/library/trash.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import type { DatesContext, DatesEdit } from '../assets/set-dates.ts';

export interface MetadataRowDependencies extends Pick<AssetStore, 'getAsset'>, MetadataStore {
  readonly setDates: (
    edit: DatesEdit,
    context: DatesContext & { readonly settings: CompanySettings },
  ) => Promise<Asset>;
}

/** What all rows of a table share. */
export interface MetadataRowContext {
  readonly company: string;
  /** Subject of the user. */
  readonly by: string;
  readonly schema: MetadataSchema;
  readonly settings: CompanySettings;
  readonly now: () => string;
  /** Takes the ids of assets that end earlier now: all of a table are invalidated together. */
  readonly invalidate: (ids: readonly string[]) => Promise<void>;
}

export type RowChange = 'changed' | 'unchanged';

export type RowOutcome = { readonly outcome: RowChange } | { readonly problems: readonly CellProblem[] };

/** Edits that are made side by side, as of a call that names its assets. */
export const rowsAtATime = 16;

/** What a row would change. @param asset the asset that it names; undefined if there is none */
export function checkMetadataRow(
  row: MetadataRow,
  asset: Asset | undefined,
  context: MetadataRowContext,
): RowOutcome {
  return orProblems(() => {
    const found = inLibrary(row.id, asset);
    if (row.trash) return 'unchanged';
    const isChange = afterEdit(row, found, context) !== found || newDates(row, found, context) !== undefined;
    return isChange ? 'changed' : 'unchanged';
  });
}

/**
 * Changes the metadata and the dates of an asset as its row says. A repeated call changes nothing.
 *
 * Costs: 1 write unit for each kilobyte of the record, 4 for indexes; dates: see `setDates`.
 * @param first the asset as it was read
 * @throws errors of the storage; what is wrong with a cell is a problem
 */
export async function applyMetadataRow(
  row: MetadataRow,
  first: Asset | undefined,
  context: MetadataRowContext,
  dependencies: MetadataRowDependencies,
): Promise<RowOutcome> {
  const { company, by, settings, now, invalidate } = context;
  try {
    const outcome = await editTexts();
    const dates = first && newDates(row, first, context);
    if (dates === undefined) return { outcome };
    await dependencies.setDates({ company, id: row.id, dates }, { by, at: now(), settings, invalidate });
    return { outcome: 'changed' };
  } catch (error) {
    return { problems: problemsOf(error) };
  }

  function editTexts(): Promise<RowChange> {
    return untilUnchanged<RowChange>(
      async (attempt) => {
        const found = attempt === 1 ? first : await dependencies.getAsset(company, row.id);
        const before = inLibrary(row.id, found);
        const edited = afterEdit(row, before, context);
        if (edited === before) return 'unchanged';
        return (await dependencies.recordMetadata(before, edited)) ? 'changed' : changedMeanwhile;
      },
      () => new Failure('asset.changed-meanwhile', `${row.id} keeps being changed; try again`),
    );
  }
}

function orProblems(work: () => RowChange): RowOutcome {
  try {
    return { outcome: work() };
  } catch (error) {
    return { problems: problemsOf(error) };
  }
}

function afterEdit(row: MetadataRow, asset: Asset, { schema, now, by }: MetadataRowContext): Asset {
  return editMetadata(asset, editOfRow(row, asset, schema), schema, { at: now(), by });
}

/** @returns undefined if the row does not change them */
function newDates(row: MetadataRow, asset: Asset, { settings }: MetadataRowContext): LiveDates | undefined {
  const dates = datesOfRow(row, asset, settings.timeZone);
  if (dates?.liveFrom === asset.liveFrom && dates?.liveUntil === asset.liveUntil) return undefined;
  if (dates && asset.parent !== undefined) {
    throw invalidField('liveFrom', `${asset.id} is derived from ${asset.parent} and has its dates`);
  }
  return dates;
}

/** @throws Failure */
function inLibrary(id: string, asset: Asset | undefined): Asset {
  if (!asset || isFormerId(asset)) throw new Failure('asset.not-found', `There is no asset ${id}`);
  if (asset.trashed) throw new Failure('asset.trashed', `${id} is in the trash; restore it first`);
  return asset;
}

function problemsOf(error: unknown): CellProblem[] {
  if (!(error instanceof Failure)) throw error;
  if (error.details.length === 0) return [{ column: 'id', message: error.message }];
  return error.details.map(({ field, message }) => ({ column: columnOf(field), message }));
}
