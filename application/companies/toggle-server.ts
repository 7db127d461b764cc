/** What becomes of an asset when one of its company's servers is turned on or off. */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { afterDisabling, isPending, stateAfter } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';

/** Times that a change is worked out anew because somebody else changed the record: two would be rare. */
const maxAttempts = 5;

export interface ServerToggleContext {
  /** Subject of the user who turned the server on or off. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** As they are with the server on or off. */
  readonly settings: Pick<CompanySettings, 'servers'>;
}

export type ToggleServerDependencies = Pick<
  AssetStore,
  'getAsset' | 'recordPublication' | 'recordWithdrawal'
> &
  Pick<OriginCopies, 'deleteFromOrigin'>;

/**
 * Withdraws an asset from a server that was turned off: first the object, then the record, then the history. Dying in
 * between leaves it withdrawn but recorded as live; doing it again ends it. Other servers keep what they have.
 * Costs a DELETE, which is free, and 2 write units, 3 where the asset stood in the pending index.
 * @param asset as read from its record, consistently
 * @returns whether it was live there
 * @throws Failure `asset.changed-meanwhile`
 */
export async function withdrawFromServer(
  asset: Asset,
  server: Server,
  { by, at, settings }: ServerToggleContext,
  dependencies: ToggleServerDependencies,
): Promise<boolean> {
  let before: Asset | undefined = asset;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const publication: { key: string } | undefined = before?.publications[server];
    if (!before || !publication) return false;
    await dependencies.deleteFromOrigin({ server, key: publication.key });
    const after = afterDisabling(before, server, at);
    if (await dependencies.recordWithdrawal(before, after, settings, { by, at })) return true;
    before = await dependencies.getAsset(asset.company, asset.id);
  }
  throw new Failure('asset.changed-meanwhile', `${asset.id} keeps being changed; try again`);
}

/**
 * Puts an asset that is due on a server that was turned on where jobs find it: into the pending index. 1 write unit for
 * the record and 1 for the index.
 * @param asset as read from its record, consistently
 * @returns whether a job can take it: not if it is in the trash, or held
 * @throws Failure `asset.changed-meanwhile`
 */
export async function markPending(
  asset: Asset,
  { at, settings }: ServerToggleContext,
  dependencies: ToggleServerDependencies,
): Promise<boolean> {
  let before: Asset | undefined = asset;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    if (!before || !isPending(before, settings)) return false;
    // With another time: whoever publishes it at this moment does so by the settings of before, and looks again.
    const after: Asset = { ...before, stateAt: stateAfter(before, at) };
    if (await dependencies.recordPublication(before, after, settings)) return true;
    before = await dependencies.getAsset(asset.company, asset.id);
  }
  throw new Failure('asset.changed-meanwhile', `${asset.id} keeps being changed; try again`);
}
