import type { Asset, AssetType } from '../assets/asset.ts';
import type { DeliveryKind } from './delivery-path.ts';

/** The image server transforms images. Videos are sent in byte ranges, and other files unchanged. */
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

/**
 * The delivery URLs of an asset. They work while it is published.
 * @param domain of the distribution, such as `cdn.example.com`
 * @returns empty for types without a URL of their own
 */
export function deliveryUrls(
  domain: string,
  { company, id, type }: Pick<Asset, 'company' | 'id' | 'type'>,
): Partial<Record<DeliveryKind, string>> {
  const kind = kinds[type];
  // Sets are delivered through their members, vignettes by image rendering. Neither has a URL of its own yet.
  if (!kind) return {};
  return { [kind]: `https://${domain}${paths[kind]}/${company}/${encodeURIComponent(id)}` };
}
