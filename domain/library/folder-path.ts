/** Paths of folders. They begin and end with a slash: "/", "/autumn/shoes/". */

/**
 * Bytes in UTF-8 of a complete path. With it, the longest company name (63) and file name (440), a key on Server Directory
 * stays below S3's 1,024 bytes, and the key of a folder below DynamoDB's 1,024.
 */
export const maxFolderPathBytes = 500;

/** The folder that contains a folder; undefined for the root. */
export function parentFolder(path: string): string | undefined {
  if (path === '/') return undefined;
  return path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}

/** The last part of a path; empty for the root. */
export function folderName(path: string): string {
  return path.slice(path.lastIndexOf('/', path.length - 2) + 1, -1);
}

/** The folder and the folders that contain it, without the root, the highest first. */
export function withParents(path: string): string[] {
  const paths: string[] = [];
  for (let at: string | undefined = path; at !== undefined && at !== '/'; at = parentFolder(at))
    paths.push(at);
  return paths.reverse();
}

/** Whether a folder is `ancestor` or below it. */
export function isWithin(path: string, ancestor: string): boolean {
  return path.startsWith(ancestor);
}

/** The direct child of `parent` that is or contains `path`, which is below `parent`. */
export function childWithin(path: string, parent: string): string {
  return path.slice(0, path.indexOf('/', parent.length) + 1);
}

/** The new path of `path`, which is `from` or below it, after `from` was moved to `to`. */
export function movedPath(path: string, from: string, to: string): string {
  return to + path.slice(from.length);
}
