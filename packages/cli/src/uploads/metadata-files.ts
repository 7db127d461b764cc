import { basename, resolve } from 'node:path';
import type { OperationResponse } from '@pressroom/client/create-client';
import { isMetadataFileName } from '@pressroom/client/upload';
import type { Context } from '../context.ts';
import { usageError } from '../errors/command-error.ts';
import { untilFinished } from '../jobs/follow-job.ts';
import { type LocalFile, localFiles } from './local-files.ts';
import { type FileSent, sendFiles } from './send-files.ts';

/** What became of a metadata file. */
interface MetadataApplied {
  readonly kind: 'metadata';
  readonly path: string;
  readonly outcome: Outcome;
  readonly message: string;
  readonly jobId: string;
}

type OpenFile = OperationResponse<'readUpload'>['files'][number];
type Outcome = Extract<OpenFile, { readonly outcome: unknown }>['outcome'];

const tableName = /\.(csv|tsv|tab|txt)$/i;

/**
 * The tables that `--metadata` names, with names by which the API takes them for metadata.
 * @throws CommandError where one does not exist, or is no table
 */
export async function metadataFiles(
  { io }: Context,
  paths: readonly string[],
  folder: string,
): Promise<LocalFile[]> {
  const found: LocalFile[] = [];
  for (const path of paths) {
    if (!tableName.test(path))
      throw usageError(`${path} is no table.`, 'Give a file that ends with .csv, .tsv, .tab or .txt.');
    for await (const file of localFiles([resolve(io.folder, path)], folder)) found.push(named(file));
  }
  return found;
}

function named(file: LocalFile): LocalFile {
  return isMetadataFileName(file.name)
    ? file
    : { ...file, name: file.name.replace(tableName, '.metadata.$1') };
}

/** Sends tables in upload jobs of their own, waits for these, and yields what became of each. */
export async function* sendMetadata(
  context: Context,
  tables: readonly LocalFile[],
  parallel: number,
): AsyncGenerator<MetadataApplied | FileSent, void, undefined> {
  const { client, signal } = context;
  const paths = new Map(tables.map(({ name, path }) => [name, path]));
  const job = { name: 'Metadata' };
  const command = ['upload', '--metadata', ...tables.map(({ path }) => path)];
  for await (const result of sendFiles(context, tables, { job, parallel, command })) {
    if (result.kind === 'file') {
      if (result.outcome === 'refused') yield result;
      continue;
    }
    const { id } = await untilFinished(context, result.job);
    const { files } = await client.call('readUpload', { params: { jobId: id }, signal });
    for (const file of files) {
      if (!('outcome' in file)) continue;
      const { name, outcome, message } = file;
      yield { kind: 'metadata', path: paths.get(name) ?? basename(name), outcome, message, jobId: id };
    }
  }
}
