/** What becomes of an asset when it gets another id. */
import { type Asset, lastPublished } from '../assets/asset.ts';
import { stateAfter } from '../assets/publish-state.ts';

/** The file name after a rename: the id with the extension that it had. */
export function renamedFileName(fileName: string, to: string): string {
  return to + (/(?<=.)\.[^.]*$/su.exec(fileName)?.[0] ?? '');
}

export interface Renaming {
  readonly to: string;
  readonly at: string;
  readonly by: string;
  /** The former id leads to the new one for 30 days. */
  readonly redirect: boolean;
}

/**
 * The asset under its new id, live nowhere yet, and what keeps the former id until its objects are gone from the
 * servers, or for 30 days. Both have the same version: nothing that is served has changed.
 */
export function afterRenaming(
  asset: Asset,
  { to, at, by, redirect }: Renaming,
): { renamed: Asset; former: Asset } {
  const { title, description, altText, keywords, fields, derivedCount, redirectsFrom, ...kept } = asset;
  const leading = [...(redirectsFrom ?? []).filter((id) => id !== to), ...(redirect ? [asset.id] : [])];
  const { redirectsFrom: _, ...rest } = asset;
  const last = lastPublished(asset);
  const stateAt = stateAfter(asset, at);
  return {
    renamed: {
      ...rest,
      id: to,
      fileName: renamedFileName(asset.fileName, to),
      publications: {},
      stateAt,
      ...(last === undefined ? {} : { lastPublishedAt: last }),
      renamedFrom: asset.id,
      ...(leading.length === 0 ? {} : { redirectsFrom: leading }),
      modified: at,
      modifiedBy: by,
    },
    former: {
      ...kept,
      stateAt,
      // Whoever changes the asset at this moment must find that it is another one.
      modified: at,
      trashed: { at, by, renamedTo: to, ...(redirect ? { redirect: true as const } : {}) },
    },
  };
}
