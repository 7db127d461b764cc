import type { Asset, AssetType, Intent } from '../assets/asset.ts';
import { focusAfterUpload } from '../assets/focus.ts';
import { livePhase } from '../assets/live-dates.ts';
import { type MediaFacts, withoutOptionalFacts } from '../assets/media-facts.ts';
import { modifiersOf } from '../delivery/modifiers.ts';

/** An accepted file. Times: ISO 8601, UTC. */
export interface UploadedMedia {
  readonly company: string;
  readonly id: string;
  readonly folder: string;
  readonly fileName: string;
  readonly facts: MediaFacts<AssetType>;
  readonly masterKey: string;
  readonly masterVersionId: string;
  readonly uploadedAt: string;
  readonly uploadJobId: string;
  readonly uploadedBy: string;
}

/**
 * The asset that an upload makes: a new one, or the next version of the asset that it replaces. The next version keeps
 * its metadata, derived images and modifiers and moves to the folder of the upload. The previous version stays live until the new
 * one is published.
 * @param before the replaced asset, if any
 * @param now ISO 8601, UTC
 */
export function uploadAsset(
  before: Asset | undefined,
  upload: UploadedMedia,
  intent: Intent,
  now: string,
): Asset {
  const { uploadedBy, facts: read, ...where } = upload;
  const focus = read.type === 'image' ? focusAfterUpload(before, read) : undefined;
  const modifiers = before && read.type === 'image' ? modifiersOf(before) : {};
  const facts = { ...read, ...(focus && { focus }), ...modifiers };
  return {
    ...(before && withoutOptionalFacts(before)),
    ...facts,
    ...where,
    version: (before?.version ?? 0) + 1,
    // Outside of its dates an asset stays held, however it was uploaded.
    intent: before && livePhase(before, now) !== 'between' ? 'held' : intent,
    publications: before?.publications ?? {},
    created: before?.created ?? now,
    createdBy: before?.createdBy ?? uploadedBy,
    modified: now,
    modifiedBy: uploadedBy,
  };
}
