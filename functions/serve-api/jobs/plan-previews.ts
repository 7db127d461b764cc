import { versionName } from '../../../domain/assets/version-name.ts';
import type { PlannedAsset } from '../../../domain/jobs/stored-plan.ts';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';

/** Preview URLs of an asset of a plan. */
export interface PlanPreviews {
  /** Both of the version of the plan. */
  readonly thumbnailUrl?: string;
  readonly previewUrl?: string;
  /** The version that is live now; the latest one, if servers have different ones. */
  readonly livePreviewUrl?: string;
}

/**
 * Makes the preview URLs of a page of a plan. A version whose record is gone has none.
 *
 * Costs: half a read unit for each version, and those of previewLinker.
 */
export async function planPreviews(
  company: string,
  items: readonly PlannedAsset[],
  dependencies: Dependencies,
): Promise<(asset: PlannedAsset) => PlanPreviews> {
  const wanted = items.flatMap((asset) =>
    [asset.version, liveVersion(asset)].flatMap((version) =>
      version === undefined ? [] : [{ id: asset.id, version }],
    ),
  );
  const [versions, { linksOf }] = await Promise.all([
    dependencies.assets.getVersions(company, wanted),
    previewLinker(company, [], dependencies),
  ]);
  const linksTo = (id: string, version: number | undefined) => {
    const found = version === undefined ? undefined : versions.get(versionName(id, version));
    return found ? linksOf({ ...found, company, id }) : {};
  };
  return (asset) => {
    const { previewUrl: live } = linksTo(asset.id, liveVersion(asset));
    return {
      ...linksTo(asset.id, asset.version),
      ...(live === undefined ? {} : { livePreviewUrl: live }),
    };
  };
}

function liveVersion({ live }: PlannedAsset): number | undefined {
  const versions = Object.values(live);
  return versions.length === 0 ? undefined : Math.max(...versions);
}
