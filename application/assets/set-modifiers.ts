import { type Asset, checkEntityTag, isPublished } from '../../domain/assets/asset.ts';
import { checkModifiers } from '../../domain/delivery/check-modifiers.ts';
import { type Modifiers, modifiersOf } from '../../domain/delivery/modifiers.ts';
import { Failure } from '../../domain/failure.ts';
import { isFormerId } from '../../domain/library/trash.ts';
import { article, holderOf, nextVersion } from '../../domain/sets/built-asset.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import type { SetPublishing } from '../sets/save-set.ts';
import { type DeriveDependencies, type DerivedImage, publishAgain } from './derive-image.ts';
import { keepsChanging } from './keeps-changing.ts';

export interface ModifiersEdit extends Pick<Asset, 'company' | 'id'> {
  /** Each is checked. What is missing, the image does not have afterwards. */
  readonly modifiers: Modifiers;
  /** The `If-Match` header. */
  readonly ifMatch?: string | undefined;
}

/**
 * Sets the modifiers of an image or a derived image. They are served, so it gets a new version, and is published again and invalidated
 * in the CDN if it is live. The same modifiers change nothing, but a repeated call continues. Called by serve-api.
 *
 * Costs: one read, the writes of `replaceAsset`, and those of publishAsset and one cache tag if the image is live.
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.stale`, `asset.changed-meanwhile`, `modifiers.refused`, and
 * `request.invalid` for modifiers that are too long
 */
export async function setModifiers(
  { company, id, modifiers, ifMatch }: ModifiersEdit,
  saving: SetPublishing,
  dependencies: Pick<DeriveDependencies, 'getAsset' | 'replaceAsset' | 'publishAlone'> & {
    readonly invalidateAssets: (company: string, ids: readonly string[]) => Promise<void>;
  },
): Promise<DerivedImage> {
  return untilUnchanged(
    async () => {
      const before = await dependencies.getAsset(company, id);
      if (!before || isFormerId(before)) throw new Failure('asset.not-found', `There is no asset ${id}`);
      if (before.trashed) throw new Failure('asset.trashed', `${holderOf(before)}; restore it first`);
      if (before.type !== 'image' && before.type !== 'derived-image') {
        throw new Failure(
          'modifiers.refused',
          `${id} is ${article(before.type)}; only images and derived images have modifiers`,
        );
      }
      checkEntityTag(before, ifMatch);
      const { modifier, postModifier, ...rest } = before;
      const isSame = modifier === modifiers.modifier && postModifier === modifiers.postModifier;
      const wanted = { ...rest, ...modifiersOf(modifiers) };
      checkModifiers(wanted);
      const after = isSame ? before : nextVersion(wanted, {}, saving);
      if (!isSame && !(await dependencies.replaceAsset(before, after, saving.settings)))
        return changedMeanwhile;
      const published = await publishAgain(after, saving, dependencies);
      // Also for the same modifiers: an earlier call may have died before it.
      if (isPublished(published.asset)) await dependencies.invalidateAssets(company, [id]);
      return published;
    },
    () => keepsChanging(id),
  );
}
