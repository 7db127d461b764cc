import type { LogEntry } from '../jobs/job.ts';
import type { FileSource } from './upload-source.ts';

/**
 * The state of a file of an upload. `pending`: nothing was decided. `recorded`: it is in the library, and
 * `pendingAction` is still to be done. `settled`: its log entry is counted, and final unless the file was given up. A state
 * never goes back, so that events may arrive twice, late and in any order.
 */
export type UploadFileState = 'pending' | 'recorded' | 'settled';

/** What is left to do for a file: everything, or its pending action. */
export type OpenUploadStep = Exclude<UploadFileState, 'settled'>;

/** @returns undefined if nothing is left to do */
export function openStepOf({
  state,
  givenUp,
}: Pick<UploadFile, 'state' | 'givenUp'>): OpenUploadStep | undefined {
  return state === 'settled' ? givenUp : state;
}

/** The remaining action for a recorded file. */
export type UploadFileAction = 'publish' | 'withdraw';

/** A file of an upload job. */
export interface UploadFile {
  readonly company: string;
  readonly jobId: string;
  /** Number of the file in the upload, from 1. */
  readonly file: number;
  readonly name: string;
  /**
   * The id that the name gives; for a recorded file, the id of the asset. Missing if the name gives no id: such a file is
   * settled from the start.
   */
  readonly assetId?: string;
  /** As declared. For a file that is fetched from a URL: 0 until its transfer begins. */
  readonly bytes: number;
  /** MIME type, as declared. */
  readonly type: string;
  /** Base64; missing for a file that is sent in upload parts, and for one that is fetched. */
  readonly sha256?: string;
  /** The folder of this file. Default: that of its job. */
  readonly folder?: string;
  /** Where fetch-files gets it from. Missing for a file that a client sends. */
  readonly source?: FileSource;
  /** For a file of an archive: the number of the archive. */
  readonly fromArchive?: number;
  /** For an archive that is unpacked: the numbers of its files, and their day in the quota. */
  readonly unpacked?: {
    readonly first: number;
    readonly count: number;
    readonly reserved?: string;
  };
  /**
   * The day that this file and its bytes are announced for, if its company has a quota: `2026-11-24`. If the file is not
   * taken, that is released.
   */
  readonly reserved?: string;
  /** For a metadata file: when it has arrived. It is pending until all other files are settled. ISO 8601, UTC. */
  readonly arrived?: string;
  readonly state: UploadFileState;
  /**
   * For a settled file: the step that failed at the last delivery of its event. If operators send the event again, the file
   * is taken up there, and its log entry and the counts of its job are corrected.
   */
  readonly givenUp?: OpenUploadStep;
  readonly pendingAction?: UploadFileAction;
  /** The derived images still have to get the new version. */
  readonly refreshDerived?: boolean;
  /** Id of S3's multipart upload, once the client asked for the first part's URL. */
  readonly uploadId?: string;
  /** For a recorded file: what happened, for its final log entry. */
  readonly resultText?: string;
  /** For a recorded file: warnings of its final log entry. */
  readonly warnings?: readonly string[];
  readonly logEntry?: LogEntry;
}

/** The order of two uploads of one id: by the time at which S3 stored them, then by job. */
export interface UploadMoment {
  readonly uploadedAt: string;
  readonly uploadJobId?: string;
}

/**
 * Whether an upload is later than another one, so that it may replace it. S3's times have whole seconds; within a second
 * the later job wins. Two uploads of the same job are never compared, since a job does not replace its own files.
 */
export function isLaterUpload(upload: UploadMoment, than: UploadMoment): boolean {
  if (upload.uploadedAt !== than.uploadedAt) return upload.uploadedAt > than.uploadedAt;
  return (upload.uploadJobId ?? '') > (than.uploadJobId ?? '');
}
