/** File names that Windows reserves, whatever their extension: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/i;

/** Bytes of UTF-8 that common file systems take for one name. */
const maxNameBytes = 255;

/**
 * Paths for files in a ZIP file: their folder and file name, which every system can unpack. Names are NFC; characters that
 * file systems refuse become `-`; no path is absolute or leads out of the folder. A path that exists already, without
 * regard to case, gets a number: `shoe (2).jpg`.
 * @returns the paths in the order of the files
 */
export function zipNames(files: readonly { readonly folder: string; readonly fileName: string }[]): string[] {
  const folders = files.map(({ folder }) => folder.split('/').filter(Boolean).map(safeName));
  const taken = new Set<string>();
  // A file and a folder of the same name cannot be unpacked both.
  for (const folder of folders)
    for (const [index] of folder.entries()) taken.add(comparable(folder.slice(0, index + 1).join('/')));
  const nextNumber = new Map<string, number>();
  return files.map(({ fileName }, index) => {
    const prefix = (folders[index] ?? []).map((name) => `${name}/`).join('');
    const name = safeName(fileName);
    const first = comparable(prefix + name);
    let path = prefix + name;
    let number = nextNumber.get(first) ?? 2;
    for (; taken.has(comparable(path)); number += 1) path = prefix + numbered(name, number);
    nextNumber.set(first, number);
    taken.add(comparable(path));
    return path;
  });
}

function comparable(path: string): string {
  return path.toUpperCase().toLowerCase();
}

function safeName(name: string): string {
  const safe = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}"*/:<>?\\|]/gu, '-')
    // Windows drops them; `.` and `..` are names of folders.
    .replace(/[. ]+$/u, (end) => '-'.repeat(end.length));
  return shortened(reserved.test(safe) ? `-${safe}` : safe || '-', '');
}

function numbered(name: string, number: number): string {
  return shortened(name, ` (${number})`);
}

/** The name with an addition before its extension, and with fewer characters where it would have too many bytes. */
function shortened(name: string, addition: string): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 10 ? name.slice(dot) : '';
  const stem = [...name.slice(0, name.length - extension.length)];
  const result = () => `${stem.join('')}${addition}${extension}`;
  let bytes = Buffer.byteLength(result());
  while (bytes > maxNameBytes && stem.length > 1) bytes -= Buffer.byteLength(stem.pop() ?? '');
  return result();
}
