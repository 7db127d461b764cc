import type { Asset, Intent, MediaFacts } from '../assets/asset.ts';

export interface UploadedMedia {
  readonly company: string;
  readonly id: string;
  readonly folder: string;
  readonly fileName: string;
  readonly facts: MediaFacts;
  readonly masterKey: string;
  readonly masterVersionId: string;
  readonly uploadedAt: string;
  readonly uploadJobId: string;
  readonly uploadedBy: string;
}

/**
 * The asset that an upload makes: a new one, or the next version of the one it replaces. That keeps what is not of its
 * bytes: its words, its derived images. What is live stays live in its old version until the new one is published; the
 * asset moves to the folder of the upload.
 */
export function uploadAsset(
  before: Asset | undefined,
  upload: UploadedMedia,
  intent: Intent,
  now: string,
): Asset {
  const { facts, uploadedBy, ...where } = upload;
  const { width, height, colourSpace, hasAlpha, orientation, ...kept } = before ?? {};
  return {
    ...kept,
    ...facts,
    ...where,
    version: (before?.version ?? 0) + 1,
    intent,
    publications: before?.publications ?? {},
    created: before?.created ?? now,
    createdBy: before?.createdBy ?? uploadedBy,
    modified: now,
    modifiedBy: uploadedBy,
  };
}
