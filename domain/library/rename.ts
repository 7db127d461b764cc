/** The records of an asset that gets another id. */
import { type Asset, lastPublished } from '../assets/asset.ts';
import { renamedFileName } from '../assets/asset-id.ts';
import { stateAfter } from '../assets/publish-state.ts';

/** A rename. `at`: ISO 8601, UTC; `by`: subject of the member. */
export interface Renaming {
  readonly to: string;
  readonly at: string;
  readonly by: string;
  /** The former id redirects to the new one for 30 days. */
  readonly redirect: boolean;
}

/**
 * The asset with its new id, without publications, and the record that reserves the former id: until its objects are
 * withdrawn, or for 30 days if it redirects. Both have the same version, since the content has not changed.
 */
export function afterRenaming(
  asset: Asset,
  { to, at, by, redirect }: Renaming,
): { renamed: Asset; former: Asset } {
  const { title, description, altText, keywords, fields, derivedCount, redirectsFrom, ...facts } = asset;
  const { liveFrom, liveUntil, due, datesBy, ...kept } = facts;
  const redirects = [...(redirectsFrom ?? []).filter((id) => id !== to), ...(redirect ? [asset.id] : [])];
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
      ...(redirects.length === 0 ? {} : { redirectsFrom: redirects }),
      modified: at,
      modifiedBy: by,
    },
    former: {
      ...kept,
      stateAt,
      // Concurrent changes of the asset must fail their condition.
      modified: at,
      trashed: { at, by, renamedTo: to, ...(redirect ? { redirect: true as const } : {}) },
    },
  };
}
