import { assetIdOf } from '../assets/asset-id.ts';
import { Failure } from '../failure.ts';
import type { UploadJob } from '../jobs/job.ts';
import { isMetadataFile } from './metadata-file.ts';
import { isUnpacked } from './unpacking.ts';
import type { UploadFile } from './upload-file.ts';
import { duplicateMessage } from './upload-log-entries.ts';

/** What became of the files of an upload whose files are settled. */
export interface UploadedFiles {
  /** Ids of the assets that this upload has recorded. */
  readonly ids: ReadonlySet<string>;
  /** Ids of assets by the ids that the names of their files give: a file may have been renamed. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Names of files that were not added, by the ids that they give. */
  readonly refused: ReadonlyMap<string, string>;
}

export function uploadedFiles(
  job: Pick<UploadJob, 'unpack' | 'applyMetadata'>,
  files: readonly UploadFile[],
): UploadedFiles {
  const ids = new Set<string>();
  const renamed = new Map<string, string>();
  const refused = new Map<string, string>();
  for (const file of files) {
    if (isMetadataFile(job, file) || isUnpacked(job, file)) continue;
    const given = idOfName(file.name);
    const { assetId, name, logEntry } = file;
    const { outcome, message = '' } = logEntry ?? {};
    if (outcome === 'recorded' || outcome === 'published' || outcome === 'warning') {
      if (assetId === undefined) continue;
      ids.add(assetId);
      if (given !== undefined && given !== assetId) renamed.set(given, assetId);
    } else if (given !== undefined && (outcome !== 'skipped' || message.endsWith(duplicateMessage))) {
      // Other files are skipped because the library has them, or later ones, already.
      refused.set(given, name);
    }
  }
  // Of two files of one id one was added.
  for (const id of ids) refused.delete(id);
  for (const id of renamed.keys()) refused.delete(id);
  return { ids, renamed, refused };
}

/** @returns undefined for a name that gives no id */
export function idOfName(name: string): string | undefined {
  try {
    return assetIdOf(name);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return undefined;
  }
}
