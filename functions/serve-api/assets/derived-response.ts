import type { DerivedImage } from '../../../application/assets/derive-image.ts';
import { toAssetResponse } from './asset-response.ts';

/** A derived image as the API shows it after a change. */
export function toDerivedResponse({ asset, warnings }: DerivedImage, deliveryDomain: string) {
  return { ...toAssetResponse(asset, deliveryDomain), warnings: [...warnings] };
}
