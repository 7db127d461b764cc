import { libraryTexts } from '../../texts/library.ts';
import type { LibraryAsset } from './use-library.ts';

export type ActionId =
  | 'open'
  | 'publish'
  | 'publishJob'
  | 'unpublish'
  | 'invalidate'
  | 'copyUrl'
  | 'addToSet'
  | 'newSet'
  | 'download'
  | 'exportMetadata'
  | 'dates'
  | 'rename'
  | 'move'
  | 'delete';

export interface Action {
  readonly id: ActionId;
  readonly text: string;
}

interface Selected {
  /** The selected assets that are loaded; with `isAll`, those that match. */
  readonly assets: readonly LibraryAsset[];
  readonly isAll: boolean;
}

interface Rights {
  readonly mayChange: boolean;
  readonly mayInvalidate: boolean;
  readonly mayOpen: boolean;
}

/** The delivery URL of an asset, of which the image server, the video server or the file itself is the first. */
export function urlOf({ urls }: Pick<LibraryAsset, 'urls'>): string | undefined {
  return urls.image ?? urls.video ?? urls.content;
}

/** Whether there is a file to download: sets and derived images have none. */
export function hasFile({ type, memberCount }: Pick<LibraryAsset, 'type' | 'memberCount'>): boolean {
  return memberCount === undefined && type !== 'derived-image';
}

/** Whether a newer version than the published one is there. */
function isOutdated({ version, publications }: LibraryAsset): boolean {
  return Object.values(publications).some((publication) => publication.version < version);
}

/** The actions that apply to a selection, in the order of the menus. */
export function actionsFor({ assets, isAll }: Selected, rights: Rights): Action[] {
  if (assets.length === 0 && !isAll) return [];
  const texts = libraryTexts.actions;
  const isOne = !isAll && assets.length === 1;
  const isSomePublished = isAll || assets.some(({ published }) => published);
  const isSomeToPublish = isAll || assets.some((asset) => !asset.published || isOutdated(asset));
  const hasUrl = !isAll && assets.some((asset) => urlOf(asset) !== undefined);
  const list: (readonly [boolean, ActionId, string])[] = [
    [isOne && rights.mayOpen, 'open', texts.open],
    [rights.mayChange && isSomeToPublish, 'publish', texts.publish],
    [rights.mayChange, 'publishJob', texts.publishJob],
    [rights.mayChange && isSomePublished, 'unpublish', texts.unpublish],
    [rights.mayInvalidate && isSomePublished, 'invalidate', texts.invalidate],
    [hasUrl, 'copyUrl', isOne ? texts.copyUrl : texts.copyUrls],
    [rights.mayChange && !isAll, 'addToSet', texts.addToSet],
    [rights.mayChange && !isAll, 'newSet', texts.newSet],
    [!isAll && assets.some(hasFile), 'download', texts.download],
    [true, 'exportMetadata', texts.exportMetadata],
    [rights.mayChange, 'dates', texts.dates],
    [rights.mayChange && isOne, 'rename', texts.rename],
    [rights.mayChange, 'move', texts.move],
    [rights.mayChange, 'delete', texts.delete],
  ];
  return list.flatMap(([applies, id, text]) => (applies ? [{ id, text }] : []));
}
