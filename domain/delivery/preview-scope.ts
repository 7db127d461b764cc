import { type Asset, isSetType } from '../assets/asset.ts';
import { type DeliveryKind, readDeliveryPath } from './delivery-path.ts';
import { deliveryKindOf, deliveryPathOf } from './delivery-urls.ts';
import { originMetadata } from './origin-metadata.ts';

/** What a preview shows of an asset: a thumbnail, what `req=` says about a set, or what is delivered. */
export type PreviewKind = DeliveryKind | 'set' | 'thumbnail';

/** A set has the path of an image. */
export function pathKindOf(kind: PreviewKind): PathKind {
  return kind === 'set' ? 'image' : kind;
}

type PathKind = DeliveryKind | 'thumbnail';

/** What a preview token opens: one representation of one version of one asset, until it expires. */
export interface PreviewScope {
  readonly company: string;
  readonly id: string;
  readonly kind: PreviewKind;
  readonly version: number;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly masterKey: string;
  readonly masterVersionId: string;
  readonly mimeType: string;
  /** The commands that make a derived image from the master. */
  readonly recipe?: string;
  /** JSON: what the metadata of the origin object would say about the asset (origin-metadata.ts). */
  readonly facts?: string;
  /** For the thumbnail of a video: the name of its poster (reduction.ts). */
  readonly poster?: string;
  /** Distinguishes links that would be equal, so that one can be revoked without the other. */
  readonly nonce?: string;
}

/** Seconds. */
export const defaultPreviewSeconds = 3_600;
export const minPreviewSeconds = 60;
export const maxPreviewSeconds = 30 * 24 * 3_600;

/** The longest side of a thumbnail in pixels. */
export const thumbnailSide = 512;

/** The image commands of a thumbnail. It is never enlarged. */
export const thumbnailCommands = `wid=${thumbnailSide}&hei=${thumbnailSide}&fit=constrain,0&fmt=auto,webp&qlt=75`;

/** The paths of previews begin with it. */
export const previewRoot = '/preview/';

/** The path of a preview, before its query. */
export function previewPathOf(
  token: string,
  { kind, company, id }: Pick<PreviewScope, 'kind' | 'company' | 'id'>,
): string {
  const pathKind = pathKindOf(kind);
  const path =
    pathKind === 'thumbnail'
      ? `/thumbnail/${company}/${encodeURIComponent(id)}`
      : deliveryPathOf(pathKind, company, id);
  return `${previewRoot}${token}${path}`;
}

/** What the path of a preview asks for, and the token that has to allow it. */
export interface PreviewPath extends Pick<PreviewScope, 'company' | 'id'> {
  readonly kind: PathKind;
  readonly token: string;
  /** The delivery path of the same asset. */
  readonly path: string;
}

/**
 * Reads the path of a preview.
 * @param path as sent, percent-encoded
 * @returns undefined if no preview can have this path
 */
export function readPreviewPath(path: string): PreviewPath | undefined {
  if (!path.startsWith(previewRoot)) return undefined;
  const [, token = '', rest = ''] = /^([\w.-]{1,6000})(\/.*)$/s.exec(path.slice(previewRoot.length)) ?? [];
  const isThumbnail = rest.startsWith('/thumbnail/');
  const delivery = isThumbnail ? rest.replace('/thumbnail/', '/is/image/') : rest;
  const read = readDeliveryPath(delivery);
  if (read === undefined || read === 'malformed') return undefined;
  return {
    token,
    kind: isThumbnail ? 'thumbnail' : read.kind,
    company: read.company,
    id: read.id.normalize('NFC'),
    path: delivery,
  };
}

/** What of an asset or of one of its versions a preview needs. */
export type PreviewedAsset = Pick<
  Asset,
  'company' | 'id' | 'type' | 'mimeType' | 'version' | 'masterKey' | 'masterVersionId'
> &
  Partial<Asset>;

/** What the preview of an asset shows; undefined for types that are not delivered. */
export function previewKindOf(type: Asset['type']): Exclude<PreviewKind, 'thumbnail'> | undefined {
  return isSetType(type) ? 'set' : deliveryKindOf(type);
}

/** What the thumbnail of an asset is made of where it has no poster: its master, that of a font or an animation, or the name of its type alone. */
export type ThumbnailSource = 'image' | 'font' | 'animation' | 'card';

/** @param type undefined in what an earlier release signed, for images alone */
export function thumbnailSourceOf(type: Asset['type'] | undefined): ThumbnailSource {
  if (type === undefined || deliveryKindOf(type) === 'image') return 'image';
  if (type === 'animated-gif') return 'animation';
  return type === 'font' ? 'font' : 'card';
}

/** @param expires seconds since 1970 */
export function scopeOf(asset: PreviewedAsset, kind: PreviewKind, expires: number): PreviewScope {
  const { company, id, version, masterKey, masterVersionId, mimeType, recipe, poster } = asset;
  return {
    company,
    id,
    kind,
    version,
    expires,
    masterKey,
    masterVersionId,
    mimeType,
    ...(recipe === undefined ? {} : { recipe }),
    ...(pathKindOf(kind) === 'image' || kind === 'thumbnail'
      ? { facts: decodeURIComponent(originMetadata(asset as Asset).asset) }
      : {}),
    ...(kind === 'thumbnail' && poster ? { poster: poster.name } : {}),
  };
}

/** The metadata that the origin's object of this version has, for the image server. */
export function masterMetadataOf({ facts, recipe }: PreviewScope): Readonly<Record<string, string>> {
  return {
    ...(facts === undefined ? {} : { asset: encodeURIComponent(facts) }),
    ...(recipe === undefined ? {} : { recipe: encodeURIComponent(recipe) }),
  };
}

/**
 * When the previews in lists expire, in seconds since 1970: at the end of the next full hour. Lists of one hour have the same
 * URLs, so that a browser shows from its cache what it has loaded.
 * @param now milliseconds since 1970
 */
export function listedUntil(now: number): number {
  return (Math.floor(now / 3_600_000) + 2) * 3_600;
}
