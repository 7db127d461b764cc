/**
 * The rules of an asset's publish state: which servers take it, how events change its intent, and whether a publish job
 * could select it (docs/assets.md, docs/jobs.md).
 */
import type { CompanySettings } from '../companies/settings.ts';
import { originKey } from '../delivery/origin-key.ts';
import { type Server, servers } from '../delivery/server.ts';
import { isActive } from '../uploads/accepted-types.ts';
import {
  type Asset,
  type AssetType,
  type Intent,
  isPublished,
  lastPublished,
  type Publications,
  timeAfter,
} from './asset.ts';
import { type LiveDates, whyOutsideDates } from './live-dates.ts';

/** Whether a server takes a type. It does not matter whether the server is enabled for a company. */
export function acceptsType(server: Server, type: AssetType): boolean {
  return homeServer(type) === server || (server === 'server-directory' && plainFileTypes.includes(type));
}

/** The server that delivers a type under its delivery URL. */
function homeServer(type: AssetType): Server {
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

/** Types that `server-directory` takes, in addition to the server that delivers them. */
const plainFileTypes: readonly AssetType[] = ['image', 'template', 'spin-set'];

/**
 * Why an asset may not go live: its company does not let its type go live, however it was uploaded, or its dates do not. A sentence
 * about "it", without a full stop. Every way to go live asks: uploads, publishing by hand, jobs, rollback and restore.
 * @param now ISO 8601, UTC
 */
export function whyNotAllowed(
  { type, ...dates }: Pick<Asset, 'type'> & LiveDates,
  { allowActiveContent }: Pick<CompanySettings, 'allowActiveContent'>,
  now: string,
): string | undefined {
  return allowActiveContent || !isActive(type)
    ? whyOutsideDates(dates, now)
    : 'It runs in the browsers of visitors, and the company does not allow active content';
}

/** The enabled servers of a company that take a type, in the order of `servers`. */
export function serversFor(type: AssetType, settings: Pick<CompanySettings, 'servers'>): Server[] {
  return servers.filter((server) => acceptsType(server, type) && settings.servers.includes(server));
}

/** Whether no version of the asset is live on the server. */
export function neverPublishedOn(asset: Pick<Asset, 'publications'>, server: Server): boolean {
  return asset.publications[server] === undefined;
}

/** Whether an older version of the asset is live on the server: it changed since publish. */
export function isOutdatedOn(asset: Pick<Asset, 'publications' | 'version'>, server: Server): boolean {
  const publication = asset.publications[server];
  return publication !== undefined && publication.version < asset.version;
}

/** Whether the current version of the asset is live on the server. */
export function isCurrentOn(asset: Pick<Asset, 'publications' | 'version'>, server: Server): boolean {
  return asset.publications[server]?.version === asset.version;
}

/**
 * Whether a job could select the asset, so that the pending index has it: exactly the assets that a `full` job for all
 * servers would select. Trashed assets never are.
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
 * The servers on which a member must be live before its set goes live on `server`: those that deliver the member. For
 * `server-directory` it is `server-directory` itself.
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
 * Why a member prevents its set from going live on a server. A set goes live only if the current version of every member
 * is live.
 * @param member undefined if there is no such asset
 * @returns the reason, as a clause about "it"; undefined if nothing prevents it
 */
export function whyNotLive(
  member: (Pick<Asset, 'type' | 'publications' | 'version' | 'trashed'> & LiveDates) | undefined,
  server: Server,
  settings: Pick<CompanySettings, 'servers'>,
): string | undefined {
  if (!member) return 'there is no such asset';
  if (member.trashed) return 'it is in the trash';
  const missing = requiredServers(server, member.type, settings).find((own) => !isCurrentOn(member, own));
  if (missing === undefined) return undefined;
  return neverPublishedOn(member, missing)
    ? `it is not published on ${missing}${termOf(member)}`
    : `an older version of it is on ${missing}`;
}

/** The dates of an asset, which are probably the reason why it is not live. */
function termOf({ liveFrom, liveUntil }: LiveDates): string {
  const term = [liveFrom && `from ${liveFrom}`, liveUntil && `until ${liveUntil}`].filter(Boolean).join(' ');
  return term === '' ? '' : ` (it is to be live ${term})`;
}

/** How an upload changes an asset's publish state. */
export interface UploadConsequence {
  readonly intent: Intent;
  /** Publish the asset as soon as it is recorded. */
  readonly publishNow: boolean;
  /** Withdraw what is live. Only if the company does not retain the publish state of re-uploaded assets. */
  readonly withdraw: boolean;
}

/**
 * The publish state after an upload (docs/uploads.md).
 * @param existing the asset that the upload replaces, if any
 * @param publishAfterUploading the option of the upload
 */
export function afterUpload(
  existing: Pick<Asset, 'intent' | 'publications'> | undefined,
  publishAfterUploading: boolean,
  settings: Pick<CompanySettings, 'publishOnUpload' | 'retainPublishState'>,
): UploadConsequence {
  // With publishOnUpload 'mark' only jobs make assets go live. This includes re-uploads.
  const atOnce = settings.publishOnUpload === 'now';
  if (existing && settings.retainPublishState) {
    const { intent } = existing;
    return { intent, publishNow: atOnce && intent === 'live' && isPublished(existing), withdraw: false };
  }
  if (publishAfterUploading) return { intent: 'live', publishNow: atOnce, withdraw: false };
  return { intent: 'pending', publishNow: false, withdraw: existing !== undefined && isPublished(existing) };
}

/**
 * The asset after its current version went live on `servers`. Publications on servers that no longer take its type are
 * removed: a re-upload may replace an image by a video.
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
      was: asset.publications[server]?.version ?? 0,
      ...(jobId === undefined ? {} : { jobId }),
    };
  }
  return { ...asset, intent: 'live', publications: publications as Publications, stateAt: at };
}

/** The time of a change of the publish state, later than the change before it: ISO 8601, UTC. */
export function stateAfter({ stateAt = '' }: Pick<Asset, 'stateAt'>, now: string): string {
  return timeAfter(stateAt, now);
}

/** The asset after a user unpublished it: withdrawn from all servers and held. */
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
 * The asset after one of its servers was disabled: it is no longer live there. Its intent stays, so that it is pending
 * again once the server is enabled.
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

/**
 * The asset after the publications of a job were undone. It is held, so that no job publishes the undone version again; its
 * version stays.
 * @param restored the version that is live again, by server, with its key
 * @param withdrawn servers on which nothing was live before
 */
export function afterUndo(
  asset: Asset,
  restored: Readonly<Partial<Record<Server, { readonly version: number; readonly key: string }>>>,
  withdrawn: readonly Server[],
  { by, jobId, at: now }: { readonly at: string; readonly by: string; readonly jobId: string },
): Asset {
  const at = stateAfter(asset, now);
  const publications: Partial<Record<Server, Publications[Server]>> = { ...asset.publications };
  for (const [server, { version, key }] of Object.entries(restored) as [
    Server,
    { version: number; key: string },
  ][])
    publications[server] = { version, at, by, key, jobId, was: asset.publications[server]?.version ?? 0 };
  for (const server of withdrawn) delete publications[server];
  const last = lastPublished(asset);
  return {
    ...asset,
    intent: 'held',
    publications: publications as Publications,
    stateAt: at,
    ...(Object.keys(publications).length > 0 || last === undefined ? {} : { lastPublishedAt: last }),
  };
}

/** An object in the origin bucket of a server. */
export interface OriginObject {
  readonly server: Server;
  readonly key: string;
}

/** The origin objects of `before` that no publication of `after` has: the publication ended, or its key changed. */
export function orphanedObjects(
  before: Pick<Asset, 'publications'>,
  after: Pick<Asset, 'publications'>,
): OriginObject[] {
  return (Object.entries(before.publications) as [Server, { key: string }][]).flatMap(([server, { key }]) =>
    after.publications[server]?.key === key ? [] : [{ server, key }],
  );
}

/**
 * All origin objects that this asset can have: those in its record, those that a publication may have left if it failed
 * before it was recorded, and those under former ids that redirect to it.
 */
export function possibleObjects(asset: Asset, settings: Pick<CompanySettings, 'servers'>): OriginObject[] {
  const recorded = orphanedObjects(asset, { publications: {} });
  const assetServers = serversFor(asset.type, settings);
  const expected = assetServers.map((server) => ({ server, key: originKey(server, asset) }));
  // The former id of an image is a redirect object without image data, so it can stay.
  const aliases = (asset.redirectsFrom ?? []).flatMap((id) =>
    assetServers
      .filter((server) => server !== 'server-directory' && !isPicture(asset.type))
      .map((server) => ({ server, key: originKey(server, { ...asset, id }) })),
  );
  return [
    ...recorded,
    ...aliases,
    ...expected.filter(
      ({ server, key }) => !recorded.some((object) => object.server === server && object.key === key),
    ),
  ];
}

function isPicture(type: AssetType): boolean {
  return type === 'image' || type === 'derived-image';
}
