import type { Asset, AssetType } from '../assets/asset.ts';
import type { DeliveryKind } from './delivery-path.ts';

/** Images are transformed by the image server, videos sent by byte ranges, all else as it is. */
const kinds: Readonly<Partial<Record<AssetType, DeliveryKind>>> = {
  image: 'image',
  'derived-image': 'image',
  'animated-gif': 'content',
  svg: 'content',
  audio: 'content',
  pdf: 'content',
  font: 'content',
  'icc-profile': 'content',
  xml: 'content',
  css: 'content',
  text: 'content',
  zip: 'content',
  document: 'content',
  javascript: 'content',
  html: 'content',
  video: 'video',
  caption: 'video',
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
  // Sets are delivered through their members, vignettes by image rendering: neither has an address of its own yet.
  if (!kind) return {};
  return { [kind]: `https://${domain}${paths[kind]}/${company}/${encodeURIComponent(id)}` };
}
