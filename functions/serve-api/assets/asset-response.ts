import type { assetResponse as schema } from '@pressroom/api/assets/asset-response';
import type * as z from 'zod';
import type { DerivedImage } from '../../../application/assets/derive-image.ts';
import { type Asset, entityTag, isPublished, lastPublished } from '../../../domain/assets/asset.ts';
import { shownFactNames } from '../../../domain/assets/media-facts.ts';
import { deliveryUrls } from '../../../domain/delivery/delivery-urls.ts';
import { servers } from '../../../domain/delivery/server.ts';
import type { PreviewLinker } from '../delivery/preview-links.ts';
import { pick } from '../pick.ts';

/** An asset as the API shows it. */
export function toAssetResponse(asset: Asset, deliveryDomain: string): z.input<typeof schema> {
  const last = lastPublished(asset);
  return {
    ...pick(asset, [
      'id',
      ...shownFactNames,
      'folder',
      'fileName',
      'version',
      'intent',
      'title',
      'description',
      'altText',
      'keywords',
      'fields',
      'parent',
      'recipe',
      'liveFrom',
      'liveUntil',
      'datesBy',
      'derivedCount',
      'memberCount',
      'renamedFrom',
      'redirectsFrom',
      'uploadedAt',
      'uploadJobId',
      'created',
      'createdBy',
      'modified',
      'modifiedBy',
    ]),
    ...(asset.trashed === undefined
      ? {}
      : { trashed: pick(asset.trashed, ['at', 'by', 'with', 'purging', 'renamedTo', 'redirect']) }),
    published: isPublished(asset),
    publications: Object.fromEntries(
      servers.flatMap((server) => {
        const publication = asset.publications[server];
        return publication === undefined
          ? []
          : [[server, pick(publication, ['version', 'at', 'by', 'jobId'])]];
      }),
    ),
    ...(last === undefined ? {} : { lastPublished: last }),
    urls: deliveryUrls(deliveryDomain, asset),
  };
}

/** An asset of a list, with its thumbnail and its preview. */
export function toListedAsset(
  asset: Asset,
  { linksOf }: PreviewLinker,
  deliveryDomain: string,
): z.input<typeof schema> {
  return { ...toAssetResponse(asset, deliveryDomain), ...linksOf(asset) };
}

/** A derived image as the API shows it after a change. */
export function toDerivedResponse({ asset, warnings }: DerivedImage, deliveryDomain: string) {
  return { ...toAssetResponse(asset, deliveryDomain), warnings: [...warnings] };
}

/** The `ETag` that a change of this asset may name as `If-Match`. */
export const assetEtag = (asset: { readonly version: number; readonly modified: string }) => ({
  etag: entityTag(asset),
});
