import { type Asset, checkEntityTag } from '../../domain/assets/asset.ts';
import { focusShare } from '../../domain/assets/focus.ts';
import { Failure } from '../../domain/failure.ts';
import { isFormerId } from '../../domain/library/trash.ts';
import { article, holderOf, nextVersion } from '../../domain/sets/built-asset.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import type { SetPublishing } from '../sets/save-set.ts';
import { type DeriveDependencies, type DerivedImage, publishAgain, refreshDerived } from './derive-image.ts';
import { keepsChanging } from './keeps-changing.ts';

export interface FocusEdit extends Pick<Asset, 'company' | 'id'> {
  /** Null: no focal point, so that crops keep the middle. */
  readonly focus: { readonly x: number; readonly y: number } | null;
  /** The `If-Match` header. */
  readonly ifMatch?: string | undefined;
}

/**
 * Sets the focal point of an image. It is served, so the image and the images that are derived from it get a new version, and are
 * published again if they are live. The same point changes nothing, but a repeated call continues. Called by serve-api.
 *
 * Costs: one read, the writes of `replaceAsset`, and those of publishAsset if the image is live; and those of refreshDerived.
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.stale`, `asset.changed-meanwhile`, `focus.refused`
 */
export async function setFocus(
  { company, id, focus, ifMatch }: FocusEdit,
  saving: SetPublishing,
  dependencies: DeriveDependencies,
): Promise<DerivedImage> {
  const wanted = focus === null ? undefined : { x: focusShare(focus.x), y: focusShare(focus.y) };
  return untilUnchanged(
    async () => {
      const before = await dependencies.getAsset(company, id);
      if (!before || isFormerId(before)) throw new Failure('asset.not-found', `There is no asset ${id}`);
      if (before.trashed) throw new Failure('asset.trashed', `${holderOf(before)}; restore it first`);
      if (before.type !== 'image') throw refused(before);
      checkEntityTag(before, ifMatch);
      const after = withFocus(before, wanted, saving);
      if (after !== before && !(await dependencies.replaceAsset(before, after, saving.settings)))
        return changedMeanwhile;
      const derived = await refreshDerived(after, saving, dependencies);
      const { asset, warnings } = await publishAgain(after, saving, dependencies);
      return { asset, warnings: [...warnings, ...derived.warnings] };
    },
    () => keepsChanging(id),
  );
}

function refused({ id, type, parent }: Asset): Failure {
  return new Failure(
    'focus.refused',
    type === 'derived-image'
      ? `${id} is derived from ${parent}; set the focal point of ${parent}`
      : `${id} is ${article(type)}; only images have a focal point`,
  );
}

/** @returns the same object if it has this point already and a member set it */
function withFocus(asset: Asset, wanted: Asset['focus'], saving: SetPublishing): Asset {
  const { focus, ...rest } = asset;
  const isSame = focus?.x === wanted?.x && focus?.y === wanted?.y && !focus?.proposed;
  return isSame ? asset : nextVersion(wanted ? { ...rest, focus: wanted } : rest, {}, saving);
}
