import { findHiddenCharacter } from '../hidden-character.ts';
import { maxFolderPathBytes } from '../library/folder-path.ts';
import { utf8Bytes } from '../utf8-bytes.ts';
import { refusedFile } from './refused-file.ts';

/** Characters of the name of a folder. */
const maxNameLength = 100;

/**
 * The folder of the library for a file in subfolders of a source or an archive.
 * @param folder of the upload
 * @param names of the subfolders, the highest first
 * @throws Failure `upload.file-refused` for a path that leaves the source, or that a folder of the library cannot have
 */
export function subfolder(folder: string, names: readonly string[]): string {
  for (const name of names) {
    if (name === '..' || name === '.' || name === '' || name.includes('\\'))
      throw refusedFile(
        `Its path "${shown(names)}" is not a path within the source. Use names of folders only`,
      );
    if (name.length > maxNameLength)
      throw refusedFile(
        `Its folder "${name.slice(0, 40)}…" has a name of ${name.length} characters; at most ${maxNameLength} are allowed`,
      );
    const hidden = findHiddenCharacter(name);
    if (hidden !== undefined)
      throw refusedFile(`The name of its folder contains ${hidden}. Rename the folder`);
  }
  const path = [folder, ...names.map((name) => `${name}/`)].join('').normalize('NFC');
  if (utf8Bytes(path) > maxFolderPathBytes)
    throw refusedFile(
      `Its folder has a path of ${utf8Bytes(path)} bytes in UTF-8; at most ${maxFolderPathBytes} are allowed`,
    );
  return path;
}

function shown(names: readonly string[]): string {
  const path = names.join('/').replace(/\p{C}/gu, '?');
  return path.length <= 80 ? path : `${path.slice(0, 79)}…`;
}
