import { resolve } from 'node:path';
import { isMetadataFileName } from '@pressroom/client/upload';
import { inGroupsOf, maxIds } from '../assets/in-groups-of.ts';
import { any, defineCommand, flag, text, texts, toggle, whole } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { untilFinished } from '../jobs/follow-job.ts';
import { endLine, terminalStatuses } from '../jobs/job-text.ts';
import { folderPath } from '../library/folder-path.ts';
import { compareFiles } from './compare-files.ts';
import { type LocalFile, localFiles } from './local-files.ts';
import { metadataFiles, sendMetadata } from './metadata-files.ts';
import { type FileSent, sendFiles } from './send-files.ts';

/** Options of upload jobs. */
export const uploadOptions = {
  publish: toggle('publish after uploading; as the company does unless given'),
  overwrite: toggle('overwrite assets that have the same id; on unless given'),
  jobName: text('<name>', 'name of the upload jobs; the time of their start is added'),
  watch: flag('wait until the upload jobs have checked the files'),
  parallel: whole(1, 64, 'requests at the same time; 16 unless given'),
};

export const upload = defineCommand({
  path: 'upload',
  feature: 'uploads',
  summary: 'Upload files and folders: only those that are new or changed',
  notes: [
    'A folder is uploaded with its name and everything below it, without hidden files. For the contents of a folder use pressroom sync.',
    'Files that the library has already, by SHA-256, are not sent. After an interruption, run the same command again: it continues.',
    'Tables whose names end with .metadata.csv, .metadata.tsv or .metadata.txt, and those of --metadata, are applied to the assets when the upload jobs have ended: docs/bulk-metadata.md.',
  ],
  args: { paths: any('Files and folders of this machine') },
  options: {
    folder: text('<folder>', 'folder of the library; the root unless given'),
    ...uploadOptions,
    all: flag('also send files that are unchanged'),
    metadata: texts('<file>', 'table with metadata of the assets, in CSV or with tabs'),
  },
  examples: [
    { command: 'upload red-shoe.jpg --folder /autumn/', does: 'uploads a file' },
    {
      command: 'upload photos films --folder /autumn/ --no-publish --job-name Autumn --watch',
      does: 'uploads two folders, publishes nothing, and waits',
    },
    {
      command: 'upload photos --metadata photos.csv',
      does: 'uploads a folder, and then applies titles, keywords and fields from a table',
    },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'job')
        return terminalStatuses.includes(output.job.status)
          ? [endLine(output.job, paint)]
          : [`Job ${output.job.id}: ${output.job.name}`];
      if (output.kind === 'metadata')
        return [
          `${output.outcome === 'error' ? paint('red', 'error') : paint('green', 'applied')}  ${output.message}`,
        ];
      // A line for each of many files would hide those that were refused.
      return output.outcome === 'refused'
        ? [`${paint('red', 'refused')}  ${output.path}  ${output.message ?? ''}`]
        : [];
    },
  },
  async *run(
    context,
    { paths, folder: given, publish, overwrite, jobName, watch, parallel, all, metadata = [] },
  ) {
    const folder = folderPath(given ?? '/');
    const files: LocalFile[] = [];
    const absolute = paths.map((path) => resolve(context.io.folder, path));
    const tables = await metadataFiles(context, metadata, folder);
    for await (const file of localFiles(absolute, folder))
      (isMetadataFileName(file.name) ? tables : files).push(file);
    if (files.length + tables.length === 0)
      throw usageError('There is no file to upload.', 'Hidden files are left out.');
    checkNames(files);
    const { changed, unchanged } = all
      ? { changed: files, unchanged: [] }
      : await compareFiles(context, files);
    for (const { file, asset } of unchanged)
      yield {
        kind: 'file',
        path: file.path,
        folder: file.folder,
        assetId: asset.id,
        bytes: file.bytes,
        outcome: 'unchanged',
      };
    const job = {
      ...(publish === undefined ? {} : { publishAfterUploading: publish }),
      ...(overwrite === undefined ? {} : { overwrite }),
      ...(jobName === undefined ? {} : { name: jobName }),
    };
    let failed = false;
    let sent = 0;
    const jobs = [];
    for await (const result of sendFiles(context, changed, {
      job,
      parallel: parallel ?? 16,
      command: ['upload', absolute, folder, job],
    })) {
      if (result.kind === 'job') jobs.push(result.job);
      else if (result.outcome === 'refused') failed = true;
      else sent += 1;
      yield result.kind === 'job' ? result : shownFile(result);
    }
    context.note(`${sent} of ${files.length} files sent, ${unchanged.length} unchanged`);
    // The rows name assets of all these jobs.
    if (watch || tables.length > 0)
      for (const started of jobs) {
        const ended = await untilFinished(context, started);
        failed ||= ended.status !== 'succeeded';
        yield { kind: 'job', job: ended };
      }
    if (publish) {
      // Unchanged files that are not live would otherwise wait for a job.
      const ids = unchanged.filter(({ asset }) => !asset.published).map(({ asset }) => asset.id);
      for (const assetIds of inGroupsOf(maxIds, ids))
        await context.client.call('publishAssets', { body: { assetIds }, signal: context.signal });
    }
    for await (const result of sendMetadata(context, tables, parallel ?? 16)) {
      failed ||= result.outcome !== 'skipped';
      yield result.kind === 'file' ? shownFile(result) : result;
    }
    return failed ? 7 : 0;
  },
});

function shownFile({ file: { path, folder, bytes }, ...result }: FileSent) {
  return { ...result, path, folder, bytes };
}

/** Two files with one name would be one asset: the second would overwrite the first. */
function checkNames(files: readonly LocalFile[]): void {
  const seen = new Map<string, string>();
  for (const { folder, name, path } of files) {
    const before = seen.get(`${folder}${name}`);
    if (before !== undefined)
      throw usageError(
        `${before} and ${path} have the same place ${folder}${name}.`,
        'Upload them one after the other.',
      );
    seen.set(`${folder}${name}`, path);
  }
}
