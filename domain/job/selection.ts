/** What a publish job takes (DOMAIN.md, "Publish jobs"). */
import type { Asset } from '../asset/asset.ts';
import { changedOn, neverPublishedOn, serversFor } from '../asset/publish-state.ts';
import type { CompanySettings } from '../company/settings.ts';
import type { Server } from '../delivery/server.ts';
import type { PublishKind } from './job.ts';

/** What the pending index holds of an asset. */
export type Candidate = Pick<
  Asset,
  'id' | 'version' | 'type' | 'intent' | 'publications' | 'bytes' | 'derivedCount'
>;

/**
 * The servers of a job on which it publishes an asset. `new`: never published there and not held. `full`: that, and
 * what is wanted live and changed since it was published there.
 */
export function selectServers(
  asset: Candidate,
  kind: PublishKind,
  servers: readonly Server[],
  settings: Pick<CompanySettings, 'servers'>,
): Server[] {
  return serversFor(asset.type, settings).filter(
    (server) =>
      servers.includes(server) &&
      ((asset.intent !== 'held' && neverPublishedOn(asset, server)) ||
        (kind !== 'new' && asset.intent === 'live' && changedOn(asset, server))),
  );
}
