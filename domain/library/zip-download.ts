import type { ZipFile } from './zip-layout.ts';

/** Files that one ZIP file may have. */
export const maxZipFiles = 10_000;

/** Bytes that the files of one ZIP file may have together. */
export const maxZipBytes = 100_000_000_000;

/** Bytes of an upload part of a ZIP file. S3 takes 10,000 parts, which are 167 GB. */
export const zipPartBytes = 16 * 1024 ** 2;

/** Days after which the bucket deletes a ZIP file. No company's name can begin with an underscore. */
export const zipDays = 2;
export const zipPrefix = `_${zipDays}-days/`;

/** The original file of an asset, as a file of a ZIP file. */
export interface ZippedAsset extends ZipFile {
  readonly id: string;
  readonly masterKey: string;
  /** S3 version. */
  readonly versionId: string;
}

/** A ZIP file that a user requested. */
export interface ZipDownload {
  readonly company: string;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Subject of the user. */
  readonly by: string;
  /** When it was put into the queue last. */
  readonly requestedAt: string;
  /** From 0, and one more each time the list of its files is written again. */
  readonly revision: number;
  readonly files: number;
  /** Of the ZIP file. */
  readonly bytes: number;
  /** Assets without a file in it, with the reason. */
  readonly leftOut: readonly { readonly id: string; readonly message: string }[];
}

/** Until then the ZIP file can be downloaded: ISO 8601, UTC. */
export function zipExpiry({ at }: Pick<ZipDownload, 'at'>): string {
  return new Date(Date.parse(at) + zipDays * 24 * 60 * 60 * 1_000).toISOString();
}
