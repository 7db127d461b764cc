import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inGroupsOf, maxIds } from '../assets/in-groups-of.ts';
import { defineCommand, flag, one } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';
import { untilFinished } from '../jobs/follow-job.ts';
import { endLine, terminalStatuses } from '../jobs/job-text.ts';
import { folderPath } from '../library/folder-path.ts';
import { formatBytes } from '../output/format.ts';
import { compareWithAssets } from './compare-files.ts';
import { filesBelow, type LocalFile } from './local-files.ts';
import type { Asset } from './read-assets.ts';
import { sendFiles } from './send-files.ts';
import { uploadOptions } from './upload.ts';

export const sync = defineCommand({
  path: 'sync',
  feature: 'uploads',
  summary: 'Make a folder of the library like a folder of this machine',
  notes: [
    'New and changed files are uploaded, compared by SHA-256. Assets without a file stay, unless --delete is given: then they go to the trash, where they can be restored for 7 days. Sets and derived images have no file, and always stay.',
    'After an interruption, run the same command again: it continues.',
  ],
  args: { directory: one('Folder of this machine'), folder: one('Folder of the library') },
  options: {
    dryRun: flag('change nothing; say what would be done'),
    delete: flag('put assets into the trash that have no file'),
    yes: flag('with --delete: do not ask'),
    ...uploadOptions,
  },
  examples: [
    { command: 'sync ./media /campaigns/spring --dry-run', does: 'says what would be uploaded' },
    {
      command: 'sync ./media /campaigns/spring --delete --publish --watch',
      does: 'makes both alike, publishes and waits',
    },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'job')
        return terminalStatuses.includes(output.job.status)
          ? [endLine(output.job, paint)]
          : [`Job ${output.job.id}: ${output.job.name}`];
      if (output.kind === 'summary') {
        const { upload, replace, trash, unchanged, bytes, dryRun } = output;
        return [
          `${upload} new, ${replace} changed, ${trash} to trash, ${unchanged} unchanged, ${formatBytes(bytes)}.${dryRun ? ' Nothing was changed.' : ''}`,
        ];
      }
      const { action, folder, name, message, bytes } = output;
      if (action === 'unchanged') return [];
      return [
        [
          paint(styles[action], action.padEnd(8)),
          `${folder}${name}`,
          bytes === undefined ? '' : formatBytes(bytes),
          message,
        ]
          .filter(Boolean)
          .join('  '),
      ];
    },
  },
  async *run(
    context,
    { directory, folder: given, dryRun, delete: deletes, yes, publish, overwrite, jobName, watch, parallel },
  ) {
    const { client, signal, confirm } = context;
    const folder = folderPath(given);
    const place = resolve(context.io.folder, directory);
    const found = await stat(place).catch(() => undefined);
    if (!found?.isDirectory())
      throw new CommandError(
        2,
        'file.not-found',
        `${directory} is not a folder of this machine.`,
        'For single files use: pressroom upload',
      );
    const files: LocalFile[] = [];
    for await (const file of filesBelow(place, folder)) files.push(file);

    const assets = new Map<
      string,
      { readonly id: string; readonly hasFile: boolean; readonly asset: Asset }
    >();
    for await (const asset of client.all('listAssets', {
      query: { folder, below: true, limit: 1_000 },
      signal,
    }))
      assets.set(`${asset.folder}${asset.fileName}`, {
        id: asset.id,
        hasFile: asset.uploadJobId !== undefined,
        asset,
      });
    const { changed, unchanged } = await compareWithAssets(
      context,
      files,
      (file) => assets.get(`${file.folder}${file.name}`)?.asset,
    );
    const local = new Set(files.map(({ folder: inside, name }) => `${inside}${name}`));
    const left = deletes
      ? [...assets].filter(([key, { hasFile }]) => hasFile && !local.has(key)).map(([, one]) => one)
      : [];

    for (const { file, asset } of unchanged)
      yield { kind: 'change', action: 'unchanged', folder: file.folder, name: file.name, id: asset.id };
    const replaced = new Set<LocalFile>();
    for (const file of changed) {
      const known = assets.get(`${file.folder}${file.name}`);
      if (known) replaced.add(file);
      if (dryRun)
        yield {
          kind: 'change',
          action: known ? 'replace' : 'upload',
          folder: file.folder,
          name: file.name,
          bytes: file.bytes,
          ...(known ? { id: known.id } : {}),
        };
    }
    if (dryRun)
      for (const { id, asset } of left)
        yield { kind: 'change', action: 'trash', folder: asset.folder, name: asset.fileName, id };
    const summary = {
      kind: 'summary' as const,
      dryRun,
      upload: changed.length - replaced.size,
      replace: replaced.size,
      trash: left.length,
      unchanged: unchanged.length,
      bytes: changed.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    if (dryRun) {
      yield summary;
      return 0;
    }
    // An empty or wrong folder would otherwise empty the library.
    if (left.length > 0) await confirm(`Put ${left.length} assets of ${folder} into the trash?`, yes);

    const job = {
      // It makes both folders alike.
      applyMetadata: false,
      ...(publish === undefined ? {} : { publishAfterUploading: publish }),
      ...(overwrite === undefined ? {} : { overwrite }),
      ...(jobName === undefined ? {} : { name: jobName }),
    };
    let failed = false;
    const jobs = [];
    for await (const result of sendFiles(context, changed, {
      job,
      parallel: parallel ?? 16,
      command: ['sync', place, folder, job],
    })) {
      if (result.kind === 'job') {
        jobs.push(result.job);
        yield result;
        continue;
      }
      failed ||= result.outcome === 'refused';
      const { name, folder: inFolder, bytes } = result.file;
      yield {
        kind: 'change',
        action:
          result.outcome === 'refused' ? 'refused' : assets.has(`${inFolder}${name}`) ? 'replace' : 'upload',
        folder: inFolder,
        name,
        bytes,
        ...(result.assetId === undefined ? {} : { id: result.assetId }),
        ...(result.message === undefined ? {} : { message: result.message }),
      };
    }
    // After the uploads, so that a file that was moved keeps its asset: an upload of the same id moves it.
    const moved = new Set(changed.map(({ name }) => name));
    const gone = left.filter(({ asset }) => !moved.has(asset.fileName));
    for (const assetIds of inGroupsOf(
      maxIds,
      gone.map(({ id }) => id),
    )) {
      for (let remaining = true; remaining; ) {
        const response = await client.call('trashAssets', { body: { assetIds, partial: true }, signal });
        remaining = response.remaining;
        for (const id of response.trashed) {
          const asset = left.find((one) => one.id === id)?.asset;
          if (asset)
            yield { kind: 'change', action: 'trash', folder: asset.folder, name: asset.fileName, id };
        }
      }
    }
    if (publish)
      for (const assetIds of inGroupsOf(
        maxIds,
        unchanged.filter(({ asset }) => !asset.published).map(({ asset }) => asset.id),
      ))
        await client.call('publishAssets', { body: { assetIds }, signal });
    if (watch)
      for (const started of jobs) {
        const ended = await untilFinished(context, started);
        failed ||= ended.status !== 'succeeded';
        yield { kind: 'job', job: ended };
      }
    yield summary;
    return failed ? 7 : 0;
  },
});

const styles = {
  upload: 'green',
  replace: 'yellow',
  trash: 'red',
  refused: 'red',
  unchanged: 'dim',
} as const;
