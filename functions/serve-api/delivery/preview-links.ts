import type { PreviewSettings } from '../../../adapters/s3/preview-settings.ts';
import { type PreviewKey, signPreview } from '../../../adapters/tokens/preview-tokens.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import {
  hasThumbnail,
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
  /** The thumbnail, for lists. */
  readonly thumbnailOf: (asset: PreviewedAsset) => PreviewLinks;
  /** The thumbnail, and the asset with all commands. */
  readonly linksOf: (asset: Asset) => PreviewLinks;
}

/**
 * What makes the preview URLs of one response. They are the same for an hour, and work for one to two hours. If their key
 * cannot be read, the response has none: a list is worth more than its pictures.
 *
 * Costs: a GET every 30 seconds, and an HMAC for each URL.
 */
export async function previewLinker(
  company: string,
  {
    previews: { ensurePreviewSettings },
    deliveryDomain,
    clock,
    log,
  }: Pick<Dependencies, 'previews' | 'deliveryDomain' | 'clock' | 'log'>,
): Promise<PreviewLinker> {
  let settings: PreviewSettings;
  try {
    settings = await ensurePreviewSettings(company);
  } catch (error) {
    log.warn('Responses have no previews', error instanceof Error ? error : new Error(String(error)));
    return { thumbnailOf: () => ({}), linksOf: () => ({}) };
  }
  const expires = listedUntil(clock());
  const thumbnailOf = (asset: PreviewedAsset): PreviewLinks =>
    hasThumbnail(asset.type)
      ? { thumbnailUrl: previewUrlOf(scopeOf(asset, 'thumbnail', expires), settings, deliveryDomain) }
      : {};
  return {
    thumbnailOf,
    linksOf(asset) {
      const kind = previewKindOf(asset.type);
      return {
        ...thumbnailOf(asset),
        ...(kind && { previewUrl: previewUrlOf(scopeOf(asset, kind, expires), settings, deliveryDomain) }),
      };
    },
  };
}
