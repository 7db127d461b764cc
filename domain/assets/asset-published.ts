import type { Server } from '../delivery/server.ts';
import type { Asset, AssetType } from './asset.ts';

/** That a version of an asset has gone live on a server. */
export interface NewPublication {
  readonly asset: string;
  readonly type: AssetType;
  readonly version: number;
  readonly server: Server;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Whose doing it is that something went live. */
export interface Publisher {
  readonly company: string;
  /** Subject of the user, also where a job did it for them. */
  readonly by: string;
  readonly jobId?: string;
}

/**
 * Put on the bus when assets have gone live, by a job, by hand or by an upload. One event tells of up to
 * {@link maxPublications}: EventBridge charges a dollar for a million events of up to 64 kB, and so 100 assets cost
 * what one would. It may come twice: asset, version and server tell a second one. Fields may be added to it; none is
 * renamed, removed or given another meaning without another `version`.
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

/** What became live of an asset on some servers, as its record tells it now. */
export function newPublications(asset: Asset, servers: readonly Server[]): NewPublication[] {
  return servers.flatMap((server) => {
    const publication = asset.publications[server];
    return publication === undefined
      ? []
      : [{ asset: asset.id, type: asset.type, version: publication.version, server, at: publication.at }];
  });
}

/** The events that tell of some publications. */
export function assetsPublished(
  { company, by, jobId }: Publisher,
  publications: readonly NewPublication[],
): AssetPublished[] {
  const events: AssetPublished[] = [];
  for (let start = 0; start < publications.length; start += maxPublications) {
    const some = publications.slice(start, start + maxPublications);
    events.push({
      type: 'AssetPublished',
      detail: { version: 1, company, by, ...(jobId === undefined ? {} : { jobId }), publications: some },
    });
  }
  return events;
}
