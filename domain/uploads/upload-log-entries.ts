/** The lines of an upload job's log. */
import type { Asset, AssetType } from '../assets/asset.ts';
import type { LogEntry, Outcome, UploadJob } from '../jobs/job.ts';
import type { ExistingAsset, RenameReason, UploadDecision } from './overwrite.ts';
import type { UploadFile } from './upload-file.ts';

export function uploadBeginLogEntry({ name, counts, folder, submitted }: UploadJob): LogEntry {
  const files = counts.total === 1 ? '1 file' : `${counts.total} files`;
  return { time: submitted, outcome: 'begin', message: `${name}: takes ${files} for ${folder}` };
}

/** @returns undefined while the job goes on */
export function uploadEndLogEntry({ name, status, counts, ended }: UploadJob): LogEntry | undefined {
  if (ended === undefined) return undefined;
  const { total, done, skipped, errors, notReached } = counts;
  const message = `${name}: ${status}. ${total} files, ${done} recorded, ${skipped} skipped, ${errors} errors, ${notReached} not reached.`;
  return { time: ended, outcome: 'end', message };
}

/** The final line of a file. Its bytes count only where it was taken. */
export function fileLogEntry(
  file: Pick<UploadFile, 'name' | 'assetId' | 'bytes'>,
  outcome: Outcome,
  message: string,
  time: string,
  type?: AssetType,
): LogEntry {
  const taken = outcome === 'recorded' || outcome === 'published' || outcome === 'warning';
  return {
    time,
    ...(file.assetId === undefined ? {} : { asset: file.assetId }),
    ...(type === undefined ? {} : { type }),
    outcome,
    message: `${file.name}: ${message}`,
    ...(taken ? { bytes: file.bytes } : {}),
  };
}

/** The line of a file that was taken: one with warnings counts as a warning. */
export function acceptedFileLogEntry(
  file: Pick<UploadFile, 'name' | 'assetId' | 'bytes'>,
  outcome: 'recorded' | 'published',
  message: string,
  warnings: readonly string[],
  time: string,
  type: AssetType,
): LogEntry {
  if (warnings.length === 0) return fileLogEntry(file, outcome, message, time, type);
  return fileLogEntry(file, 'warning', [message, ...warnings].join('. '), time, type);
}

/**
 * How a file came into the library, for its line.
 * @param requestedId the id that its name gives
 * @param found the asset that had that id
 */
export function describeUploadDecision(
  decision: Exclude<UploadDecision, { action: 'skip' }>,
  requestedId: string,
  asset: Pick<Asset, 'id' | 'version' | 'folder'>,
  found: ExistingAsset | undefined,
): string {
  switch (decision.action) {
    case 'create':
      return 'created';
    case 'overwrite': {
      const moved = decision.moves ? `, moved from ${found?.folder} to ${asset.folder}` : '';
      return `overwritten, now version ${asset.version}${moved}`;
    }
    case 'rename':
      return `renamed to ${asset.id}, as ${whyRenamed(decision.reason, requestedId, found)}`;
  }
}

function whyRenamed(reason: RenameReason, wanted: string, found: ExistingAsset | undefined): string {
  switch (reason) {
    case 'in-trash': {
      const now = found?.trashed?.renamedTo;
      return now === undefined ? `${wanted} lies in the trash` : `${wanted} is what ${now} was called before`;
    }
    case 'built':
      return `${wanted} is no file but of type ${found?.type}`;
    case 'same-upload':
      return `the same upload has put another file at ${wanted}`;
    case 'has-derived':
      return `other images are derived from ${wanted}, and only an image can replace it`;
    case 'other-folder':
      return `${wanted} lies in ${found?.folder}`;
    case 'other-extension':
      return `${wanted} is ${found?.fileName}`;
  }
}

/** What was still to be done with a file that is recorded, and was not done. */
export function undoneMessage(
  { resultText = 'recorded', pendingAction }: Pick<UploadFile, 'resultText' | 'pendingAction'>,
  why: string,
): string {
  if (pendingAction === 'publish') {
    return `${resultText}, but could not be published, because ${why}; the next publish job takes it`;
  }
  if (pendingAction === 'withdraw')
    return `${resultText}, but could not be withdrawn, because ${why}; unpublish it`;
  return `${resultText}, but the images derived from it may show its version of before, because ${why}; upload it again`;
}

export const duplicateMessage = 'a duplicate: its id is taken, and the upload does not overwrite';

/** What may go wrong where both are typed, or where a system without case serves them. */
export function similarWarning(ids: readonly string[]): string {
  return `Its id differs only by case from ${ids.join(', ')}`;
}

/** Sets named in a warning; who wants all of them asks the asset for its sets. */
const maxSetsNamed = 10;

/** What may go wrong where a file of another type took the place of one that sets show. */
export function setsWarning(type: AssetType, sets: readonly string[]): string {
  const named = sets.slice(0, maxSetsNamed).join(', ');
  const more = sets.length > maxSetsNamed ? `, and ${sets.length - maxSetsNamed} more` : '';
  return `It is of type ${type} now; look whether the sets that show it still take it: ${named}${more}`;
}
