import type { Server } from '../delivery/server.ts';
import type { Asset, AssetType } from './asset.ts';

/** The event that a version of an asset went live on a server. */
export interface NewPublication {
  readonly asset: string;
  readonly type: AssetType;
  readonly version: number;
  readonly server: Server;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The company, the user and the job that made something go live. */
export interface Publisher {
  readonly company: string;
  /** Subject of the user, also if a job did it for them. */
  readonly by: string;
  readonly jobId?: string;
}

/**
 * Emitted when assets have gone live, by a job, by hand or by an upload. One event has up to {@link maxPublications}:
 * EventBridge charges a dollar for a million events of up to 64 kB, so 100 assets cost as much as one. An event may
 * arrive twice; asset, version and server identify duplicates. Fields may be added; renaming, removing or redefining one
 * needs a new `version`.
 */
export interface AssetPublished {
  readonly type: 'AssetPublished';
  readonly detail: Publisher & {
    readonly version: 1;
    readonly publications: readonly NewPublication[];
  };
}

/** 100 of at most 400 bytes (an id has up to 255) stay below the 64 kB that count as one event. */
export const maxPublications = 100;

/** The publications of an asset on some servers, from its current record. */
export function newPublications(asset: Asset, servers: readonly Server[]): NewPublication[] {
  return servers.flatMap((server) => {
    const publication = asset.publications[server];
    return publication === undefined
      ? []
      : [{ asset: asset.id, type: asset.type, version: publication.version, server, at: publication.at }];
  });
}

/** The events for some publications, in batches of {@link maxPublications}. */
export function assetsPublished(
  { company, by, jobId }: Publisher,
  publications: readonly NewPublication[],
): AssetPublished[] {
  const events: AssetPublished[] = [];
  for (let start = 0; start < publications.length; start += maxPublications) {
    const batch = publications.slice(start, start + maxPublications);
    events.push({
      type: 'AssetPublished',
      detail: { version: 1, company, by, ...(jobId === undefined ? {} : { jobId }), publications: batch },
    });
  }
  return events;
}
