import { stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { ApiError } from '@pressroom/client/api-error';
import type { OperationResponse } from '@pressroom/client/create-client';
import type { Context } from '../../context.ts';
import { untilFinished } from '../../jobs/follow-job.ts';
import { isSameFile } from '../compare-files.ts';
import { idProblem, uploadName } from '../id-rule.ts';
import type { LocalFile } from '../local-files.ts';
import { type Asset, readAssets } from '../read-assets.ts';
import { sendFiles } from '../send-files.ts';
import { finishRows, hasModifiers, type RowInLibrary } from './finish-rows.ts';
import type { ImportProblems } from './import-problems.ts';
import type { AssetRow } from './import-row.ts';

type Job = OperationResponse<'readJob'>;

/** Where the files are. */
export type FilePlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'bucket'; readonly bucket: string; readonly prefix: string };

export interface ImportSettings {
  /** Missing: every asset has to exist. */
  readonly files: FilePlace | undefined;
  /** A file whose id has another asset becomes its next version. */
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly parallel: number;
  /** Name of all upload jobs of this import, and of no other one. */
  readonly jobName: string;
  /** Distinguishes this import from others. */
  readonly key: string;
}

interface FileToSend {
  readonly row: AssetRow;
  /** With which it is sent. */
  readonly name: string;
  /** Missing for a file of a bucket. */
  readonly local?: LocalFile;
  readonly url?: string;
}

/** Characters of the address of a file in a bucket. The limit of the API. */
const maxUrlLength = 2_048;

/** Takes up to 1,000 assets into the library: what is there already is not sent again. */
export async function importAssets(
  context: Context,
  rows: readonly AssetRow[],
  settings: ImportSettings,
  problems: ImportProblems,
): Promise<void> {
  for (const row of rows) {
    const problem = idProblem(row.id);
    if (problem !== undefined) problems.add(row, problem);
  }
  const valid = problems.without(rows);
  const existing = await readAssets(
    context,
    valid.map(({ id }) => id),
  );
  const toSend: FileToSend[] = [];
  const here: RowInLibrary[] = [];
  const isOurs = jobsOf(context, settings.jobName);
  for (const row of valid) {
    const before = existing.get(row.id);
    const file = settings.files && row.file !== undefined ? await fileOf(row, settings.files) : undefined;
    if (file && 'problem' in file) {
      problems.add(row, file.problem);
      continue;
    }
    const problem = before ? await whyTaken(row, before, file, settings, isOurs) : whyMissing(row, file);
    if (problem !== undefined) problems.add(row, problem);
    else if (file && !(before && (await isSent(before, file, isOurs)))) toSend.push(file);
    else here.push({ row, before, isPublished: false });
  }
  if (settings.dryRun) return;
  for (const publish of [true, false]) {
    const group = toSend.filter(({ row }) => (row.publish === 'yes' && !hasModifiers(row)) === publish);
    if (group.length === 0) continue;
    const jobs =
      settings.files?.kind === 'bucket'
        ? await fetchFromBucket(context, group, publish, settings, problems)
        : await sendFromFolder(context, group, publish, settings, problems);
    const log = await outcomesOf(context, jobs);
    for (const { row, name } of group.filter((file) => problems.of(file.row) === undefined)) {
      const entry = log.get(name);
      const problem = entry ? uploadProblem(row, entry) : 'its upload job does not mention it';
      if (problem !== undefined) problems.add(row, problem);
      else here.push({ row, before: existing.get(row.id), isPublished: publish });
    }
  }
  await finishRows(context, here, problems);
}

/** A file of the folder or bucket, or why there is none. */
async function fileOf(row: AssetRow, place: FilePlace): Promise<FileToSend | { readonly problem: string }> {
  const path = row.file ?? '';
  const named = uploadName(row.id, path);
  if ('problem' in named) return named;
  const { name } = named;
  if (place.kind === 'bucket') {
    const url = `s3://${place.bucket}/${place.prefix}${path}`;
    if (url.length > maxUrlLength)
      return { problem: `file: s3://… must have at most ${maxUrlLength} characters` };
    return { row, name, url };
  }
  const file = resolve(place.path, path);
  // A table of somebody else must not upload other files of this machine.
  if (!file.startsWith(place.path.endsWith(sep) ? place.path : place.path + sep))
    return { problem: `file: "${path}" leads out of ${place.path}` };
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return { problem: `file: ${file} does not exist` };
  const local = {
    path: file,
    name,
    folder: row.folder,
    bytes: found.size,
    modified: Math.trunc(found.mtimeMs),
  };
  return { row, name, local };
}

function whyMissing({ file }: AssetRow, found: FileToSend | undefined): string | undefined {
  if (found) return undefined;
  return file === undefined
    ? 'file: is missing, and the library has no such asset'
    : 'the library has no such asset: --files names the folder or bucket with the files';
}

