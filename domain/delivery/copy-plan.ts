const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/**
 * Bytes: from this size on an object is copied in parts. S3 copies up to 5 GiB in one request, at about 100 MB/s. From
 * 1 GiB on, parallel parts are worth the additional requests (6 instead of 1 for 1 GiB: $0.00003).
 */
const partsFrom = gibibyte;

/** Bytes: the minimum size of a part. With 16 parts in parallel, a video of 100 GB takes one minute. */
const minCopyPartBytes = 256 * mebibyte;

/** S3 accepts 10,000 parts of at most 5 GiB: an object of 50 TB has 10,000 parts of 4.66 GiB. */
const maxCopyParts = 10_000;

/** Whether an object of this size is copied in parts, so that the copy may take minutes. */
export const isCopiedInParts = (bytes: number) => bytes >= partsFrom;

/** One part of a copy. */
export interface CopyRange {
  /** From 1. */
  readonly part: number;
  /** Value of `x-amz-copy-source-range`: `bytes=<first>-<last>`, both inclusive. */
  readonly range: string;
}

/** The ranges in which an object is copied; empty if one request copies it. */
export function copyRanges(bytes: number): CopyRange[] {
  if (!isCopiedInParts(bytes)) return [];
  const size = Math.max(minCopyPartBytes, Math.ceil(bytes / maxCopyParts));
  return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => ({
    part: index + 1,
    range: `bytes=${index * size}-${Math.min((index + 1) * size, bytes) - 1}`,
  }));
}

/** Number of S3 requests to copy an object. A copy in parts needs two more, to begin and to complete it. */
export function copyRequests(bytes: number): number {
  const ranges = copyRanges(bytes).length;
  return ranges === 0 ? 1 : ranges + 2;
}
