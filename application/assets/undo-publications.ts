import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { afterUndo, type OriginObject, orphanedObjects } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { asOfVersion } from './as-of-version.ts';
import { keepsChanging } from './keeps-changing.ts';
import { type PublishDependencies, reconcileOrigin } from './publish-asset.ts';

export type UndoDependencies = PublishDependencies & Pick<AssetStore, 'recordUndo'>;

/** What an undo does with an asset: the version to restore, by server, and the servers to withdraw it from. */
export interface UndoWork {
  readonly restore: Readonly<Partial<Record<Server, number>>>;
  readonly withdraw: readonly Server[];
}

export interface UndoResult {
  /** The record as it is now; undefined if it no longer exists. */
  readonly asset: Asset | undefined;
  /** A version that is to be restored and is not kept any more. Nothing was done. */
  readonly missing?: number;
}

/**
 * Undoes publications of an asset: copies the versions that were live before, deletes the objects of what was new, then
 * changes the record (intent `held`) and writes the history, then emits the event. Called by publish-part. A call that is
 * repeated after a crash has the same result.
 *
 * Costs for each server: one COPY or DELETE. For the asset: 1 write unit for the record, 1 for each server's history, 1
 * read unit for each restored version.
 * @param asset as read from its record, consistently
 * @param workOf decides what is undone of a record; nothing if another caller has changed it
 * @throws Failure `asset.changed-meanwhile`; errors of S3, with the record unchanged
 */
export async function undoPublications(
  asset: Asset,
  workOf: (now: Asset | undefined) => UndoWork,
  undo: {
    readonly by: string;
    readonly at: string;
    readonly jobId: string;
    readonly settings: Pick<CompanySettings, 'servers'>;
  },
  dependencies: UndoDependencies,
): Promise<UndoResult> {
  const { company, id } = asset;
  const { by, at, jobId, settings } = undo;
  /** Objects that an attempt changed and the record did not take, by server and key. */
  const touched = new Map<string, OriginObject>();
  const touch = (object: OriginObject) => touched.set(`${object.server}/${object.key}`, object);
  return untilUnchanged<UndoResult>(
    async (attempt) => {
      const before = attempt === 1 ? asset : await dependencies.getAsset(company, id);
      const { restore, withdraw } = workOf(before);
      const servers = Object.keys(restore) as Server[];
      if (!before || servers.length + withdraw.length === 0) {
        for (const object of touched.values()) await reconcileOrigin(asset, object, undo, dependencies);
        return { asset: await dependencies.getAsset(company, id) };
      }
      const restored: Partial<Record<Server, { version: number; key: string }>> = {};
      const copies: (() => Promise<void>)[] = [];
      for (const server of servers) {
        const version = restore[server] ?? 0;
        const found = await dependencies.getVersion(company, id, version);
        if (!found) return { asset: before, missing: version };
        const old = asOfVersion(before, found);
        const object = { server, key: originKey(server, old) };
        restored[server] = { version, key: object.key };
        copies.push(async () => {
          touch(object);
          await dependencies.copyToOrigin(old, object);
        });
      }
      for (const copy of copies) await copy();
      const after = afterUndo(before, restored, withdraw, { at, by, jobId });
      for (const object of orphanedObjects(before, after)) {
        touch(object);
        await dependencies.deleteFromOrigin(object);
      }
      if (!(await dependencies.recordUndo(before, after, settings, { at, by }))) return changedMeanwhile;
      if (servers.length > 0) dependencies.emitPublished(after, servers, { by, jobId });
      for (const [name, object] of touched) {
        // What an earlier attempt changed for a server that is no longer part of the work.
        if (attempt === 1 || after.publications[object.server]?.jobId === jobId) touched.delete(name);
        else await reconcileOrigin(asset, object, undo, dependencies);
      }
      return { asset: after };
    },
    () => keepsChanging(id),
  );
}
