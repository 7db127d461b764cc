/**
 * The rules of an asset's publish state: which servers it belongs on, what events make of its intent, and what a
 * publish job could take (DOMAIN.md, "Publish state" and "Publish jobs").
 */
import type { CompanySettings } from '../company/settings.ts';
import { originKey } from '../delivery/origin-key.ts';
import type { Server } from '../delivery/server.ts';
import { type Asset, type AssetType, type Intent, isPublished, type Publications } from './asset.ts';

/** Which types a server takes, whether or not a company has that server on. */
export function takesType(server: Server, type: AssetType): boolean {
  switch (server) {
    case 'image-serving':
      return type !== 'video';
    case 'image-rendering':
      // Vignettes, render sets and material images: no type of today.
      return false;
    case 'video':
      return type === 'video';
    case 'server-directory':
      return type === 'image';
  }
}

/** The servers on which an asset of this type is due. */
export function serversFor(type: AssetType, settings: Pick<CompanySettings, 'serverDirectory'>): Server[] {
  const candidates: readonly Server[] = ['image-serving', 'image-rendering', 'video', 'server-directory'];
  return candidates.filter(
    (server) => takesType(server, type) && (server !== 'server-directory' || settings.serverDirectory),
  );
}

export function neverPublishedOn(asset: Pick<Asset, 'publications'>, server: Server): boolean {
  return asset.publications[server] === undefined;
}

/** It is live there in an older version. */
export function changedOn(asset: Pick<Asset, 'publications' | 'version'>, server: Server): boolean {
  const publication = asset.publications[server];
  return publication !== undefined && publication.version < asset.version;
}

/** It is live there as it now is. */
export function isCurrentOn(asset: Pick<Asset, 'publications' | 'version'>, server: Server): boolean {
  return asset.publications[server]?.version === asset.version;
}

/**
 * Whether some job could take the asset: what the pending index holds. Exactly the assets that a `full` job for all
 * servers would select.
 */
export function isPending(
  asset: Pick<Asset, 'type' | 'intent' | 'publications' | 'version'>,
  settings: Pick<CompanySettings, 'serverDirectory'>,
): boolean {
  return serversFor(asset.type, settings).some(
    (server) =>
      (asset.intent !== 'held' && neverPublishedOn(asset, server)) ||
      (asset.intent === 'live' && changedOn(asset, server)),
  );
}

/** What an upload makes of an asset's state. */
export interface UploadConsequence {
  readonly intent: Intent;
  /** Publish it as soon as it is recorded. */
  readonly publishNow: boolean;
  /** Withdraw what is live: the upload takes the asset back (only where the company retains no publish state). */
  readonly withdraw: boolean;
}

/**
 * @param existing the asset that the upload replaces, if any
 * @param publishAfterUploading the option of the upload
 */
export function afterUpload(
  existing: Pick<Asset, 'intent' | 'publications'> | undefined,
  publishAfterUploading: boolean,
  settings: Pick<CompanySettings, 'publishOnUpload' | 'retainPublishState'>,
): UploadConsequence {
  // A company that marks on upload wants nothing to go live but by a job: that holds for re-uploads too.
  const atOnce = settings.publishOnUpload === 'now';
  if (existing && settings.retainPublishState) {
    const { intent } = existing;
    return { intent, publishNow: atOnce && intent === 'live' && isPublished(existing), withdraw: false };
  }
  if (publishAfterUploading) return { intent: 'live', publishNow: atOnce, withdraw: false };
  return { intent: 'pending', publishNow: false, withdraw: existing !== undefined && isPublished(existing) };
}

/**
 * The asset after its current version has gone live on `servers`. Publications on servers that do not take its type
 * any more (a re-upload may turn an image into a video) end with it.
 */
export function afterPublishing(
  asset: Asset,
  servers: readonly Server[],
  publication: { readonly at: string; readonly by: string; readonly jobId?: string },
): Asset {
  const { at, by, jobId } = publication;
  const publications: Partial<Record<Server, Publications[Server]>> = {};
  for (const [server, kept] of Object.entries(asset.publications) as [Server, Publications[Server]][]) {
    if (takesType(server, asset.type)) publications[server] = kept;
  }
  for (const server of servers) {
    publications[server] = {
      version: asset.version,
      at,
      by,
      key: originKey(server, asset),
      ...(jobId === undefined ? {} : { jobId }),
    };
  }
  return { ...asset, intent: 'live', publications: publications as Publications };
}

/** The asset after it has been withdrawn from all servers by hand. */
export function afterWithdrawal(asset: Asset): Asset {
  return { ...asset, intent: 'held', publications: {} };
}

/** An object in the origin bucket of a server. */
export interface OriginObject {
  readonly server: Server;
  readonly key: string;
}

/**
 * What `after` leaves behind at the origins: objects of publications that ended, or that live at another key now.
 */
export function leftBehind(
  before: Pick<Asset, 'publications'>,
  after: Pick<Asset, 'publications'>,
): OriginObject[] {
  return (Object.entries(before.publications) as [Server, { key: string }][]).flatMap(([server, { key }]) =>
    after.publications[server]?.key === key ? [] : [{ server, key }],
  );
}

/**
 * Everywhere an object of this asset can be: where its record says, and where a publication that died before it was
 * recorded may have left one.
 */
export function possibleObjects(
  asset: Asset,
  settings: Pick<CompanySettings, 'serverDirectory'>,
): OriginObject[] {
  const recorded = leftBehind(asset, { publications: {} });
  const due = serversFor(asset.type, settings).map((server) => ({ server, key: originKey(server, asset) }));
  return [
    ...recorded,
    ...due.filter(
      ({ server, key }) => !recorded.some((object) => object.server === server && object.key === key),
    ),
  ];
}
