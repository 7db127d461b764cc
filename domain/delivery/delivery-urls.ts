import { type Asset, type AssetType, isPublished, isSetType, type Publication } from '../assets/asset.ts';
import type { DeliveryKind } from './delivery-path.ts';
import type { ImagePreset } from './image-preset.ts';
import type { Server } from './server.ts';

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

/** The server that a kind of URL is delivered from. */
const serverOfKind: Readonly<Record<DeliveryKind, Server>> = {
  image: 'image-serving',
  content: 'image-serving',
  video: 'video',
};

/** How an asset of this type is delivered; undefined for types without a URL of their own. */
export function deliveryKindOf(type: AssetType): DeliveryKind | undefined {
  return kinds[type];
}

/** The path of a delivery URL, percent-encoded. */
export function deliveryPathOf(kind: DeliveryKind, company: string, id: string): string {
  return `${paths[kind]}/${company}/${encodeURIComponent(id)}`;
}

/**
 * The path of an asset's delivery URL. With a version, it has the version in it: browsers and the edge keep an image there for a year.
 * @returns undefined for types without a URL of their own
 */
export function deliveryUrlOf(
  { company, id, type }: Pick<Asset, 'company' | 'id' | 'type'>,
  version?: number,
): string | undefined {
  const kind = kinds[type];
  if (!kind) return undefined;
  const path = deliveryPathOf(kind, company, id);
  return version === undefined ? path : `${path}?id=${version}`;
}

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
  return { [kind]: `https://${domain}${deliveryPathOf(kind, company, id)}` };
}

/** The live version of an asset at its delivery URL; undefined while the URL does not work. */
export function livePublication({
  type,
  publications,
}: Pick<Asset, 'type' | 'publications'>): Publication | undefined {
  const kind = kinds[type];
  return kind && publications[serverOfKind[kind]];
}

/** A delivery URL to copy. */
export interface CopyUrl {
  readonly kind: DeliveryKind | 'preset' | 'set';
  /** The name of the preset in the URL. */
  readonly preset?: string;
  readonly url: string;
  /** The same URL with the live version in its query: another one for each version, so that no cache has an old copy. */
  readonly versionedUrl?: string;
  /** Whether the URL works now. */
  readonly live: boolean;
}

/**
 * Every delivery URL of an asset: its own, and for an image one for each image preset, in the order of the presets; for a set that
 * of its members as JSON.
 * @returns empty for types without a URL of their own
 */
export function copyUrls(
  domain: string,
  asset: Pick<Asset, 'company' | 'id' | 'type' | 'publications'>,
  presets: readonly Pick<ImagePreset, 'name'>[],
): CopyUrl[] {
  if (isSetType(asset.type)) {
    const url = `https://${domain}${deliveryPathOf('image', asset.company, asset.id)}?req=set,json`;
    return [{ kind: 'set', url, live: isPublished(asset) }];
  }
  const publication = livePublication(asset);
  const own = Object.entries(deliveryUrls(domain, asset)) as [DeliveryKind, string][];
  const entry = (query: string, url: string) => ({
    url: query === '' ? url : `${url}?${query}`,
    ...(publication && {
      versionedUrl: `${url}?${query === '' ? '' : `${query}&`}id=${publication.version}`,
    }),
    live: publication !== undefined,
  });
  return own.flatMap(([kind, url]): CopyUrl[] => [
    { kind, ...entry('', url) },
    ...(kind === 'image'
      ? presets.map(({ name }) => ({ kind: 'preset' as const, preset: name, ...entry(`$${name}$`, url) }))
      : []),
  ]);
}
