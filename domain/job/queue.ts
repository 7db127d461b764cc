/**
 * Which job may run. One publish job of a company and server runs at a time; others wait in the order of their
 * submission, and none overtakes one that waits for a server it wants too (DOMAIN.md, "Publish jobs").
 */
import type { Server } from '../delivery/server.ts';

/** A job that waits. */
export interface QueuedJob {
  /** A ULID: jobs sort by it in the order of their submission. */
  readonly jobId: string;
  readonly servers: readonly Server[];
}

/** The job that holds each server, where one does. */
export type Locks = Readonly<Partial<Record<Server, string>>>;

/**
 * The job that another waits for: one that holds one of its servers, or the first that waits before it for one.
 * @returns undefined if it may start
 */
export function blockerOf(job: QueuedJob, queue: readonly QueuedJob[], locks: Locks): string | undefined {
  for (const server of job.servers) {
    const holder = locks[server];
    if (holder !== undefined && holder !== job.jobId) return holder;
  }
  return queue
    .filter(
      (other) => other.jobId < job.jobId && other.servers.some((server) => job.servers.includes(server)),
    )
    .map((other) => other.jobId)
    .sort()[0];
}

/** The jobs of a queue that may start now, in their order. No two of them share a server. */
export function startable(queue: readonly QueuedJob[], locks: Locks): QueuedJob[] {
  return queue
    .filter((job) => blockerOf(job, queue, locks) === undefined)
    .sort((a, b) => (a.jobId < b.jobId ? -1 : 1));
}
