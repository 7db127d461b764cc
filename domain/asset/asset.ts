import type { Server } from '../delivery/server.ts';

/** What an asset is, told from its bytes, never from its name. */
export const assetTypes = ['image', 'animated-gif', 'video', 'pdf'] as const;
export type AssetType = (typeof assetTypes)[number];

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

/** A media file in a company's library. */
export interface Asset extends MediaFacts {
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
  /** When S3 took the bytes of the upload (its LastModified): later uploads win, whatever order their events come in. */
  readonly uploadedAt: string;
  readonly uploadJobId: string;
  readonly created: string;
  readonly createdBy: string;
  readonly modified: string;
  readonly modifiedBy: string;
}

/** Published means live on at least one server. */
export function isPublished(asset: Pick<Asset, 'publications'>): boolean {
  return Object.keys(asset.publications).length > 0;
}

/** The latest time the asset went live on any server, as shown on top of its details. */
export function lastPublished(asset: Pick<Asset, 'publications'>): string | undefined {
  return Object.values(asset.publications)
    .map((publication) => publication.at)
    .sort()
    .at(-1);
}
