import { CsvProblem, readCsv } from '../../adapters/csv/read-csv.ts';
import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { MetadataSchemaStore } from '../../adapters/dynamodb/library/metadata-schema-store.ts';
import type { SourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import {
  applyMetadataRow,
  type MetadataRowContext,
  type MetadataRowDependencies,
  rowsAtATime,
} from '../../application/library/apply-metadata-row.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { UploadJob } from '../../domain/jobs/job.ts';
import { decodeTable } from '../../domain/library/decode-table.ts';
import { isMetadataFile, metadataFileLimits } from '../../domain/uploads/metadata-file.ts';
import {
  type AppliedTable,
  appliedTableText,
  type RowProblem,
  rowsOfTable,
} from '../../domain/uploads/metadata-rows.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { stagedKey } from '../../domain/uploads/staged-key.ts';
import type { UploadFile } from '../../domain/uploads/upload-file.ts';
import { fileLogEntry } from '../../domain/uploads/upload-log-entries.ts';
import { isUnchanged, sourceId } from '../../domain/uploads/upload-source.ts';
import { type UploadedFiles, uploadedFiles } from '../../domain/uploads/uploaded-files.ts';

export interface ApplyMetadataDependencies
  extends Pick<AssetStore, 'getAssets'>,
    MetadataRowDependencies,
    Pick<MetadataSchemaStore, 'getMetadataSchema'>,
    Pick<UploadStore, 'getFile' | 'listFiles' | 'finishFile'>,
    Pick<SourceStore, 'findSources' | 'rememberSource'> {
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  readonly readStaged: (key: string) => Promise<Uint8Array>;
  readonly deleteStaged: (key: string) => Promise<void>;
  /** Invalidates assets that end earlier now. */
  readonly invalidateTogether: (company: string, ids: readonly string[]) => Promise<void>;
  readonly now: () => string;
  readonly log: { error(message: string, error: Error): void };
}

/** Files and assets that are read from the table at once. */
const atOnce = 1_000;

/**
 * Applies the metadata files of an upload to its assets, once all its other files are settled, and settles them: in the order of
 * their numbers, so that the last one counts. Rows that are right are applied, also where others are not; each that is not
 * is in the log entry of its file.
 *
 * Called by ingest-upload after a file is settled, before sets are built and the job ends; it does nothing while other files are
 * open. A repeated call, also in parallel, changes nothing: rows that are applied are unchanged.
 *
 * Costs: a read for each file of the upload and each row; for a row that changes something the writes of `applyMetadataRow`.
 * @param lastAttempt an error on our side becomes a log entry too; otherwise it is thrown, so that the event is retried
 */
export async function applyMetadata(
  job: UploadJob,
  lastAttempt: boolean,
  dependencies: ApplyMetadataDependencies,
): Promise<void> {
  const files = await allFiles(job, dependencies);
  const arrived = files.filter((file) => isMetadataFile(job, file) && file.arrived !== undefined);
  const open = files.filter(({ state }) => state !== 'settled');
  if (open.some((file) => !arrived.includes(file))) return;
  const uploaded = uploadedFiles(job, files);
  for (const file of arrived) {
    if (file.state !== 'settled') await applyFile(file, job, uploaded, lastAttempt, dependencies);
    const { company, jobId, folder = job.folder, source } = file;
    if (source) await dependencies.rememberSource({ company, folder, place: source }, source);
    await dependencies.deleteStaged(stagedKey(company, jobId, file.file));
  }
}

async function allFiles(
  { company, id }: UploadJob,
  { listFiles }: Pick<UploadStore, 'listFiles'>,
): Promise<UploadFile[]> {
  const files: UploadFile[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Awaited<ReturnType<typeof listFiles>> = await listFiles(company, id, {
      limit: atOnce,
      after,
    });
    files.push(...page.items);
    after = page.next;
  }
  return files;
}

async function applyFile(
  file: UploadFile,
  job: UploadJob,
  uploaded: UploadedFiles,
  lastAttempt: boolean,
  dependencies: ApplyMetadataDependencies,
): Promise<void> {
  const { company, jobId } = file;
  const settle = async (outcome: 'skipped' | 'error', message: string) => {
    // It is no asset, so that its entry names none.
    const { assetId, ...named } = file;
    const entry = fileLogEntry(named, outcome, message, dependencies.now());
    await dependencies.finishFile(file, 'pending', entry);
  };
  try {
    const applied = await applyTable(file, job, uploaded, dependencies);
    const { problems } = applied;
    await settle(problems.length === 0 ? 'skipped' : 'error', appliedTableText(applied));
  } catch (error) {
    // A parallel call has applied it, and deleted the file.
    const current = await dependencies.getFile(company, jobId, file.file);
    if (current?.state === 'settled') return;
    if (error instanceof Failure && error.code === 'upload.file-refused') {
      await settle('error', `was not applied. ${error.message}`);
    } else {
      if (!lastAttempt) throw error;
      const message = 'could not be applied completely because something failed on our side; upload it again';
      await settle('error', message);
      dependencies.log.error(
        `The metadata file ${file.file} of the upload ${jobId} was given up`,
        error as Error,
      );
    }
  }
}

/** @throws Failure `upload.file-refused` if nothing of it can be applied */
async function applyTable(
  file: UploadFile,
  job: UploadJob,
  uploaded: UploadedFiles,
  dependencies: ApplyMetadataDependencies,
): Promise<AppliedTable> {
  const { company } = job;
  const bytes = await dependencies.readStaged(stagedKey(company, file.jobId, file.file));
  const rows = rowsOfTable(readTable(decodeTable(bytes)), uploaded);
  const [schema, settings, ownOnly] = await Promise.all([
    dependencies.getMetadataSchema(company),
    dependencies.getSettings(company),
    isAppliedBefore(file, job, dependencies),
  ]);
  /** Assets that end earlier now. */
  const ended: string[] = [];
  const context: MetadataRowContext = {
    ...{ company, by: job.submittedBy, schema, settings, now: dependencies.now },
    invalidate: async (ids) => void ended.push(...ids),
  };
  const problems: RowProblem[] = rows.flatMap(({ row, problems: found }) =>
    found.map((problem) => ({ row, ...problem })),
  );
  const right = rows.filter((row) => row.problems.length === 0);
  const applicable = right.filter(({ id }) => !ownOnly || uploaded.ids.has(id));
  let applied = 0;
  for (let first = 0; first < applicable.length; first += atOnce) {
    const group = applicable.slice(first, first + atOnce);
    const ids = group.map(({ id }) => id);
    const assets = await dependencies.getAssets(company, ids, { consistent: true });
    await inParallel(group, rowsAtATime, async (row) => {
      const result = await applyMetadataRow(row, assets.get(row.id), context, dependencies);
      if ('outcome' in result) applied += 1;
      else problems.push(...result.problems.map((problem) => ({ row: row.row, ...problem })));
    });
  }
  await dependencies.invalidateTogether(company, ended);
  return {
    rows: rows.length,
    applied,
    leftAlone: right.length - applicable.length,
    problems: problems.sort((a, b) => a.row - b.row),
  };
}

/** @throws Failure `upload.file-refused` */
function readTable(text: string): string[][] {
  let table: string[][];
  try {
    table = readCsv(text, metadataFileLimits.rows + 2);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    throw refusedFile(`Line ${error.line}: ${error.message}`);
  }
  if (table.length > metadataFileLimits.rows + 1)
    throw refusedFile(`It must have at most ${metadataFileLimits.rows} rows below the header`);
  return table;
}

/**
 * Whether an earlier upload with `changedOnly` has applied the same file: then its rows for assets that have not changed would
 * undo what users have edited since.
 */
async function isAppliedBefore(
  { company, folder, source }: UploadFile,
  job: UploadJob,
  { findSources }: Pick<SourceStore, 'findSources'>,
): Promise<boolean> {
  if (!job.from?.changedOnly || !source) return false;
  const target = folder ?? job.folder;
  const before = (await findSources(company, target, [source])).get(sourceId(target, source));
  return isUnchanged(before, source) || (before?.sha256 !== undefined && before.sha256 === source.sha256);
}
