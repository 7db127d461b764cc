import { lstat, opendir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommandError } from '../errors/command-error.ts';

/** A file of this machine, and where it belongs in the library. */
export interface LocalFile {
  readonly path: string;
  readonly name: string;
  /** In the library. */
  readonly folder: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/**
 * The files that paths name. A folder is taken with its name and everything below it, without hidden files.
 * @param folder in the library, with a slash at both ends
 * @throws CommandError where a path does not exist
 */
export async function* localFiles(paths: readonly string[], folder: string): AsyncGenerator<LocalFile> {
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!found)
      throw new CommandError(
        2,
        'file.not-found',
        `${path} does not exist.`,
        'Give files or folders of this machine.',
      );
    if (found.isDirectory()) yield* filesBelow(path, `${folder}${folderName(path)}`);
    else yield { path, name: basename(path), folder, bytes: found.size, modified: Math.trunc(found.mtimeMs) };
  }
}

/** `photos/` for `./photos`; nothing for `.` and `..`, whose names nobody typed. */
function folderName(path: string): string {
  const name = basename(path);
  return name === '.' || name === '..' || name === '' ? '' : `${name}/`;
}

/** Every file below a folder, in the order of names, so that a second run finds the same order. */
export async function* filesBelow(path: string, folder: string): AsyncGenerator<LocalFile> {
  const names: string[] = [];
  for await (const entry of await opendir(path)) if (!entry.name.startsWith('.')) names.push(entry.name);
  for (const name of names.sort()) {
    const inside = join(path, name);
    // A link to a folder could lead in a circle; a link to a file is the file.
    const entry = await lstat(inside);
    const found = entry.isSymbolicLink() ? await stat(inside).catch(() => undefined) : entry;
    if (found?.isFile())
      yield { path: inside, name, folder, bytes: found.size, modified: Math.trunc(found.mtimeMs) };
    else if (found?.isDirectory() && !entry.isSymbolicLink()) yield* filesBelow(inside, `${folder}${name}/`);
  }
}
