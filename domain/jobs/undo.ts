/** Undoing a publish job: which publications of it are undone, and which are not (docs/undo.md). */
import type { Asset } from '../assets/asset.ts';
import { whyTrashed } from '../assets/publish-step.ts';
import type { Server } from '../delivery/server.ts';
import { isServerToggle, isTerminal, type PublishJob, undoneJobOf } from './job.ts';
import type { PlanEntry } from './part.ts';

/** What to do with an asset on one server. `skip`: a sentence about "it", without a full stop. */
export type UndoDecision =
  /** Put back the version that was live before. */
  | 'restore'
  /** Nothing was live before. */
  | 'withdraw'
  | 'undone-by-this-job'
  | { readonly skip: string };

/**
 * Compares an entry of an undo with the current record. Only a publication that is still that of the undone job is undone. A
 * part may be run again: what this job has undone is done, even if the asset changed since.
 * @param asset undefined if the record no longer exists
 */
export function decideUndo(
  { version, was: wasBy }: Pick<PlanEntry, 'version' | 'was'>,
  server: Server,
  asset: Pick<Asset, 'publications' | 'trashed'> | undefined,
  job: Pick<PublishJob, 'id' | 'publish' | 'scope'>,
): UndoDecision {
  const publication = asset?.publications[server];
  const was = wasBy?.[server];
  if (publication?.jobId === job.id && publication.version === was) return 'undone-by-this-job';
  if (!asset) return { skip: 'The asset no longer exists' };
  if (asset.trashed) return { skip: whyTrashed(asset.trashed) };
  // Without a publication nothing shows who withdrew it.
  if (!publication) return was === 0 ? 'undone-by-this-job' : { skip: 'It has been withdrawn since' };
  if (publication.jobId !== undoneJobOf(job) || publication.version !== version) {
    return {
      skip: `It has been published again since: version ${publication.version} went live at ${publication.at}`,
    };
  }
  if (was === undefined) return { skip: 'An earlier release published it, and did not record what was live' };
  if (was === version) return { skip: 'The same version was live before' };
  return was === 0 ? 'withdraw' : 'restore';
}

/**
 * The level of an asset in an undo: from the highest down, so that a set goes before the members that it needs.
 * @param level in the undone job
 */
export function undoLevel(level: number): number {
  return Math.max(0, maxLevel - level);
}

/** Sets in sets in sets are three levels; keys of parts have room for 999. */
const maxLevel = 99;

/** Why a job cannot be undone: a sentence. Undefined if it can. */
export function whyNotUndoable(
  job: Pick<PublishJob, 'name' | 'status' | 'publish' | 'counts'>,
): string | undefined {
  const { name, status, publish, counts } = job;
  if (!isTerminal(status)) return `The job "${name}" is ${status}: wait for its end, or cancel it`;
  if (isServerToggle(job)) return 'The job enabled or disabled a server. Toggle the server again instead';
  if (publish === 'undo') return `The job "${name}" undid another one. Publish the assets again instead`;
  if (counts.done === 0) return `The job "${name}" published nothing`;
  return undefined;
}
