import type { Asset, AssetType } from '../asset/asset.ts';
import type { DeliveryKind } from './delivery-path.ts';

/** Images are transformed by the image server, videos sent by byte ranges, all else as it is. */
const kinds: Readonly<Record<AssetType, DeliveryKind>> = {
  image: 'image',
  'animated-gif': 'content',
  pdf: 'content',
  video: 'video',
};

const paths: Readonly<Record<DeliveryKind, string>> = {
  image: '/is/image',
  content: '/is/content',
  video: '/e2',
};

/** Where an asset is delivered while it is published. */
export function deliveryUrls(
  domain: string,
  { company, id, type }: Pick<Asset, 'company' | 'id' | 'type'>,
): Partial<Record<DeliveryKind, string>> {
  const kind = kinds[type];
  return { [kind]: `https://${domain}${paths[kind]}/${company}/${encodeURIComponent(id)}` };
}
