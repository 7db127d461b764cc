/** What a publish job takes (DOMAIN.md, "Publish jobs"). */
import type { Asset } from '../assets/asset.ts';
import { isOutdatedOn, neverPublishedOn, serversFor } from '../assets/publish-state.ts';
import type { CompanySettings } from '../companies/settings.ts';
import type { Server } from '../delivery/server.ts';
import type { PublishJob } from './job.ts';

/** What a plan needs to know of an asset: what the pending index holds of it. */
export type Candidate = Pick<
  Asset,
  'id' | 'version' | 'type' | 'intent' | 'publications' | 'bytes' | 'derivedCount' | 'folder'
>;

/**
 * The servers of a job on which it publishes an asset. `new`: never published there and not held. `full`: that, and
 * what is wanted live and changed since it was published there. With `force` all that is wanted live, also where it is
 * live as it is. For a server's turn: the server, if the asset becomes due there, or is live there. A turn that was undone
 * before its job came to it does nothing: what was said last holds.
 */
export function selectServers(
  asset: Candidate,
  { publish, force = false, servers }: Pick<PublishJob, 'publish' | 'force' | 'servers'>,
  settings: Pick<CompanySettings, 'servers'>,
): Server[] {
  if (publish === 'disable-server') {
    return servers.filter((server) => !settings.servers.includes(server) && !neverPublishedOn(asset, server));
  }
  const isNewOnly = publish === 'new' || publish === 'enable-server';
  return serversFor(asset.type, settings).filter(
    (server) =>
      servers.includes(server) &&
      ((asset.intent !== 'held' && neverPublishedOn(asset, server)) ||
        (asset.intent === 'live' && (force || (!isNewOnly && isOutdatedOn(asset, server))))),
  );
}
