import type { assetResponse as schema } from '@pressroom/api/assets/asset-response';
import type * as z from 'zod';
import type { DerivedImage } from '../../../application/assets/derive-image.ts';
import {
  type Asset,
  entityTag,
  isPublished,
  lastPublished,
  type Publication,
} from '../../../domain/assets/asset.ts';
import { deliveryUrls } from '../../../domain/delivery/delivery-urls.ts';

/** An asset as the API shows it. */
export function toAssetResponse(asset: Asset, deliveryDomain: string): z.input<typeof schema> {
  const { company, masterKey, masterVersionId, publications, lastPublishedAt, stateAt, ...shown } = asset;
  const last = lastPublished(asset);
  return {
    ...shown,
    published: isPublished(asset),
    publications: Object.fromEntries(
      Object.entries(publications).map(([server, publication]) => [
        server,
        toPublicationResponse(publication),
      ]),
    ),
    ...(last === undefined ? {} : { lastPublished: last }),
    urls: deliveryUrls(deliveryDomain, asset),
  };
}

function toPublicationResponse({ version, at, by, jobId }: Publication) {
  return { version, at, by, ...(jobId === undefined ? {} : { jobId }) };
}

/** A derived image as the API shows it after a change. */
export function toDerivedResponse({ asset, warnings }: DerivedImage, deliveryDomain: string) {
  return { ...toAssetResponse(asset, deliveryDomain), warnings: [...warnings] };
}

/** The `ETag` that a change of this asset may name as `If-Match`. */
export const assetEtag = (asset: { readonly version: number; readonly modified: string }) => ({
  etag: entityTag(asset),
});
