/** The index of what Server Directory has of a company: JSON Lines, a line for each file, in the order of S3's lists. */
import type { FileFacts } from './origin-metadata.ts';

/** A file as a list of its bucket shows it. */
export interface DirectoryFile {
  readonly key: string;
  readonly bytes: number;
  /** S3's entity tag, without quotation marks. It changes with the content. */
  readonly etag: string;
  /** ISO 8601, UTC: when the file was published, or renamed or moved. */
  readonly modified: string;
}

/** A line of the index. What is not known of a file is missing. */
export interface DirectoryEntry extends FileFacts {
  /** Below the company, with a slash at its beginning: `/autumn/red-shoe.jpg`. */
  readonly path: string;
  readonly id: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modified: string;
}

/** Keys of indexes begin with it. No company's name can begin with an underscore. */
export const directoryIndexPrefix = '_index/';

/** The key of a company's index, in the bucket of Server Directory. */
export const directoryIndexKey = (company: string): string => `${directoryIndexPrefix}${company}.jsonl`;

/** The path of a file of a company, by its key. */
export const directoryPath = (company: string, key: string): string => key.slice(company.length);

/** The lines of an index, one at a time, so that an index of a million files is not in memory twice. */
export function* directoryLines(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? undefined : end);
    if (line !== '') yield line;
    start = end === -1 ? text.length : end + 1;
  }
}

/**
 * Whether an entry of an earlier index is still right. An entry without a version was written by a call that had no time to look at
 * the file.
 */
export function isUnchanged(entry: DirectoryEntry, file: DirectoryFile): boolean {
  return entry.version !== undefined && entry.etag === file.etag && entry.modified === file.modified;
}

/** S3 sorts keys by the bytes of their UTF-8, JavaScript by UTF-16. */
export function isBefore(path: string, other: string): boolean {
  return Buffer.compare(Buffer.from(path), Buffer.from(other)) < 0;
}
