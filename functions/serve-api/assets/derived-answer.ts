import type { DerivedImage } from '../../../application/assets/derive-image.ts';
import { assetAnswer } from './asset-answer.ts';

/** A derived image as the API shows it after a change. */
export function derivedAnswer({ asset, warnings }: DerivedImage, deliveryDomain: string) {
  return { ...assetAnswer(asset, deliveryDomain), warnings: [...warnings] };
}
