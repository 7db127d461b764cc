/**
 * The rules of an asset's publish state: which servers it belongs on, what events make of its intent, and what a
 * publish job could take (DOMAIN.md, "Publish state" and "Publish jobs").
 */
import type { CompanySettings } from '../companies/settings.ts';
import { originKey } from '../delivery/origin-key.ts';
import { type Server, servers } from '../delivery/server.ts';
import {
  type Asset,
  type AssetType,
  type Intent,
  isPublished,
  lastPublished,
  type Publications,
} from './asset.ts';
import { timeAfter } from './time-after.ts';

/** Which types a server takes, whether or not a company has that server on. */
export function acceptsType(server: Server, type: AssetType): boolean {
  return home(type) === server || (server === 'server-directory' && asPlainFiles.includes(type));
}

/** The server that delivers a type: the one its URLs lead to. */
function home(type: AssetType): Server {
  switch (type) {
    case 'vignette':
      return 'image-rendering';
    case 'video':
    case 'caption':
    case 'adaptive-video-set':
      return 'video';
    default:
      return 'image-serving';
  }
}

/** What Server Directory takes besides. */
const asPlainFiles: readonly AssetType[] = ['image', 'template', 'spin-set'];

/** The servers on which an asset of this type is due. */
export function serversFor(type: AssetType, settings: Pick<CompanySettings, 'servers'>): Server[] {
  return servers.filter((server) => acceptsType(server, type) && settings.servers.includes(server));
}

export function neverPublishedOn(asset: Pick<Asset, 'publications'>, server: Server): boolean {
  return asset.publications[server] === undefined;
}

/** It is live there in an older version. */
export function isOutdatedOn(asset: Pick<Asset, 'publications' | 'version'>, server: Server): boolean {
  const publication = asset.publications[server];
  return publication !== undefined && publication.version < asset.version;
}

/** It is live there as it now is. */
export function isCurrentOn(asset: Pick<Asset, 'publications' | 'version'>, server: Server): boolean {
  return asset.publications[server]?.version === asset.version;
}

/**
 * Whether some job could take the asset: what the pending index holds. Exactly the assets that a `full` job for all
 * servers would select. What is in the trash never is.
 */
export function isPending(
  asset: Pick<Asset, 'type' | 'intent' | 'publications' | 'version' | 'trashed'>,
  settings: Pick<CompanySettings, 'servers'>,
): boolean {
  if (asset.trashed) return false;
  return serversFor(asset.type, settings).some(
    (server) =>
      (asset.intent !== 'held' && neverPublishedOn(asset, server)) ||
      (asset.intent === 'live' && isOutdatedOn(asset, server)),
  );
}

/**
 * Where an asset has to be live before a set that shows it goes live on `server`: on the servers that deliver it; for
 * the plain files of Server Directory, there.
 */
export function requiredServers(
  server: Server,
  type: AssetType,
  settings: Pick<CompanySettings, 'servers'>,
): Server[] {
  return serversFor(type, settings).filter(
    (own) => (own === 'server-directory') === (server === 'server-directory'),
  );
}

/**
 * Why a member keeps a set from going live on a server: a set is put live only whole, with the current version of
 * everything it shows.
 * @param member undefined where there is no such asset
 * @returns undefined if it does not
 */
export function whyNotLive(
  member: Pick<Asset, 'type' | 'publications' | 'version' | 'trashed'> | undefined,
  server: Server,
  settings: Pick<CompanySettings, 'servers'>,
): string | undefined {
  if (!member) return 'there is no such asset';
  if (member.trashed) return 'it is in the trash';
  const missing = requiredServers(server, member.type, settings).find((own) => !isCurrentOn(member, own));
  if (missing === undefined) return undefined;
  return neverPublishedOn(member, missing)
    ? `it is not published on ${missing}`
    : `an older version of it is on ${missing}`;
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
  const { by, jobId } = publication;
  const at = stateAfter(asset, publication.at);
  const publications: Partial<Record<Server, Publications[Server]>> = {};
  for (const [server, kept] of Object.entries(asset.publications) as [Server, Publications[Server]][]) {
    if (acceptsType(server, asset.type)) publications[server] = kept;
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
  return { ...asset, intent: 'live', publications: publications as Publications, stateAt: at };
}

/** The time of a change of the publish state: after every one before it. */
export function stateAfter({ stateAt = '' }: Pick<Asset, 'stateAt'>, now: string): string {
  return timeAfter(stateAt, now);
}

/** The asset after it has been withdrawn from all servers by hand. */
export function afterWithdrawal(asset: Asset, at: string): Asset {
  const last = lastPublished(asset);
  return {
    ...asset,
    intent: 'held',
    publications: {},
    stateAt: stateAfter(asset, at),
    ...(last === undefined ? {} : { lastPublishedAt: last }),
  };
}

/**
 * The asset after one of its servers was turned off: it is not live there any more. What is wanted of it stays, so that
 * it is due there again once the server is turned on.
 */
export function afterDisabling(asset: Asset, server: Server, at: string): Asset {
  const { [server]: ended, ...publications } = asset.publications;
  const last = lastPublished(asset);
  return {
    ...asset,
    publications,
    stateAt: stateAfter(asset, at),
    ...(Object.keys(publications).length > 0 || last === undefined ? {} : { lastPublishedAt: last }),
  };
}

/** An object in the origin bucket of a server. */
export interface OriginObject {
  readonly server: Server;
  readonly key: string;
}

/**
 * What `after` leaves behind at the origins: objects of publications that ended, or that live at another key now.
 */
export function orphanedObjects(
  before: Pick<Asset, 'publications'>,
  after: Pick<Asset, 'publications'>,
): OriginObject[] {
  return (Object.entries(before.publications) as [Server, { key: string }][]).flatMap(([server, { key }]) =>
    after.publications[server]?.key === key ? [] : [{ server, key }],
  );
}

/**
 * Everywhere an object of this asset can be: where its record says, where a publication that died before it was
 * recorded may have left one, and under the ids that lead to it.
 */
export function possibleObjects(asset: Asset, settings: Pick<CompanySettings, 'servers'>): OriginObject[] {
  const recorded = orphanedObjects(asset, { publications: {} });
  const home = serversFor(asset.type, settings);
  const due = home.map((server) => ({ server, key: originKey(server, asset) }));
  // What its former ids still lead to. Of an image that is a redirect, which shows nothing of it.
  const aliases = (asset.redirectsFrom ?? []).flatMap((id) =>
    home
      .filter((server) => server !== 'server-directory' && !isPicture(asset.type))
      .map((server) => ({ server, key: originKey(server, { ...asset, id }) })),
  );
  return [
    ...recorded,
    ...aliases,
    ...due.filter(
      ({ server, key }) => !recorded.some((object) => object.server === server && object.key === key),
    ),
  ];
}

function isPicture(type: AssetType): boolean {
  return type === 'image' || type === 'derived-image';
}
