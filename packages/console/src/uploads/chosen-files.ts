import { isMetadataFileName } from '@pressroom/client/upload';

/** A file that somebody has chosen or dropped. */
export interface ChosenFile {
  readonly file: File;
  /** The folders in which it was, relative to what was chosen: `shoes/red/`. Empty for a single file. */
  readonly path: string;
}

export interface Chosen {
  readonly files: readonly ChosenFile[];
  /** Files that systems hide, such as `.DS_Store`: they are left out. */
  readonly hidden: number;
}

/** Files that systems write into folders without showing them. */
const hiddenNames = new Set(['thumbs.db', 'desktop.ini']);

const isHidden = (name: string) => name.startsWith('.') || hiddenNames.has(name.toLowerCase());

function chosenOf(all: readonly ChosenFile[]): Chosen {
  const files = all.filter(({ file, path }) => !isHidden(file.name) && !path.split('/').some(isHiddenFolder));
  return { files, hidden: all.length - files.length };
}

const isHiddenFolder = (name: string) => name.startsWith('.') || name === '__MACOSX';

/** The files of an `<input type="file">`, also of one that chooses folders. */
export function filesOfInput(input: HTMLInputElement): Chosen {
  const files = [...(input.files ?? [])].map((file) => {
    const path = file.webkitRelativePath.split('/').slice(0, -1);
    return { file, path: path.map((name) => `${name}/`).join('') };
  });
  return chosenOf(files);
}

/**
 * The files of a drop, with those of all folders in it.
 * @param items must be read while the event is handled: browsers empty them afterwards
 */
export async function filesOfDrop(items: DataTransferItemList): Promise<Chosen> {
  const entries = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found: ChosenFile[] = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ file: entry, path: '' });
    else if (entry) await collect(entry, '', found);
  }
  return chosenOf(found);
}

async function collect(entry: FileSystemEntry, path: string, found: ChosenFile[]): Promise<void> {
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // At most 100 at a time; none after the last ones.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const one of some) await collect(one, `${path}${entry.name}/`, found);
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** What the extension is cut off of: two files whose names are equal without it would be one asset. */
export function idOf({ name }: File): string {
  return name.replace(/(?<=.)\.[^.]*$/su, '').normalize('NFC');
}

/** Files that would be the same asset as one before them in the list, with the name of that one. */
export function duplicatesOf(files: readonly ChosenFile[]): ReadonlyMap<ChosenFile, string> {
  const first = new Map<string, ChosenFile>();
  const duplicates = new Map<ChosenFile, string>();
  for (const chosen of files) {
    // It becomes no asset.
    if (isMetadataFileName(chosen.file.name)) continue;
    const id = idOf(chosen.file);
    const before = first.get(id);
    if (before) duplicates.set(chosen, before.path + before.file.name);
    else first.set(id, chosen);
  }
  return duplicates;
}
