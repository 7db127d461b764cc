import { ApiError } from '@pressroom/client/api-error';
import { explainError } from '../../errors/explain-error.ts';
import type { ImportRow } from './import-row.ts';

/** Why rows could not be imported, by their number. */
export class ImportProblems {
  readonly #messages = new Map<number, string>();

  add({ row }: Pick<ImportRow, 'row'>, message: string): void {
    if (!this.#messages.has(row)) this.#messages.set(row, message);
  }

  of({ row }: Pick<ImportRow, 'row'>): string | undefined {
    return this.#messages.get(row);
  }

  without<Row extends ImportRow>(rows: readonly Row[]): Row[] {
    return rows.filter((row) => this.of(row) === undefined);
  }

  /**
   * Somebody else, or the ingest of the file, may change an asset at the same moment: then the work is repeated.
   * @param work may be repeated without harm
   * @returns what the work of one row returns; undefined if the API refused the row
   */
  async guard<Result>(row: ImportRow, work: () => Promise<Result>): Promise<Result | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isAboutRow(error)) throw error;
        if (attempt < maxAttempts && isChangedMeanwhile(error)) continue;
        this.add(row, explainError(error).message);
        return undefined;
      }
    }
  }
}

const maxAttempts = 3;

function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof ApiError && error.code?.endsWith('.changed-meanwhile') === true;
}

/** Other errors would meet every row: the import ends, and the same command continues. */
function isAboutRow(error: unknown): boolean {
  return error instanceof ApiError && [400, 403, 404, 409, 412, 413, 422].includes(error.status);
}