/** Whether an upload job belongs to this import. Jobs are asked for once. */
function jobsOf({ client, signal }: Context, jobName: string): (asset: Asset) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return async ({ uploadJobId }) => {
    if (uploadJobId === undefined) return false;
    const job =
      known.get(uploadJobId) ??
      client.call('readJob', { params: { jobId: uploadJobId }, signal }).then(
        ({ givenName }) => givenName === jobName,
        (error: unknown) => {
          // Jobs are kept for 13 months.
          if (error instanceof ApiError && error.status === 404) return false;
          throw error;
        },
      );
    known.set(uploadJobId, job);
    return job;
  };
}

/** Whether the library has the file: it is the same, or an earlier run of this import has sent it. */
async function isSent(
  before: Asset,
  { local }: FileToSend,
  isOurs: (asset: Asset) => Promise<boolean>,
): Promise<boolean> {
  return local ? isSameFile(local, before) : isOurs(before);
}

async function whyTaken(
  row: AssetRow,
  before: Asset,
  file: FileToSend | undefined,
  { overwrite }: ImportSettings,
  isOurs: (asset: Asset) => Promise<boolean>,
): Promise<string | undefined> {
  const { trashed, uploadJobId, type, folder } = before;
  if (trashed?.renamedTo !== undefined)
    return `the id is taken: it leads to ${trashed.renamedTo}, which had it before`;
  if (trashed) return 'the id is taken by an asset in the trash: restore it, or delete it from the trash';
  if (!file || (await isSent(before, file, isOurs))) return undefined;
  if (uploadJobId === undefined) return `the id is taken by a set or a derived image (${type} in ${folder})`;
  return overwrite
    ? undefined
    : `the id is taken by another file (${type} in ${folder}). With --overwrite, ${row.file} becomes its next version`;
}

async function sendFromFolder(
  context: Context,
  files: readonly FileToSend[],
  publishAfterUploading: boolean,
  { overwrite, jobName, parallel, key }: ImportSettings,
  problems: ImportProblems,
): Promise<Job[]> {
  const jobs: Job[] = [];
  const rows = new Map(files.map(({ row, name }) => [name, row]));
  const job = { publishAfterUploading, overwrite, name: jobName };
  for await (const result of sendFiles(
    context,
    files.flatMap(({ local }) => local ?? []),
    { job, parallel, command: ['import', key, job] },
  )) {
    if (result.kind === 'job') jobs.push(result.job);
    else if (result.outcome === 'refused') {
      const row = rows.get(result.file.name);
      if (row) problems.add(row, result.message ?? 'was not sent');
    }
  }
  return jobs;
}

/** The installation fetches the files itself. Those that the API refuses by name are left out. */
async function fetchFromBucket(
  { client, signal }: Context,
  files: readonly FileToSend[],
  publishAfterUploading: boolean,
  { overwrite, jobName }: ImportSettings,
  problems: ImportProblems,
): Promise<Job[]> {
  let left = [...files];
  while (left.length > 0) {
    const urls = left.map(({ row, name, url = '' }) => ({ url, name, folder: row.folder }));
    try {
      const { job } = await client.call('createUpload', {
        body: { from: { urls }, publishAfterUploading, overwrite, name: jobName },
        signal,
      });
      return [job];
    } catch (error) {
      const refused = refusedUrls(error);
      if (refused.size === 0) throw error;
      for (const [index, message] of refused) {
        const file = left[index];
        if (file) problems.add(file.row, message);
      }
      left = left.filter((_, index) => !refused.has(index));
    }
  }
  return [];
}

/** The URLs that an error of `createUpload` names, by their index. */
function refusedUrls(error: unknown): ReadonlyMap<number, string> {
  const refused = new Map<number, string>();
  if (!(error instanceof ApiError)) return refused;
  for (const { field, message } of error.errors) {
    const [, index, value] = /^from\.urls\[(\d+)\]\.(\w+)/.exec(field) ?? [];
    if (index === undefined) return new Map();
    refused.set(Number(index), `${value === 'url' ? 'file' : value}: ${message}`);
  }
  return refused;
}

interface UploadOutcome {
  readonly asset: string | undefined;
  readonly outcome: string;
  readonly message: string;
}

/** Waits for jobs, and reads what became of each file, by its name. */
async function outcomesOf(context: Context, jobs: readonly Job[]): Promise<Map<string, UploadOutcome>> {
  const { client, signal } = context;
  const outcomes = new Map<string, UploadOutcome>();
  for (const job of jobs) {
    await untilFinished(context, job);
    const params = { jobId: job.id };
    for await (const { asset, outcome, message } of client.all('readJobLog', { params, signal })) {
      // Entries of files begin with their names, which have no colon.
      const end = message.indexOf(': ');
      if (outcome === 'begin' || outcome === 'end' || end < 0) continue;
      outcomes.set(message.slice(0, end), { asset, outcome, message: message.slice(end + 2) });
    }
  }
  return outcomes;
}

function uploadProblem({ id }: AssetRow, { asset, outcome, message }: UploadOutcome): string | undefined {
  if (!['recorded', 'published', 'warning'].includes(outcome)) return message;
  return asset === id ? undefined : `it has the id ${asset} now: ${message}`;
}
