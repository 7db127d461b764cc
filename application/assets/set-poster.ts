import type { PosterStore } from '../../adapters/dynamodb/assets/poster-store.ts';
import type { MasterVersion } from '../../adapters/dynamodb/library/trash-store.ts';
import { type Asset, timeAfter } from '../../domain/assets/asset.ts';
import { posterType } from '../../domain/assets/poster.ts';
import { reductionObjects } from '../../domain/delivery/reduction.ts';
import { Failure } from '../../domain/failure.ts';
import { isFormerId } from '../../domain/library/trash.ts';
import { article, holderOf } from '../../domain/sets/built-asset.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from './keeps-changing.ts';

export interface PosterEdit extends Pick<Asset, 'company' | 'id'> {
  /** Null: no poster. */
  readonly image: Uint8Array | null;
  /** User. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface PosterDependencies extends PosterStore {
  readonly getAsset: (company: string, id: string) => Promise<Asset | undefined>;
  readonly putPoster: (
    company: string,
    image: { readonly bytes: Uint8Array; readonly type: string },
  ) => Promise<NonNullable<Asset['poster']>>;
  readonly deleteMaster: (version: MasterVersion) => Promise<void>;
}

/**
 * Gives a video a poster, or takes it away. It is no part of what is delivered: nothing goes live, and there is no new version. A
 * picture that is no longer needed is deleted, also if the video has changed meanwhile. Called by serve-api.
 *
 * Costs: two reads, one PUT, a transaction of two updates, and one deletion, which is free.
 * @throws Failure `asset.not-found`, `asset.trashed`, `poster.refused`, `asset.changed-meanwhile`
 */
export async function setPoster(
  { company, id, image, by, at }: PosterEdit,
  dependencies: PosterDependencies,
): Promise<Asset> {
  const type = image === null ? undefined : posterType(image);
  await videoNamed(company, id, dependencies);
  const poster = image && type ? await dependencies.putPoster(company, { bytes: image, type }) : undefined;
  const { former, edited } = await recorded();
  if (former) await deletePoster(company, former, dependencies);
  return edited;

  async function recorded(): Promise<{ readonly former: Asset['poster']; readonly edited: Asset }> {
    try {
      return await untilUnchanged(
        async () => {
          const found = await videoNamed(company, id, dependencies);
          const { poster: former, ...rest } = found;
          const edited: Asset = {
            ...rest,
            ...(poster && { poster }),
            modified: timeAfter(found.modified, at),
            modifiedBy: by,
          };
          if (!(await dependencies.recordPoster(found, edited))) return changedMeanwhile;
          return { former, edited };
        },
        () => keepsChanging(id),
      );
    } catch (error) {
      if (error instanceof Failure && poster) await deletePoster(company, poster, dependencies);
      throw error;
    }
  }
}

async function videoNamed(
  company: string,
  id: string,
  { getAsset }: Pick<PosterDependencies, 'getAsset'>,
): Promise<Asset> {
  const asset = await getAsset(company, id);
  if (!asset || isFormerId(asset)) throw new Failure('asset.not-found', `There is no asset ${id}`);
  if (asset.trashed) throw new Failure('asset.trashed', `${holderOf(asset)}; restore it first`);
  if (asset.type !== 'video')
    throw new Failure('poster.refused', `${id} is ${article(asset.type)}; only videos have a poster`);
  return asset;
}

async function deletePoster(
  company: string,
  poster: NonNullable<Asset['poster']>,
  { deleteMaster }: Pick<PosterDependencies, 'deleteMaster'>,
): Promise<void> {
  for (const version of reductionObjects(company, { poster })) await deleteMaster(version);
}
