import type { Server } from '../delivery/server.ts';
import { Failure } from '../failure.ts';
import { ifMatchHolds } from '../if-match.ts';
import type { LiveDates } from './live-dates.ts';
import type { MediaFacts } from './media-facts.ts';

/** Types of uploaded files. They are detected from the content; a client's claim never decides. */
export const fileTypes = [
  'image',
  'animated-gif',
  'svg',
  'video',
  'audio',
  'pdf',
  'font',
  'icc-profile',
  'vignette',
  'caption',
  'xml',
  'css',
  'text',
  'zip',
  'document',
  'javascript',
  'html',
] as const;
export type FileType = (typeof fileTypes)[number];

/** Types of sets: assets that are made of other assets, their members. */
export const setTypes = [
  'image-set',
  'swatch-set',
  'spin-set',
  'mixed-media-set',
  'ecatalog',
  'adaptive-video-set',
  'template',
] as const;
export type SetType = (typeof setTypes)[number];

/** A derived image is made from a parent image by a recipe. */
export const assetTypes = [...fileTypes, ...setTypes, 'derived-image'] as const;
export type AssetType = (typeof assetTypes)[number];

/** Whether an asset of this type is a set. */
export function isSetType(type: AssetType): type is SetType {
  return (setTypes as readonly AssetType[]).includes(type);
}

/**
 * What an asset's owners want: `live` (it should be live), `pending` (a job may publish it) or `held` (a user
 * unpublished it, and jobs skip it until a user publishes it again).
 */
export type Intent = 'live' | 'pending' | 'held';

/** The fact that one version of an asset is live on one server. */
export interface Publication {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly jobId?: string;
  readonly by: string;
  /** Key of the object in the server's origin bucket. A later version may have another key. */
  readonly key: string;
  /**
   * The version that was live on the server before, 0 if none was: what undoing the job puts back. Missing in publications
   * of earlier releases.
   */
  readonly was?: number;
}

export type Publications = Readonly<Partial<Record<Server, Publication>>>;

/** Texts and fields that members give to an asset. They are not served, so changing them makes no new version. */
export interface Metadata {
  readonly title?: string;
  readonly description?: string;
  readonly altText?: string;
  readonly keywords?: readonly string[];
  /** Values by field name, as the company's metadata schema has them. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** Why an asset's id is reserved although the asset is not in the library: it is in the trash, or it was renamed. */
export interface Trashed {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  /** The parent image, for a derived image that was trashed with its parent: both are restored together. */
  readonly with?: string;
  /** The asset is being purged and cannot be restored. */
  readonly purging?: true;
  /**
   * The asset was renamed to this id, and this record only reserves the former one: with `redirect` for 30 days, without
   * it until all objects of the former id are withdrawn.
   */
  readonly renamedTo?: string;
  readonly redirect?: true;
}

/**
 * An asset in a company's library: a file, a set, or a derived image. Each has a master that publishing copies: the
 * bytes of a file, the parent's bytes for a derived image, a JSON record with the members for a set.
 */
export interface Asset extends MediaFacts<AssetType>, Metadata, LiveDates {
  readonly company: string;
  /** File name without extension, unique in the company, case-sensitive: the key of the delivery URL. */
  readonly id: string;
  /** Begins and ends with a slash: "/", "/autumn/shoes/". */
  readonly folder: string;
  readonly fileName: string;
  /** From 1, and one more with every change of what is served. */
  readonly version: number;
  readonly masterKey: string;
  /** The S3 version of `masterKey` that has this version's bytes. */
  readonly masterVersionId: string;
  readonly intent: Intent;
  readonly publications: Publications;
  /**
   * When the publish state changed last: ISO 8601, UTC. No two changes have the same time, also if they happen within one
   * millisecond: it distinguishes otherwise equal states, and is the time of the entry in the history.
   */
  readonly stateAt?: string;
  /** When a withdrawn asset had last gone live. */
  readonly lastPublishedAt?: string;
  /** When S3 stored the uploaded bytes (LastModified). The later upload wins, in whatever order their events arrive. */
  readonly uploadedAt: string;
  /** Missing for sets and derived images. */
  readonly uploadJobId?: string;
  /** For a derived image: the parent image's id, and the commands that make it. */
  readonly parent?: string;
  readonly recipe?: string;
  /** For an image: number of images derived from it. Saves a query for images that have none. */
  readonly derivedCount?: number;
  /** For a set: number of members. */
  readonly memberCount?: number;
  /** For a set: the member that its thumbnail shows. Missing in sets that an earlier release saved last. */
  readonly cover?: string;
  /** Who set the dates last: subject of a user. */
  readonly datesBy?: string;
  /** When apply-dates has to look at the asset next: its next date, or the time of a change that it carries out. */
  readonly due?: string;
  readonly trashed?: Trashed;
  /** The id before the last rename. */
  readonly renamedFrom?: string;
  /** Former ids that still redirect to this one (30 days). */
  readonly redirectsFrom?: readonly string[];
  readonly created: string;
  readonly createdBy: string;
  readonly modified: string;
  readonly modifiedBy: string;
}

/** `<company>/<id>`: the key of an asset's master in the masters bucket. Its versions are S3 versions of this key. */
export function masterKey(company: string, id: string): string {
  return `${company}/${id}`;
}

/** The ETag of an asset. It changes with every edit, also of the metadata, but not when the asset is published. */
export function entityTag({ version, modified }: Pick<Asset, 'version' | 'modified'>): string {
  return `"${version}-${modified}"`;
}

/**
 * Checks that a caller has seen the current state of the asset.
 * @param ifMatch the `If-Match` header: one or several entity tags, or `*`; without it nothing is checked
 * @throws Failure `asset.stale` with the current tag as the fact `etag`
 */
export function checkEntityTag(
  asset: Pick<Asset, 'id' | 'version' | 'modified'>,
  ifMatch: string | undefined,
): void {
  const current = entityTag(asset);
  if (ifMatchHolds(ifMatch, current)) return;
  throw new Failure(
    'asset.stale',
    `${asset.id} was changed at ${asset.modified}: its ETag is now ${current}, not ${ifMatch}. Read it again and repeat the change`,
    { facts: { etag: current } },
  );
}

/**
 * The time of a change that must be later than the change before it, also if both happen within one millisecond.
 * @param before time of the previous change: ISO 8601, UTC; empty if there was none
 * @param now ISO 8601, UTC
 */
export function timeAfter(before: string, now: string): string {
  return now > before ? now : new Date(Date.parse(before) + 1).toISOString();
}

/** Published means live on at least one server. */
export function isPublished(asset: Pick<Asset, 'publications'>): boolean {
  return Object.keys(asset.publications).length > 0;
}

/** The latest time the asset went live on any server: ISO 8601, UTC. It is kept when the asset is withdrawn. */
export function lastPublished(asset: Pick<Asset, 'publications' | 'lastPublishedAt'>): string | undefined {
  return Object.values(asset.publications)
    .map((publication) => publication.at)
    .concat(asset.lastPublishedAt ?? [])
    .sort()
    .at(-1);
}
