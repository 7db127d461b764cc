/** Applies a server toggle of a company to an asset. Called by publish-part. */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { afterDisabling, isPending, stateAfter } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';

export interface ServerToggleContext {
  /** Subject of the user who toggled the server. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Settings with the server enabled or disabled. */
  readonly settings: Pick<CompanySettings, 'servers'>;
}

export type ToggleServerDependencies = Pick<
  AssetStore,
  'getAsset' | 'recordPublication' | 'recordWithdrawal'
> &
  Pick<OriginCopies, 'deleteFromOrigin'>;

/**
 * Withdraws an asset from a disabled server: first the object, then the record, then the history. A call that dies in
 * between leaves the asset withdrawn but recorded as live; repeating it completes it. Other servers do not change.
 *
 * Costs: a DELETE, which is free, and 2 write units, or 3 if the asset is in the pending index.
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
  return untilUnchanged(
    async (attempt) => {
      const before = attempt === 1 ? asset : await dependencies.getAsset(asset.company, asset.id);
      const publication = before?.publications[server];
      if (!before || !publication) return false;
      await dependencies.deleteFromOrigin({ server, key: publication.key });
      const after = afterDisabling(before, server, at);
      return (await dependencies.recordWithdrawal(before, after, settings, { by, at }))
        ? true
        : changedMeanwhile;
    },
    () => keepsChanging(asset.id),
  );
}

/**
 * Puts an asset into the pending index after a server was enabled, so that the next job publishes it there.
 *
 * Costs: 1 write unit for the record and 1 for the index.
 * @param asset as read from its record, consistently
 * @returns whether a job may publish it; false if it is in the trash, held, or not pending
 * @throws Failure `asset.changed-meanwhile`
 */
export async function markPending(
  asset: Asset,
  { at, settings }: ServerToggleContext,
  dependencies: ToggleServerDependencies,
): Promise<boolean> {
  return untilUnchanged(
    async (attempt) => {
      const before = attempt === 1 ? asset : await dependencies.getAsset(asset.company, asset.id);
      if (!before || !isPending(before, settings)) return false;
      // A new time, so that a call that publishes the asset at this moment with the earlier settings has to look again.
      const after: Asset = { ...before, stateAt: stateAfter(before, at) };
      return (await dependencies.recordPublication(before, after, settings)) ? true : changedMeanwhile;
    },
    () => keepsChanging(asset.id),
  );
}
