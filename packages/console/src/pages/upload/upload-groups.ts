import { isMetadataFileName } from '@pressroom/client/upload';

/** Files of one job. */
export interface UploadGroup<File> {
  readonly folder: string;
  readonly files: readonly File[];
  /** Metadata files, which name assets of the jobs before it. */
  readonly afterJobs?: true;
}

/**
 * The jobs that send these files: one for each folder, of so many files as an upload accepts. Files are in the order of
 * their names, so that the views of a set are in the same job. If there are several jobs, metadata files have one of their own,
 * after the others.
 */
export function groupsOf<File extends { readonly name: string }>(
  files: readonly { readonly file: File; readonly path: string }[],
  { folder, keepFolders }: { readonly folder: string; readonly keepFolders: boolean },
  maxFiles: number,
): UploadGroup<File>[] {
  const groups = groupsByFolder(files, { folder, keepFolders }, maxFiles);
  if (groups.length < 2) return groups;
  const isMetadata = ({ file }: { readonly file: File }) => isMetadataFileName(file.name);
  const tables = files.filter(isMetadata).map(({ file }) => file);
  if (tables.length === 0 || tables.length === files.length) return groups;
  return [
    ...groupsByFolder(
      files.filter((one) => !isMetadata(one)),
      { folder, keepFolders },
      maxFiles,
    ),
    { folder, files: tables, afterJobs: true },
  ];
}

function groupsByFolder<File extends { readonly name: string }>(
  files: readonly { readonly file: File; readonly path: string }[],
  { folder, keepFolders }: { readonly folder: string; readonly keepFolders: boolean },
  maxFiles: number,
): UploadGroup<File>[] {
  const byFolder = new Map<string, File[]>();
  for (const { file, path } of files) {
    const target = keepFolders ? folder + path : folder;
    const group = byFolder.get(target);
    if (group) group.push(file);
    else byFolder.set(target, [file]);
  }
  return [...byFolder].flatMap(([target, group]) => {
    const sorted = group.sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
    const parts = Math.ceil(sorted.length / maxFiles);
    return Array.from({ length: parts }, (_, part) => ({
      folder: target,
      files: sorted.slice(part * maxFiles, (part + 1) * maxFiles),
    }));
  });
}
