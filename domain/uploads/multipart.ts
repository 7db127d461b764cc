import { maxUploadParts } from './limits.ts';

/** Bytes. S3 takes none below 5 MiB but the last, and 10,000 parts of up to 5 GiB. */
const usualPartBytes = 16 * 1024 * 1024;

export interface UploadPartPlan {
  /** Bytes of every part but the last. */
  readonly partBytes: number;
  readonly parts: number;
}

/** How a file of so many bytes is cut. */
export function planUploadParts(bytes: number): UploadPartPlan {
  const partBytes = Math.max(usualPartBytes, Math.ceil(bytes / maxUploadParts));
  return { partBytes, parts: Math.max(1, Math.ceil(bytes / partBytes)) };
}

/** Bytes of one part, counted from 1. */
export function uploadPartBytes(bytes: number, plan: UploadPartPlan, part: number): number {
  return part < plan.parts ? plan.partBytes : bytes - plan.partBytes * (plan.parts - 1);
}
