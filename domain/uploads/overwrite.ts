/**
 * What happens with a file whose id is taken. The company's overwrite mode and the option of the upload decide. Adobe's
 * names of the modes are `OverwriteFullName`, `OverwriteAnyExt`, `OverwriteFullNameAnyFolder` and
 * `OverwriteAnyExtAnyFolder`.
 */
import { type Asset, type FileType, fileTypes } from '../assets/asset.ts';

/** The folders in which an upload may overwrite an asset, and whether the extension must be the same. */
export const overwriteModes = [
  'current-folder-same-extension',
  'current-folder-any-extension',
  'any-folder-same-extension',
  'any-folder-any-extension',
] as const;
export type OverwriteMode = (typeof overwriteModes)[number];

/** Why a file does not get the id that its name gives. */
export type RenameReason =
  /** The id is reserved: its asset is in the trash, or was renamed. */
  | 'in-trash'
  /** The asset is a set or a derived image, which a file cannot replace. */
  | 'built'
  /** Another file of the same upload has the id. Two files of one upload are always two assets. */
  | 'same-upload'
  /** Images are derived from the asset, and the file is not an image. */
  | 'has-derived'
  | 'other-folder'
  | 'other-extension';

/** What happens with an uploaded file. */
export type UploadDecision =
  | { readonly action: 'create' }
  /** Make the next version of the asset. `moves`: it moves to the folder of the upload. */
  | { readonly action: 'overwrite'; readonly moves: boolean }
  /** Make a new asset whose id has the next free number at its end. */
  | { readonly action: 'rename'; readonly reason: RenameReason }
  /** The file is a duplicate and is not added. */
  | { readonly action: 'skip' };

/** The attributes of an existing asset that the decision depends on. */
export type ExistingAsset = Pick<
  Asset,
  'type' | 'folder' | 'fileName' | 'trashed' | 'derivedCount' | 'uploadJobId'
>;

/**
 * Decides what happens with an uploaded file.
 * @param existing the asset that has the file's id, if any
 * @param options `overwrite` is the option of the upload, `mode` the setting of the company
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
  // Checked before `overwrite`: the duplicate of an asset that is not visible would be hard to understand.
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

/** The extension of a file name in lower case, without the dot; empty if there is none. */
export function extensionOf(fileName: string): string {
  return /(?<=.)\.([^.]*)$/su.exec(fileName)?.[1]?.toLowerCase() ?? '';
}
