const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/**
 * From this size on an object is copied in parts. S3 would copy up to 5 GiB in one request, at about 100 MB/s: beyond
 * 1 GiB parts side by side are worth the extra requests (6 in place of 1 for 1 GiB: $0.00003).
 */
const partsFrom = gibibyte;

/** The least size of a part: with 16 side by side a 100 GB video takes a minute. */
const minCopyPartBytes = 256 * mebibyte;

/** S3 takes 10,000 parts of at most 5 GiB: an object of 50 TB is 10,000 parts of 4.66 GiB. */
const maxCopyParts = 10_000;

export interface CopyRange {
  /** From 1. */
  readonly part: number;
  /** For `x-amz-copy-source-range`: both ends are inside. */
  readonly range: string;
}

/** The ranges in which an object is copied; none if one request does it. */
export function copyRanges(bytes: number): CopyRange[] {
  if (bytes < partsFrom) return [];
  const size = Math.max(minCopyPartBytes, Math.ceil(bytes / maxCopyParts));
  return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => ({
    part: index + 1,
    range: `bytes=${index * size}-${Math.min((index + 1) * size, bytes) - 1}`,
  }));
}

/** Requests that copying an object takes: with parts, the two that begin and end it besides. */
export function copyRequests(bytes: number): number {
  const ranges = copyRanges(bytes).length;
  return ranges === 0 ? 1 : ranges + 2;
}
