/** The log lines of a part, and what is known of an entry before it is worked on. */
import type { Asset } from '../assets/asset.ts';
import { acceptsType } from '../assets/publish-state.ts';
import type { Server } from '../delivery/server.ts';
import type { LogEntry, Outcome, PublishJob } from './job.ts';
import type { PlanEntry } from './part.ts';

/** What to do for an asset on one server. */
export type EntryDecision = 'publish' | 'published-by-this-job' | { readonly skip: string };

/**
 * Compares the plan with the record as it is now. A part may be run again: what this job has put live is done, even
 * if the asset has changed since.
 * @param asset undefined if the record is gone
 */
export function decideEntry(
  entry: PlanEntry,
  server: Server,
  asset: Pick<Asset, 'version' | 'intent' | 'publications' | 'type' | 'trashed'> | undefined,
  { id: jobId, force = false }: Pick<PublishJob, 'id' | 'force'>,
): EntryDecision {
  if (!asset) return { skip: 'The asset is gone' };
  const publication = asset.publications[server];
  if (publication?.jobId === jobId && publication.version === entry.version) return 'published-by-this-job';
  if (asset.trashed) return { skip: 'It is in the trash' };
  if (asset.intent === 'held' && !entry.held) return { skip: 'It was unpublished since the plan was made' };
  if (asset.version !== entry.version || !acceptsType(server, asset.type)) {
    return { skip: 'It changed since the plan was made; the next job takes it' };
  }
  if (publication?.version === asset.version && !force) return { skip: 'It is live in this version already' };
  return 'publish';
}

/**
 * Whether the job has done what it was to do for an entry, as far as the record tells: what a server that is turned on
 * makes due does not show there, and is done again.
 */
export function isDone(
  entry: PlanEntry,
  server: Server,
  asset: Parameters<typeof decideEntry>[2],
  job: Pick<PublishJob, 'id' | 'publish'>,
): boolean {
  if (job.publish === 'enable-server') return false;
  if (job.publish === 'disable-server') return asset?.publications[server] === undefined;
  return decideEntry(entry, server, asset, job) === 'published-by-this-job';
}

/** Of an entry that is done. @param time when: ISO 8601, UTC */
export function doneLogEntry(
  entry: PlanEntry,
  server: Server,
  { publish }: Pick<PublishJob, 'publish'>,
  time: string,
): LogEntry {
  return publish === 'disable-server'
    ? {
        ...planEntryLogEntry(entry, server, 'withdrawn', time, `It is not live on ${server} any more`),
        replaced: true,
      }
    : planEntryLogEntry(entry, server, 'published', time, `Version ${entry.version} is live`);
}

/** What became of an asset on one server. `bytes` are told of what was copied. */
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
 * The lines of an entry that a run of its part did not come to. An earlier run may have, and died before it could say so:
 * what it has done is done.
 * @param asset as its record is now; undefined if it is gone
 */
export function unprocessedLogEntries(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: Pick<PublishJob, 'id' | 'publish' | 'invalidate'>,
  time: string,
  why: string,
): LogEntry[] {
  return entry.servers.map((server) =>
    isDone(entry, server, asset, job)
      ? doneEarlierLogEntry(entry, server, job, asset?.publications[server]?.at ?? time)
      : planEntryLogEntry(entry, server, 'not-reached', time, why),
  );
}

/** Of an entry that another run has done: whether there was something before it on the server is not known any more. */
export function doneEarlierLogEntry(
  entry: PlanEntry,
  server: Server,
  job: Pick<PublishJob, 'publish' | 'invalidate'>,
  time: string,
): LogEntry {
  const line = doneLogEntry(entry, server, job, time);
  return job.invalidate ? { ...line, replaced: true } : line;
}
