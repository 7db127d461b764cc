/** The lines of an upload job's log. */
import type { AssetType } from '../asset/asset.ts';
import type { LogLine, Outcome, UploadJob } from '../job/job.ts';
import type { UploadFile } from './upload-file.ts';

export function uploadBeginLine({ name, counts, folder, submitted }: UploadJob): LogLine {
  const files = counts.total === 1 ? '1 file' : `${counts.total} files`;
  return { time: submitted, outcome: 'begin', message: `${name}: takes ${files} for ${folder}` };
}

/** @returns undefined while the job goes on */
export function uploadEndLine({ name, status, counts, ended }: UploadJob): LogLine | undefined {
  if (ended === undefined) return undefined;
  const { total, done, skipped, errors, notReached } = counts;
  const message = `${name}: ${status}. ${total} files, ${done} recorded, ${skipped} skipped, ${errors} errors, ${notReached} not reached.`;
  return { time: ended, outcome: 'end', message };
}

/** The final line of a file. Its bytes count only where it was taken. */
export function fileLine(
  file: Pick<UploadFile, 'name' | 'assetId' | 'bytes'>,
  outcome: Outcome,
  message: string,
  time: string,
  type?: AssetType,
): LogLine {
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
export function takenLine(
  file: Pick<UploadFile, 'name' | 'assetId' | 'bytes'>,
  outcome: 'recorded' | 'published',
  message: string,
  warnings: readonly string[],
  time: string,
  type: AssetType,
): LogLine {
  if (warnings.length === 0) return fileLine(file, outcome, message, time, type);
  return fileLine(file, 'warning', [message, ...warnings].join('. '), time, type);
}
