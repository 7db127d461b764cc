/** Bytes at the start of a file that its type is detected from. */
export const headBytes = 65_536;

/** An uploaded file, and the ways to read it. */
export interface MediaFile {
  readonly fileName: string;
  /** The MIME type that the uploader declared. */
  readonly declaredType: string;
  readonly bytes: number;
  /** The first `headBytes` bytes, or all if the file has fewer. */
  readonly head: Uint8Array;
  /** A part of the file, which ends with the file. `length` is at least 1. */
  readonly readRange: (first: number, length: number) => Promise<Uint8Array>;
  /** It is never called for a file with more bytes than its type may have. */
  readonly readAll: () => Promise<Uint8Array>;
}
