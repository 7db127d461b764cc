/**
 * What becomes of a file whose id is taken: the company's overwrite mode and the upload's own option decide. Adobe's
 * names of the modes: `OverwriteFullName`, `OverwriteAnyExt`, `OverwriteFullNameAnyFolder`, `OverwriteAnyExtAnyFolder`.
 */
import { type Asset, type FileType, fileTypes } from '../assets/asset.ts';

/** Where an upload may find the asset that it overwrites, and whether the extension must be the same. */
export const overwriteModes = [
  'current-folder-same-extension',
  'current-folder-any-extension',
  'any-folder-same-extension',
  'any-folder-any-extension',
] as const;
export type OverwriteMode = (typeof overwriteModes)[number];

/** Why a file does not get the id that its name gives. */
export type RenameReason =
  /** An id stays reserved while its asset is in the trash, or leads to the id that it was renamed to. */
  | 'in-trash'
  /** A set, template or derived image: none of them is a file that could be replaced. */
  | 'built'
  /** Two files of one upload are two assets, whatever their names come to. */
  | 'same-upload'
  /** Images are derived from it, and what arrived is none. */
  | 'has-derived'
  | 'other-folder'
  | 'other-extension';

export type UploadDecision =
  | { readonly action: 'create' }
  /** The next version of the asset; `moves` where it comes to the folder of the upload. */
  | { readonly action: 'overwrite'; readonly moves: boolean }
  /** A new asset, its id with the next free numeral. */
  | { readonly action: 'rename'; readonly reason: RenameReason }
  /** A duplicate: it is not added. */
  | { readonly action: 'skip' };

export type ExistingAsset = Pick<
  Asset,
  'type' | 'folder' | 'fileName' | 'trashed' | 'derivedCount' | 'uploadJobId'
>;

/**
 * Decides what an upload does with its id.
 * @param existing the asset that has the id, if any
 * @param options `overwrite` as the upload says, `mode` as the company has it
 */
export function decideUpload(
  upload: {
    readonly folder: string;
    readonly fileName: string;
    readonly type: FileType;
    readonly jobId: string;
  },
  existing: ExistingAsset | undefined,
  { overwrite, mode }: { readonly overwrite: boolean; readonly mode: OverwriteMode },
): UploadDecision {
  if (!existing) return { action: 'create' };
  const rename = (reason: RenameReason) => ({ action: 'rename', reason }) as const;
  // Before the option: a duplicate of what nobody sees would be hard to understand.
  if (existing.trashed) return rename('in-trash');
  if (!overwrite) return { action: 'skip' };
  if (!isFile(existing)) return rename('built');
  if (existing.uploadJobId === upload.jobId) return rename('same-upload');
  if ((existing.derivedCount ?? 0) > 0 && upload.type !== 'image') return rename('has-derived');
  const moves = existing.folder !== upload.folder;
  if (moves && mode.startsWith('current-folder')) return rename('other-folder');
  const sameExtension = extensionOf(existing.fileName) === extensionOf(upload.fileName);
  if (!sameExtension && mode.endsWith('same-extension')) return rename('other-extension');
  return { action: 'overwrite', moves };
}

function isFile({ type }: Pick<Asset, 'type'>): boolean {
  return (fileTypes as readonly string[]).includes(type);
}

/** Without its dot, in lower case: `.JPG` is `.jpg`, but `.jpeg` is another. Empty where there is none. */
export function extensionOf(fileName: string): string {
  return /(?<=.)\.([^.]*)$/su.exec(fileName)?.[1]?.toLowerCase() ?? '';
}
