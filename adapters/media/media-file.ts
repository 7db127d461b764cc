/** Bytes from the start of a file that tell its type. */
export const headBytes = 65_536;

/** A file that has arrived, and the ways to read it. */
export interface MediaFile {
  readonly fileName: string;
  /** MIME type that the uploader named. */
  readonly declaredType: string;
  readonly bytes: number;
  /** The first `headBytes` bytes, or all if there are fewer. */
  readonly head: Uint8Array;
  /** A part of it, cut where the file ends. `length` is at least 1. */
  readonly readRange: (first: number, length: number) => Promise<Uint8Array>;
  /** Never called for more bytes than its type may have. */
  readonly readAll: () => Promise<Uint8Array>;
}
