import type { LocalFile } from './local-files.ts';

/** Files of each folder of the library, in the order of their first file. */
export function byFolder(files: readonly LocalFile[]): Map<string, LocalFile[]> {
  const folders = new Map<string, LocalFile[]>();
  for (const file of files) {
    const known = folders.get(file.folder);
    if (known) known.push(file);
    else folders.set(file.folder, [file]);
  }
  return folders;
}
