import type { Server } from '../delivery/server.ts';

/** What an uploaded file is, told from its bytes where bytes tell, never from a claim. */
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

/** What is built of other assets: its members. */
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

/** A derived image is a recipe over a parent image. */
export const assetTypes = [...fileTypes, ...setTypes, 'derived-image'] as const;
export type AssetType = (typeof assetTypes)[number];

export function isSetType(type: AssetType): type is SetType {
  return (setTypes as readonly AssetType[]).includes(type);
}

/**
 * What its owners want of an asset: `live` (wanted live), `pending` (a job may take it),
 * `held` (somebody unpublished it: jobs leave it alone until somebody publishes it again).
 */
export type Intent = 'live' | 'pending' | 'held';

/** The fact that one version of an asset is live on one server. */
export interface Publication {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly jobId?: string;
  readonly by: string;
  /** Of the object in the server's origin bucket: a later version may live at another one. */
  readonly key: string;
}

export type Publications = Readonly<Partial<Record<Server, Publication>>>;

/** Facts read from the bytes at ingest. Pixels are counted after the orientation has been applied. */
export interface MediaFacts {
  readonly type: AssetType;
  readonly mimeType: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  readonly colourSpace?: string;
  readonly hasAlpha?: boolean;
  /** EXIF orientation, 1–8, as stored in the file. */
  readonly orientation?: number;
}

/** Words that its owners put on an asset. They are not served: changing them makes no new version. */
export interface Metadata {
  readonly title?: string;
  readonly description?: string;
  readonly altText?: string;
  readonly keywords?: readonly string[];
  /** By the company's metadata schema. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** When an asset was put into the trash. Its id stays reserved for 7 days. */
export interface Trashed {
  readonly at: string;
  readonly by: string;
  /** The image that it was put there with, being derived from it: it comes back with that one. */
  readonly with?: string;
  /** It is being removed for good and cannot come back. */
  readonly purging?: true;
  /**
   * Of what only keeps an id: the asset was renamed to this one. With `redirect` it does so for 30 days, else until
   * all that bore the id is gone from the servers.
   */
  readonly renamedTo?: string;
  readonly redirect?: true;
}

/**
 * An asset in a company's library: a file, a set, or a derived image. All have a master that publishing copies: a
 * file its bytes, a derived image the bytes of its parent, a set its record (JSON with its members).
 */
export interface Asset extends MediaFacts, Metadata {
  readonly company: string;
  /** File name without extension, unique in the company, case-sensitive: the key of the delivery URL. */
  readonly id: string;
  /** Starts and ends with a slash: "/", "/autumn/shoes/". */
  readonly folder: string;
  readonly fileName: string;
  /** Counts up from 1 with every change of what is served. */
  readonly version: number;
  /** The S3 version of `masterKey` that holds this version's bytes. */
  readonly masterKey: string;
  readonly masterVersionId: string;
  readonly intent: Intent;
  readonly publications: Publications;
  /**
   * When its publish state changed last, ISO 8601, UTC. No two changes of it share a time, though they come within a
   * millisecond: it tells apart states that are otherwise alike, and is the time of what they are in the history.
   */
  readonly stateAt?: string;
  /** Of an asset that was withdrawn: when it had last gone live. */
  readonly lastPublishedAt?: string;
  /** When S3 took the bytes of the upload (its LastModified): later uploads win, whatever order their events come in. */
  readonly uploadedAt: string;
  /** Missing where it was built, not uploaded. */
  readonly uploadJobId?: string;
  /** Of a derived image: the image it is made of, and the commands that make it. */
  readonly parent?: string;
  readonly recipe?: string;
  /** Of an image: how many images are derived from it. Saves asking where there is none. */
  readonly derivedCount?: number;
  /** Of a set: places of members. */
  readonly memberCount?: number;
  readonly trashed?: Trashed;
  /** The id it had before it was renamed, the last time. */
  readonly renamedFrom?: string;
  /** Ids that lead here: it had them once, and 30 days are not over. */
  readonly redirectsFrom?: readonly string[];
  readonly created: string;
  readonly createdBy: string;
  readonly modified: string;
  readonly modifiedBy: string;
}

/** Published means live on at least one server. */
export function isPublished(asset: Pick<Asset, 'publications'>): boolean {
  return Object.keys(asset.publications).length > 0;
}

/** The latest time the asset went live on any server, as shown on top of its details. Outlasts its withdrawal. */
export function lastPublished(asset: Pick<Asset, 'publications' | 'lastPublishedAt'>): string | undefined {
  return Object.values(asset.publications)
    .map((publication) => publication.at)
    .concat(asset.lastPublishedAt ?? [])
    .sort()
    .at(-1);
}
