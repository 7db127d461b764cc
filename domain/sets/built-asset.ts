/** The records of sets and derived images. */
import { type Asset, type AssetType, isPublished, type Metadata } from '../assets/asset.ts';
import { livePhase } from '../assets/live-dates.ts';
import { derivedFactsOf, type MediaFacts, withoutOptionalFacts } from '../assets/media-facts.ts';
import { Failure } from '../failure.ts';

/** The member who saves (subject), and the time: ISO 8601, UTC. */
export interface Saving {
  readonly by: string;
  readonly at: string;
}

/** The master that publishing copies, with its facts. */
export type Master = Pick<Asset, 'masterKey' | 'masterVersionId'> & MediaFacts<AssetType>;

/** A new asset in its first version. */
export function newAsset(
  asset: Pick<Asset, 'company' | 'id' | 'folder' | 'intent' | 'parent' | 'recipe' | 'memberCount' | 'cover'> &
    Metadata,
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

/** The next version, after a change of what is served. The live version stays until the asset is published again. */
export function nextVersion(
  asset: Asset,
  change: Partial<Pick<Asset, 'intent' | 'recipe' | 'memberCount' | 'cover'>> & Partial<Master>,
  { by, at }: Saving,
): Asset {
  // The new master may lack some of these facts, so those of the old master must not stay.
  const kept = change.masterVersionId === undefined ? asset : withoutOptionalFacts(asset);
  // Outside of its dates an asset stays held, however it was saved.
  const intent = livePhase(asset, at) === 'between' ? (change.intent ?? asset.intent) : asset.intent;
  return { ...kept, ...change, intent, version: asset.version + 1, modified: at, modifiedBy: by };
}

/** The master of a derived image: its parent's master. It is taken again from each new version of the parent. */
export function masterOf(parent: Asset): Master & { readonly type: 'derived-image' } {
  const { masterKey, masterVersionId } = parent;
  return { ...derivedFactsOf(parent), type: 'derived-image', masterKey, masterVersionId };
}

/** Describes the asset that has an id: a sentence without a full stop, for error texts. */
export function holderOf({
  id,
  type,
  folder,
  trashed,
}: Pick<Asset, 'id' | 'type' | 'folder' | 'trashed'>): string {
  if (trashed?.renamedTo !== undefined) return `${id} is the former id of ${trashed.renamedTo}`;
  return `${id} is ${article(type)} ${trashed ? `in the trash since ${trashed.at}` : `in ${folder}`}`;
}

/** The error for an id that another asset has. */
export function idTaken(holder: Parameters<typeof holderOf>[0]): Failure {
  const message = holderOf(holder);
  return new Failure('asset.id-taken', `${message}. Choose another id`, {
    details: [{ field: 'id', message }],
  });
}

/** Whether a changed asset is republished at once: its intent is live, and it is published. */
export function goesLiveOnChange(asset: Pick<Asset, 'intent' | 'publications' | 'trashed'>): boolean {
  return asset.intent === 'live' && isPublished(asset) && asset.trashed === undefined;
}

/** The type with its indefinite article. */
export function article(type: AssetType): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
