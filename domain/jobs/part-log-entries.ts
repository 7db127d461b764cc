/** The log entries of a part, and the decision about each entry of its plan. */
import type { Asset } from '../assets/asset.ts';
import { acceptsType } from '../assets/publish-state.ts';
import type { Server } from '../delivery/server.ts';
import type { LogEntry, Outcome, PublishJob } from './job.ts';
import type { PlanEntry } from './part.ts';
import { decideUndo } from './undo.ts';

/** What to do with an asset on one server. `skip`: a sentence about "it", without a full stop. */
export type EntryDecision = 'publish' | 'published-by-this-job' | { readonly skip: string };

/**
 * Compares an entry of the plan with the current record. A part may be run again: an entry that this job has published
 * is done, even if the asset changed since.
 * @param asset undefined if the record no longer exists
 */
export function decideEntry(
  entry: PlanEntry,
  server: Server,
  asset: Pick<Asset, 'version' | 'intent' | 'publications' | 'type' | 'trashed'> | undefined,
  { id: jobId, force = false }: Pick<PublishJob, 'id' | 'force'>,
): EntryDecision {
  if (!asset) return { skip: 'The asset no longer exists' };
  const publication = asset.publications[server];
  if (publication?.jobId === jobId && publication.version === entry.version) return 'published-by-this-job';
  if (asset.trashed) return { skip: 'It is in the trash' };
  if (asset.intent === 'held' && !entry.held)
    return { skip: 'It has been unpublished since the plan was made' };
  if (asset.version !== entry.version || !acceptsType(server, asset.type)) {
    return { skip: 'It has changed since the plan was made; the next job publishes it' };
  }
  if (publication?.version === asset.version && !force) return { skip: 'This version is already live' };
  return 'publish';
}

/**
 * Whether the job has done its work for an entry, as far as the record shows. The work of `enable-server` leaves no trace
 * in the record, so it is repeated.
 */
export function isDone(
  entry: PlanEntry,
  server: Server,
  asset: Parameters<typeof decideEntry>[2],
  job: Pick<PublishJob, 'id' | 'publish' | 'scope'>,
): boolean {
  if (job.publish === 'enable-server') return false;
  if (job.publish === 'undo') return decideUndo(entry, server, asset, job) === 'undone-by-this-job';
  if (job.publish === 'disable-server') return asset?.publications[server] === undefined;
  return decideEntry(entry, server, asset, job) === 'published-by-this-job';
}

/** The log entry for work that is done. @param time when it was done: ISO 8601, UTC */
export function doneLogEntry(
  entry: PlanEntry,
  server: Server,
  { publish }: Pick<PublishJob, 'publish'>,
  time: string,
): LogEntry {
  const was = publish === 'undo' ? (entry.was?.[server] ?? 0) : undefined;
  if (was !== undefined && was > 0)
    return {
      ...planEntryLogEntry(entry, server, 'published', time, `Version ${was} is live again`),
      replaced: true,
    };
  return publish === 'disable-server' || publish === 'undo'
    ? {
        ...planEntryLogEntry(entry, server, 'withdrawn', time, `It is no longer live on ${server}`),
        replaced: true,
      }
    : planEntryLogEntry(entry, server, 'published', time, `Version ${entry.version} is live`);
}

/** The log entry for the outcome of an asset on one server. Only copied assets have `bytes`. */
export function planEntryLogEntry(
  entry: PlanEntry,
  server: Server,
  outcome: Outcome,
  time: string,
  message: string,
): LogEntry {
  return {
    time,
    asset: entry.id,
    type: entry.type,
    server,
    outcome,
    message,
    ...(outcome === 'published' || outcome === 'warning' ? { bytes: entry.bytes } : {}),
  };
}

/**
 * The log entries of an asset that a run of its part did not reach. An earlier run may have published it and died before
 * it wrote its log: then the entry is done.
 * @param asset the current record; undefined if it no longer exists
 * @param time ISO 8601, UTC
 * @param why the message for servers that were not reached
 */
export function unprocessedLogEntries(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: Pick<PublishJob, 'id' | 'publish' | 'scope' | 'invalidate'>,
  time: string,
  why: string,
): LogEntry[] {
  return entry.servers.map((server) =>
    isDone(entry, server, asset, job)
      ? doneEarlierLogEntry(entry, server, job, asset?.publications[server]?.at ?? time)
      : planEntryLogEntry(entry, server, 'not-reached', time, why),
  );
}

/**
 * The log entry for work that an earlier run has done. It is unknown whether that run replaced a version, so a job that
 * invalidates assumes it.
 */
export function doneEarlierLogEntry(
  entry: PlanEntry,
  server: Server,
  job: Pick<PublishJob, 'publish' | 'invalidate'>,
  time: string,
): LogEntry {
  const done = doneLogEntry(entry, server, job, time);
  return job.invalidate ? { ...done, replaced: true } : done;
}
