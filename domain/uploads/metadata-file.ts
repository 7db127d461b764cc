import type { AnnouncedUsage } from '../companies/usage.ts';
import type { UploadJob } from '../jobs/job.ts';
import type { UploadFile } from './upload-file.ts';

/** Limits of a metadata file. Rows: as many as files of an archive or a source. */
export const metadataFileLimits = { bytes: 10 * 1024 ** 2, rows: 10_000 } as const;

/** `autumn.metadata.csv`. A table without this second extension is an asset: price lists are CSV files too. */
const metadataFileName = /\.metadata\.(?:csv|tsv|tab|txt)$/i;

/** Whether a file is a table of metadata that is applied to the assets of its upload, and is no asset itself. */
export function isMetadataFile(
  { applyMetadata }: Pick<UploadJob, 'applyMetadata'>,
  { name }: Pick<UploadFile, 'name'>,
): boolean {
  return applyMetadata !== false && metadataFileName.test(name);
}

/** What the files of an upload announce in the quota: those that may become assets. */
export function announcedBy(
  job: Pick<UploadJob, 'applyMetadata'>,
  files: readonly UploadFile[],
): AnnouncedUsage {
  const taken = files.filter((file) => mayBecomeAsset(job, file));
  return { assets: taken.length, bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** A file as it is announced in the quota of its company. @param day undefined if the company has no quota */
export function withReservation(
  job: Pick<UploadJob, 'applyMetadata'>,
  file: UploadFile,
  day: string | undefined,
): UploadFile {
  return day !== undefined && mayBecomeAsset(job, file) ? { ...file, reserved: day } : file;
}

function mayBecomeAsset(job: Pick<UploadJob, 'applyMetadata'>, file: UploadFile): boolean {
  return file.state === 'pending' && !isMetadataFile(job, file);
}
