/** The records of assets that are built of others, as their saves make them. */
import { type Asset, type AssetType, isPublished, type MediaFacts, type Metadata } from '../assets/asset.ts';
import { Failure } from '../failure.ts';

/** Who saves, and when: ISO 8601, UTC. */
export interface Saving {
  readonly by: string;
  readonly at: string;
}

/** What publishing copies. */
export type Master = Pick<Asset, 'masterKey' | 'masterVersionId'> & MediaFacts;

/** A new asset in its first version. */
export function newAsset(
  asset: Pick<Asset, 'company' | 'id' | 'folder' | 'intent' | 'parent' | 'recipe' | 'memberCount'> & Metadata,
  master: Master,
  { by, at }: Saving,
): Asset {
  return {
    ...asset,
    ...master,
    fileName: asset.id,
    version: 1,
    publications: {},
    uploadedAt: at,
    created: at,
    createdBy: by,
    modified: at,
    modifiedBy: by,
  };
}

/** The next version: what is served of it has changed. What is live stays as it is until it is published again. */
export function nextVersion(
  asset: Asset,
  change: Partial<Pick<Asset, 'intent' | 'recipe' | 'memberCount'>> & Partial<Master>,
  { by, at }: Saving,
): Asset {
  const { width, height, colourSpace, hasAlpha, orientation, ...rest } = asset;
  // Facts that the new bytes have not got must not stay from the old ones.
  const kept = change.masterVersionId === undefined ? asset : rest;
  return { ...kept, ...change, version: asset.version + 1, modified: at, modifiedBy: by };
}

/** What a derived image takes over from its parent, again with each version of it. */
export function masterOf({
  masterKey,
  masterVersionId,
  mimeType,
  bytes,
  width,
  height,
  colourSpace,
  hasAlpha,
  orientation,
}: Asset): Master & { readonly type: 'derived-image' } {
  return {
    type: 'derived-image',
    masterKey,
    masterVersionId,
    mimeType,
    bytes,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(colourSpace === undefined ? {} : { colourSpace }),
    ...(hasAlpha === undefined ? {} : { hasAlpha }),
    ...(orientation === undefined ? {} : { orientation }),
  };
}

/** What holds an id, in words: for whoever wanted it. */
export function holderOf(asset: Pick<Asset, 'id' | 'type' | 'folder' | 'trashed'>): string {
  const { renamedTo } = asset.trashed ?? {};
  if (renamedTo !== undefined) return `${asset.id} leads to ${renamedTo}, which had this id`;
  const { id, type, folder, trashed } = asset;
  if (trashed?.renamedTo !== undefined) return `${id} is the former id of ${trashed.renamedTo}`;
  return `${id} is ${article(type)} ${trashed ? `in the trash since ${trashed.at}` : `in ${folder}`}`;
}

/** The answer to who wanted an id that something has. */
export function idTaken(holder: Parameters<typeof holderOf>[0]): Failure {
  const message = holderOf(holder);
  return new Failure('asset.id-taken', `${message}: choose another id`, {
    details: [{ field: 'id', message }],
  });
}

/** Whether a change of it goes live by itself. */
export function goesLiveOnChange(asset: Pick<Asset, 'intent' | 'publications' | 'trashed'>): boolean {
  return asset.intent === 'live' && isPublished(asset) && asset.trashed === undefined;
}

/** The type with its article. */
export function article(type: AssetType): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
