import { asOfVersion } from '../../application/assets/as-of-version.ts';
import { reconcileOrigin } from '../../application/assets/publish-asset.ts';
import {
  type UndoDependencies,
  type UndoWork,
  undoPublications,
} from '../../application/assets/undo-publications.ts';
import { type UndoRefusalsDependencies, undoRefusals } from '../../application/jobs/undo-refusals.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { neverPublishedOn } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { doneLogEntry, planEntryLogEntry } from '../../domain/jobs/part-log-entries.ts';
import { decideUndo, type UndoDecision } from '../../domain/jobs/undo.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import type { AdaptiveConcurrencyDependencies } from './adaptive-concurrency.ts';
import type { EntryResult } from './apply-server-toggle.ts';
import { confirmPublished } from './confirm-published.ts';
import { mayBeTransient } from './may-be-transient.ts';

export type UndoEntryDependencies = UndoDependencies &
  UndoRefusalsDependencies &
  Pick<AdaptiveConcurrencyDependencies, 'warn'> & {
    /** ISO 8601, UTC. */
    readonly now: () => string;
  };

/**
 * Undoes what another job published of an asset, and logs the outcome for each server. A repeated call changes nothing and
 * logs the same.
 *
 * Costs: as undoPublications; for a set that is restored also a GET, and 1 read unit for each asset that it shows.
 * @param asset undefined if the record no longer exists
 * @throws Failure `storage.busy` if a copy failed and may succeed later
 */
export async function undoEntry(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: PublishJob,
  settings: CompanySettings,
  dependencies: UndoEntryDependencies,
): Promise<EntryResult> {
  const { servers } = entry;
  const at = dependencies.now();
  const refusals = await undoRefusals(entry, asset, job, settings, dependencies);
  const decide = (server: Server, now: Asset | undefined): UndoDecision => {
    const decision = decideUndo(entry, server, now, job);
    const refusal = refusals.get(server);
    return decision === 'restore' && refusal !== undefined ? { skip: refusal } : decision;
  };
  const decisions = servers.map((server) => decide(server, asset));
  const before = servers.filter((_, index) => decisions[index] === 'undone-by-this-job');
  if (asset && before.length > 0) await confirmPublished(asset, before, dependencies);
  if (asset) await removeLeftovers(asset);

  const isOpen = decisions.some((decision) => decision === 'restore' || decision === 'withdraw');
  let now = asset;
  let error: string | undefined;
  if (asset && isOpen) {
    const undo = { by: job.submittedBy, at, jobId: job.id, settings };
    try {
      const result = await undoPublications(asset, workOf, undo, dependencies);
      now = result.asset;
      if (result.missing !== undefined) error = `Version ${result.missing} is not kept any more`;
    } catch (caught) {
      if (caught instanceof Failure) throw caught;
      if (mayBeTransient(caught)) throw new Failure('storage.busy', 'The storage is busy', { cause: caught });
      dependencies.warn('An undo failed', { id: entry.id, error: caught });
      error = `It could not be undone: ${storageRefusal(caught) ?? 'something failed on our side'}`;
    }
  }
  const logEntries = servers.map((server) => {
    const decision = decide(server, now);
    if (decision === 'undone-by-this-job')
      return doneLogEntry(entry, server, job, now?.publications[server]?.at ?? at);
    if (typeof decision === 'object') return planEntryLogEntry(entry, server, 'skipped', at, decision.skip);
    return planEntryLogEntry(entry, server, 'error', at, error ?? 'It keeps changing; undo the job again');
  });
  return { logEntries, isRepeat: before.length === servers.length };

  function workOf(current: Asset | undefined): UndoWork {
    const restore: Partial<Record<Server, number>> = {};
    const withdraw: Server[] = [];
    for (const server of servers) {
      const decision = decide(server, current);
      if (decision === 'restore') restore[server] = entry.was?.[server] ?? 0;
      if (decision === 'withdraw') withdraw.push(server);
    }
    return { restore, withdraw };
  }

  /** An earlier run may have died after its copy, and the asset was withdrawn since: it must have no object. */
  async function removeLeftovers(current: Asset): Promise<void> {
    for (const server of servers) {
      const was = entry.was?.[server] ?? 0;
      if (was === 0 || !neverPublishedOn(current, server)) continue;
      const version = await dependencies.getVersion(current.company, current.id, was);
      const key = originKey(server, version ? asOfVersion(current, version) : current);
      await reconcileOrigin(current, { server, key }, { at, settings }, dependencies);
    }
  }
}
