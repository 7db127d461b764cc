/** The entries of an upload job's log. */
import type { Asset, AssetType } from '../assets/asset.ts';
import type { LogEntry, Outcome, UploadJob } from '../jobs/job.ts';
import type { ExistingAsset, RenameReason, UploadDecision } from './overwrite.ts';
import type { UploadFile } from './upload-file.ts';

/** The first entry: the number of files and the folder. */
export function uploadBeginLogEntry({ name, counts, folder, submitted, from, ...job }: UploadJob): LogEntry {
  const files = (count: number) => (count === 1 ? '1 file' : `${count} files`);
  const begin = (message: string): LogEntry => ({
    time: submitted,
    outcome: 'begin',
    message: `${name}: ${message}`,
  });
  if (from === undefined) return begin(`accepts ${files(counts.total)} for ${folder}`);
  const source =
    from.kind === 's3' ? `s3://${from.bucket}/${from.prefix}` : files(from.count).replace('file', 'URL');
  if (job.fileCount === undefined) return begin(`fetches files from ${source} for ${folder}`);
  const { unchanged = 0, more = false } = job.leftOut ?? {};
  const rest = unchanged === 0 ? '' : `; ${files(unchanged)} left out, which did not change`;
  const next = more ? `; the source has more: the next upload with changedOnly takes them` : '';
  return begin(`fetches ${files(job.fileCount)} from ${source} for ${folder}${rest}${next}`);
}

/** The last entry: status and counts. @returns undefined while the job has not finished */
export function uploadEndLogEntry({ name, status, counts, ended }: UploadJob): LogEntry | undefined {
  if (ended === undefined) return undefined;
  const { total, done, skipped, errors, notReached } = counts;
  const message = `${name}: ${status}. ${total} files, ${done} recorded, ${skipped} skipped, ${errors} errors, ${notReached} not reached.`;
  return { time: ended, outcome: 'end', message };
}

/** The final entry of a file. Bytes are counted only if the file was accepted. @param time ISO 8601, UTC */
export function fileLogEntry(
  file: Pick<UploadFile, 'name' | 'assetId' | 'bytes'>,
  outcome: Outcome,
  message: string,
  time: string,
  type?: AssetType,
): LogEntry {
  const isAccepted = outcome === 'recorded' || outcome === 'published' || outcome === 'warning';
  return {
    time,
    ...(file.assetId === undefined ? {} : { asset: file.assetId }),
    ...(type === undefined ? {} : { type }),
    outcome,
    message: `${file.name}: ${message}`,
    ...(isAccepted ? { bytes: file.bytes } : {}),
  };
}

/** The final entry of an accepted file. With warnings its outcome is `warning`. @param time ISO 8601, UTC */
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
 * What happened to an accepted file, for its log entry.
 * @param requestedId the id that its name gives
 * @param asset the asset that was made
 * @param found the asset that had the requested id
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
      return `renamed to ${asset.id}, because ${whyRenamed(decision.reason, requestedId, found)}`;
  }
}

function whyRenamed(reason: RenameReason, wanted: string, found: ExistingAsset | undefined): string {
  switch (reason) {
    case 'in-trash': {
      const renamedTo = found?.trashed?.renamedTo;
      return renamedTo === undefined
        ? `${wanted} is in the trash`
        : `${wanted} is the former id of ${renamedTo}`;
    }
    case 'built':
      return `${wanted} is of type ${found?.type}, which a file cannot replace`;
    case 'same-upload':
      return `the same upload has another file with the id ${wanted}`;
    case 'has-derived':
      return `images are derived from ${wanted}, and only an image can replace it`;
    case 'other-folder':
      return `${wanted} is in ${found?.folder}`;
    case 'other-extension':
      return `${wanted} is the file ${found?.fileName}`;
  }
}

/** The message for a recorded file whose remaining action failed. @param why a clause without a full stop */
export function undoneMessage(
  { resultText = 'recorded', pendingAction }: Pick<UploadFile, 'resultText' | 'pendingAction'>,
  why: string,
): string {
  if (pendingAction === 'publish') {
    return `${resultText}, but could not be published, because ${why}; the next publish job publishes it`;
  }
  if (pendingAction === 'withdraw')
    return `${resultText}, but could not be withdrawn, because ${why}; unpublish it`;
  return `${resultText}, but its derived images may still show the previous version, because ${why}; upload it again`;
}

export const duplicateMessage = 'a duplicate: its id is taken, and the upload has overwrite off';

/** The warning for similar ids. People mistype them, and systems without case mix them up. */
export function similarWarning(ids: readonly string[]): string {
  return `Its id differs only by case from ${ids.join(', ')}`;
}

/** Sets that a warning names. The API lists all sets of an asset. */
const maxSetsNamed = 10;

/** The warning for an asset of a set that was replaced by a file of another type. */
export function setsWarning(type: AssetType, sets: readonly string[]): string {
  const named = sets.slice(0, maxSetsNamed).join(', ');
  const more = sets.length > maxSetsNamed ? `, and ${sets.length - maxSetsNamed} more` : '';
  return `Its type is now ${type}. Check whether these sets still accept it: ${named}${more}`;
}
