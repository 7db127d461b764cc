import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand, flag, many, text, whole } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../errors/command-error.ts';
import { formatBytes } from '../output/format.ts';

/** Milliseconds between two looks at a ZIP file that is being written. */
const zipMs = 2_000;

export const download = defineCommand({
  path: 'download',
  feature: 'assets',
  summary: 'Download the original files of assets, one by one or as one ZIP file',
  args: { ids: many('Ids of assets') },
  options: {
    to: text('<folder>', 'folder of this machine; the current one unless given'),
    version: whole(1, 9_999_999_999, 'an earlier version, of one asset'),
    zip: text('<file>', 'write one ZIP file'),
    force: flag('overwrite files of this machine'),
  },
  examples: [
    { command: 'download red-shoe', does: 'downloads the original file into the current folder' },
    { command: 'download red-shoe --version 3 --to old', does: 'downloads an earlier version' },
    { command: 'download red-shoe blue-shoe --zip shoes.zip', does: 'downloads both as a ZIP file' },
  ],
  show: {
    lines: ({ path, bytes, leftOut }, paint) => [
      `${paint('green', '✓')} ${path}  ${formatBytes(bytes)}`,
      ...(leftOut ?? []).map(({ id, message }) => `${paint('yellow', 'left out')}  ${id}  ${message}`),
    ],
  },
  async *run(context, { ids, to, version, zip, force }) {
    const { client, io, signal } = context;
    if (version !== undefined && (ids.length > 1 || zip !== undefined))
      throw usageError('--version is for one asset.', 'Download versions one after the other.');
    const unique = [...new Set(ids)];
    if (zip !== undefined) {
      const path = resolve(io.folder, zip);
      await checkFree(path, force);
      const ready = await untilWritten(context, unique);
      await save(context, ready.url, path);
      yield { path, bytes: (await stat(path)).size, leftOut: ready.leftOut };
      return ready.leftOut.length > 0 ? 7 : 0;
    }
    const folder = resolve(io.folder, to ?? '.');
    await mkdir(folder, { recursive: true });
    for (const id of unique) {
      const query = version === undefined ? {} : { version };
      const found = await client.call('downloadAsset', { params: { id }, query, signal });
      // The name comes from the API: it must stay inside the folder.
      const path = join(folder, basename(found.fileName));
      await checkFree(path, force);
      await save(context, found.url, path);
      yield { id, version: found.version, path, bytes: found.bytes };
    }
    return 0;
  },
});

async function untilWritten({ client, io, signal, progress }: Context, assetIds: string[]) {
  const task = progress.start('ZIP file');
  try {
    let file = await client.call('createDownload', { body: { assetIds }, signal });
    while (file.url === undefined) {
      task.update(formatBytes(file.written), { done: file.written, total: file.bytes });
      await io.wait(zipMs, signal);
      file = await client.call('readDownload', { params: { downloadId: file.id }, signal });
    }
    return { ...file, url: file.url };
  } finally {
    await task.end();
  }
}

async function checkFree(path: string, force: boolean): Promise<void> {
  if (force) return;
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw new CommandError(1, 'file.exists', `${path} exists.`, 'Add --force to overwrite it.');
}

/** Beside its place first: a broken download leaves no half file under the name. */
async function save({ io, signal }: Context, url: string, path: string): Promise<void> {
  const response = await io.fetch(url, { signal });
  if (!response.ok || !response.body)
    throw new CommandError(
      6,
      'download.failed',
      `The storage responded with ${response.status}.`,
      'Run the command again.',
    );
  const temporary = `${path}.part`;
  try {
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(temporary), { signal });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
