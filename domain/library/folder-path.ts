/** Paths of folders. They start and end with a slash: "/", "/autumn/shoes/". */

/** Characters of a whole path. */
export const maxFolderPathLength = 500;

/** The folder that one lies in; undefined for the root. */
export function parentFolder(path: string): string | undefined {
  if (path === '/') return undefined;
  return path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}

/** The last part; empty for the root. */
export function folderName(path: string): string {
  return path.slice(path.lastIndexOf('/', path.length - 2) + 1, -1);
}

/** The folder itself and those it lies in, the root left out, the highest first. */
export function withParents(path: string): string[] {
  const paths: string[] = [];
  for (let at: string | undefined = path; at !== undefined && at !== '/'; at = parentFolder(at))
    paths.push(at);
  return paths.reverse();
}

/** Whether a folder is `ancestor` or lies somewhere below it. */
export function isWithin(path: string, ancestor: string): boolean {
  return path.startsWith(ancestor);
}

/** The folder right below `parent` that `path`, which lies below it, is or is in. */
export function childWithin(path: string, parent: string): string {
  return path.slice(0, path.indexOf('/', parent.length) + 1);
}

/** Where a folder at or below `from` is once that has become `to`. */
export function movedPath(path: string, from: string, to: string): string {
  return to + path.slice(from.length);
}
