/** The assets that a publish job selects (docs/jobs.md). */
import type { Asset } from '../assets/asset.ts';
import { isOutdatedOn, neverPublishedOn, serversFor } from '../assets/publish-state.ts';
import type { CompanySettings } from '../companies/settings.ts';
import type { Server } from '../delivery/server.ts';
import type { PublishJob } from './job.ts';

/** The attributes of an asset that a plan needs. The pending index has them. */
export type Candidate = Pick<
  Asset,
  'id' | 'version' | 'type' | 'intent' | 'publications' | 'bytes' | 'derivedCount' | 'folder'
>;

/**
 * The servers on which a job publishes an asset, or withdraws it from. `new`: not held, and never published there.
 * `full`: also intent live, and outdated there. With `force`: also intent live, and current there. `enable-server`: as
 * `new`. `disable-server`: live there. A server toggle that was reversed before its job ran does nothing.
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
