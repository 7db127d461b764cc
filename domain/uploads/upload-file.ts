import type { LogEntry } from '../jobs/job.ts';

/**
 * What a file of an upload has come to. `pending`: nothing was decided. `recorded`: it is in the library, and
 * something is still to be done with it (`due`). `settled`: its line is final and counted. It never goes back, so
 * that events may come twice, late and in any order.
 */
export type UploadFileState = 'pending' | 'recorded' | 'settled';

/** What is still to be done with a recorded file. */
export type UploadFileAction = 'publish' | 'withdraw';

/** A file of an upload job. */
export interface UploadFile {
  readonly company: string;
  readonly jobId: string;
  /** From 1. */
  readonly file: number;
  readonly name: string;
  /**
   * What the name gives; once recorded, the id that the asset got. Missing where the name gives none: such a file is
   * settled from the start.
   */
  readonly assetId?: string;
  /** As declared. */
  readonly bytes: number;
  /** MIME type as declared. */
  readonly type: string;
  /** Base64; missing for a file that is sent in parts. */
  readonly sha256?: string;
  readonly state: UploadFileState;
  readonly pendingAction?: UploadFileAction;
  /** The images that are derived from it are still to get its new version. */
  readonly refreshDerived?: boolean;
  /** Of S3, once its first parts were asked for. */
  readonly uploadId?: string;
  /** On recorded files: how it came into the library, for its final line. */
  readonly resultText?: string;
  /** On recorded files: what the final line will tell besides its outcome. */
  readonly warnings?: readonly string[];
  readonly logEntry?: LogEntry;
}

/** What decides which of two uploads of one id is the later: the time S3 took them, then the job. */
export interface UploadMoment {
  readonly uploadedAt: string;
  readonly uploadJobId?: string;
}

/**
 * Whether an upload is later than another, so that it may replace it. S3 tells the time in whole seconds; of two in
 * one second the one of the later job wins. A job never replaces what it has put there itself, so no two uploads that
 * are compared are equal but one and itself.
 */
export function isLaterUpload(upload: UploadMoment, than: UploadMoment): boolean {
  if (upload.uploadedAt !== than.uploadedAt) return upload.uploadedAt > than.uploadedAt;
  return (upload.uploadJobId ?? '') > (than.uploadJobId ?? '');
}
