import { maxUploadParts } from './limits.ts';

/** Bytes. S3 accepts 10,000 parts of 5 MiB to 5 GiB; only the last part can be smaller. */
const usualPartBytes = 16 * 1024 * 1024;

/** How a file is split into upload parts. */
export interface UploadPartPlan {
  /** Bytes of every part but the last. */
  readonly partBytes: number;
  readonly parts: number;
}

/** How a file of this size (bytes) is split into upload parts. */
export function planUploadParts(bytes: number): UploadPartPlan {
  const partBytes = Math.max(usualPartBytes, Math.ceil(bytes / maxUploadParts));
  return { partBytes, parts: Math.max(1, Math.ceil(bytes / partBytes)) };
}

/** Bytes of one upload part. @param part from 1 */
export function uploadPartBytes(bytes: number, plan: UploadPartPlan, part: number): number {
  return part < plan.parts ? plan.partBytes : bytes - plan.partBytes * (plan.parts - 1);
}
