/** A file of a source that has begun to arrive. */
export interface OpenedSource {
  /** Undefined if the source does not say how long the file is. */
  readonly bytes: number | undefined;
  readonly etag?: string;
  /** Last-Modified, as the source writes it. */
  readonly modified?: string;
  /** The file, once. */
  readonly chunks: () => AsyncIterable<Uint8Array>;
  /** A part of the same version of the file. Missing if the source gives no parts. */
  readonly readRange?: (first: number, length: number) => Promise<Uint8Array>;
  /** Ends the connection. */
  readonly close: () => void;
}

/** The source does not respond as it should, and may do so later. The message is public. */
export class SourceUnavailable extends Error {
  override readonly name = 'SourceUnavailable';
}
