import type { PreviewSettings } from '../../../adapters/s3/preview-settings.ts';
import { type PreviewKey, signPreview } from '../../../adapters/tokens/preview-tokens.ts';
import { type Asset, isSetType } from '../../../domain/assets/asset.ts';
import {
  listedUntil,
  type PreviewedAsset,
  type PreviewScope,
  previewKindOf,
  previewPathOf,
  scopeOf,
} from '../../../domain/delivery/preview-scope.ts';
import type { Dependencies } from '../dependencies.ts';

/** The URL of a preview. */
export function previewUrlOf(scope: PreviewScope, key: PreviewKey, deliveryDomain: string): string {
  return `https://${deliveryDomain}${previewPathOf(signPreview(scope, key), scope)}`;
}

/** Preview URLs of an asset in a response. */
interface PreviewLinks {
  readonly thumbnailUrl?: string;
  readonly previewUrl?: string;
}

/** Makes the preview URLs of one response. */
export interface PreviewLinker {
  /** The thumbnail, and the asset with all commands. */
  readonly linksOf: (asset: PreviewedAsset) => PreviewLinks;
}

/** Sets contain sets that contain images. */
const maxLevels = 3;

/** By the id of each set: the asset whose thumbnail it has. */
async function coversOf(
  listed: readonly Asset[],
  getAssets: (ids: readonly string[]) => Promise<ReadonlyMap<string, Asset>>,
): Promise<ReadonlyMap<string, Asset>> {
  const covers = new Map(listed.filter(({ type }) => isSetType(type)).map((set) => [set.id, set]));
  for (let level = 1; level <= maxLevels; level += 1) {
    const sets = [...covers].filter(([, { type }]) => isSetType(type));
    if (sets.length === 0) break;
    const ids = [...new Set(sets.flatMap(([, { cover = [] }]) => cover))];
    const found = ids.length === 0 ? new Map<string, Asset>() : await getAssets(ids);
    for (const [id, { cover = '' }] of sets) {
      const member = found.get(cover);
      // A member in the trash is not shown.
      if (member && !member.trashed) covers.set(id, member);
      else covers.delete(id);
    }
  }
  return covers;
}

/**
 * What makes the preview URLs of one response. They are the same for an hour, and work for one to two hours. If their key
 * cannot be read, the response has none: a list is worth more than its pictures.
 *
 * Costs: a GET every 30 seconds, two HMACs for each asset, and half a read unit for each set.
 * @param listed the assets that the response has: a set has the thumbnail of its first member, and without one a card
 */
export async function previewLinker(
  company: string,
  listed: readonly Asset[],
  {
    assets: { getAssets },
    previews: { ensurePreviewSettings },
    deliveryDomain,
    clock,
    log,
  }: Pick<Dependencies, 'assets' | 'previews' | 'deliveryDomain' | 'clock' | 'log'>,
): Promise<PreviewLinker> {
  let settings: PreviewSettings;
  let covers: ReadonlyMap<string, Asset>;
  try {
    [settings, covers] = await Promise.all([
      ensurePreviewSettings(company),
      coversOf(listed, (ids) => getAssets(company, ids)),
    ]);
  } catch (error) {
    log.warn('Responses have no previews', error instanceof Error ? error : new Error(String(error)));
    return { linksOf: () => ({}) };
  }
  const expires = listedUntil(clock());
  const thumbnailOf = (asset: PreviewedAsset): string => {
    const cover = covers.get(asset.id);
    const shown = cover && !isSetType(cover.type) ? cover : asset;
    return previewUrlOf(scopeOf(shown, 'thumbnail', expires), settings, deliveryDomain);
  };
  return {
    linksOf(asset) {
      const kind = previewKindOf(asset.type);
      return {
        thumbnailUrl: thumbnailOf(asset),
        ...(kind && { previewUrl: previewUrlOf(scopeOf(asset, kind, expires), settings, deliveryDomain) }),
      };
    },
  };
}
