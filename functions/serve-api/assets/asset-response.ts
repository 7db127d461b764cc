import type * as z from 'zod';
import { type Asset, isPublished, lastPublished, type Publication } from '../../../domain/assets/asset.ts';
import { deliveryUrls } from '../../../domain/delivery/delivery-urls.ts';
import type { assetResponse as schema } from '../../../packages/api/values.ts';

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
