/** Where the files of an upload come from if no client sends them. */

/** Files that one upload takes from a source. The next one takes the others. */
export const maxFetchedFiles = 10_000;

/** Objects of a prefix that one upload looks at: listing them takes about three minutes. */
export const maxListedObjects = 1_000_000;

/** URLs of a schedule: they are stored in its record, which DynamoDB limits to 400 kB. */
export const maxScheduledUrls = 100;

/** Characters of a URL, as in notifications. */
export const maxUrlLength = 2_048;

interface SourceOptions {
  /** Leave out files that have not changed since they were fetched for the same folder. */
  readonly changedOnly: boolean;
}

/** The objects of a bucket whose keys begin with a prefix. */
export interface BucketSource extends SourceOptions {
  readonly kind: 's3';
  readonly bucket: string;
  readonly prefix: string;
  /** With the subfolders of the prefix, which become folders of the library. */
  readonly below: boolean;
}

/** A file at a URL. */
export interface SourceUrl {
  readonly url: string;
  readonly name: string;
  /** Default: the folder of the upload. */
  readonly folder?: string;
}

export interface UrlSource extends SourceOptions {
  readonly kind: 'urls';
  readonly urls: readonly SourceUrl[];
}

export type UploadSource = BucketSource | UrlSource;

/** The source in the record of a job. The URLs are in the list of the job's files, because each count writes the record. */
export type JobSource = BucketSource | (SourceOptions & { readonly kind: 'urls'; readonly count: number });

export function jobSourceOf(source: UploadSource): JobSource {
  if (source.kind === 's3') return source;
  return { kind: 'urls', count: source.urls.length, changedOnly: source.changedOnly };
}

/** What shows whether a file has changed. */
export interface SourceState {
  readonly etag?: string;
  /** Last-Modified, as the source writes it. */
  readonly modified?: string;
  readonly bytes?: number;
  /** Base64. For files that are sent with one PUT. */
  readonly sha256?: string;
}

export type FilePlace =
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string }
  | { readonly kind: 'url'; readonly url: string };

/** Where a file of an upload comes from, and its state when it was found. */
export type FileSource = FilePlace & SourceState;

/** A file that a source or an archive offers. */
export interface ListedFile {
  readonly name: string;
  readonly folder?: string;
  readonly bytes: number;
  /** Missing for a file of an archive. */
  readonly source?: FileSource;
  /** Why it is refused, such as for a folder that the library cannot have. */
  readonly refused?: string;
}

/** The files that an upload takes, in the order of their numbers. It is written once and never changes. */
export interface SourceList {
  readonly files: readonly ListedFile[];
  /** Files that were left out because they have not changed. */
  readonly unchanged: number;
  /** Whether the source has more files than one upload takes. */
  readonly more: boolean;
}

/** Identifies a file of a source for a folder of a company: the text of the key that its last state is stored under. */
export function sourceId(folder: string, place: FilePlace): string {
  return `${folder}\n${place.kind === 's3' ? `s3://${place.bucket}/${place.key}` : place.url}`;
}

/**
 * Whether a file is as it was when it was fetched: by its ETag, or without one by Last-Modified; its size must be the same
 * too.
 */
export function isUnchanged(before: SourceState | undefined, now: SourceState): boolean {
  if (!before) return false;
  if (before.bytes !== undefined && now.bytes !== undefined && before.bytes !== now.bytes) return false;
  if (before.etag !== undefined && now.etag !== undefined) return before.etag === now.etag;
  return before.modified !== undefined && before.modified === now.modified;
}

/** Files that systems leave in folders: nobody wants them in a library. */
const systemFiles = /^(?:\.|thumbs\.db$|desktop\.ini$)/i;
const systemFolders = /^(?:\.|__macosx$)/i;

/**
 * The path of a file in a source, as the subfolders below the upload's folder and the name.
 * @param path relative to the source, with `/` between its parts
 * @returns undefined for a folder, and for a file that an operating system made (`.DS_Store`, `__MACOSX/…`)
 */
export function splitSourcePath(
  path: string,
): { readonly folders: string[]; readonly name: string } | undefined {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  if (
    name === '' ||
    systemFiles.test(name) ||
    parts.some((part) => part !== '..' && part !== '.' && systemFolders.test(part))
  )
    return undefined;
  return { folders: parts, name };
}

/** The part of a key that is a path relative to a prefix. A prefix may end within a name: `photos/2026-`. */
export function pathBelowPrefix(key: string, prefix: string): string {
  return key.slice(prefix.lastIndexOf('/') + 1);
}

/** The name of the file at a URL: the last part of its path. Empty if the path ends with a slash. */
export function nameInUrl({ pathname }: Pick<URL, 'pathname'>): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The object of `s3://bucket/key`, whose key is written as it is; undefined for other URLs. */
export function objectOfUrl(url: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([\s\S]+)$/.exec(url) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** Where the file of a URL is. */
export function placeOfUrl(url: string): FilePlace {
  const object = objectOfUrl(url);
  return object ? { kind: 's3', ...object } : { kind: 'url', url };
}

/** A URL without its query, which may authorise a request: what members see. */
export function shownUrl(url: string): string {
  const query = url.startsWith('s3://') ? -1 : url.indexOf('?');
  return query < 0 ? url : `${url.slice(0, query)}?…`;
}
