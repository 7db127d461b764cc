/** What is known of an upload, as JSON to be stored: `resumeUpload` continues with it after a reload or a restart. */
export interface UploadState {
  readonly version: 1;
  readonly jobId: string;
  readonly files: readonly StoredFile[];
}

/** A file of an upload. */
export interface StoredFile {
  /** As it was given. */
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
  /** Milliseconds since 1970, if known: a file that was changed since is read again. */
  readonly modified?: number;
  readonly status: FileStatus;
  /** Why the file failed or was refused. */
  readonly problem?: string;
  /** Number of the file in its job; missing if it was refused before the job was created. */
  readonly file?: number;
  readonly assetId?: string;
  /** How the file is split, if it is sent in upload parts. */
  readonly multipart?: PartPlan;
  /** The upload parts that have arrived. */
  readonly parts?: readonly SentPart[];
}

export interface PartPlan {
  /** Bytes of every upload part but the last. */
  readonly partBytes: number;
  readonly parts: number;
}

export interface SentPart {
  /** From 1. */
  readonly part: number;
  readonly etag: string;
  /** Base64. */
  readonly sha256: string;
}

/**
 * - `waiting`: will be sent; `sending`: some of its bytes are being sent
 * - `paused`: until it is resumed
 * - `missing`: of a resumed upload whose content was not given yet
 * - `sent`: all its bytes have arrived; the job checks them
 * - `failed`: can be resumed; `problem` says why
 * - `refused`: the API does not accept it; `problem` says why
 * - `cancelled`: left out
 */
export type FileStatus =
  | 'waiting'
  | 'sending'
  | 'paused'
  | 'missing'
  | 'sent'
  | 'failed'
  | 'refused'
  | 'cancelled';
