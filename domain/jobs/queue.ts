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

/** Where a job stands in the queue. */
export interface QueuePosition {
  /** 1 is the next to start: nothing that waits has to start before it. */
  readonly position: number;
  /** The jobs that it waits for: those that hold its servers, then those that stand before it for one of them. */
  readonly waitsFor: readonly string[];
}

/** Counts what has to start first, also where that is for the sake of another: A before B before this one. */
export function queuePosition(job: QueuedJob, queue: readonly QueuedJob[], locks: Locks): QueuePosition {
  const holders = job.servers.flatMap((server) => locks[server] ?? []).filter((id) => id !== job.jobId);
  const before = queue
    .filter((other) => other.jobId < job.jobId)
    .sort((a, b) => (a.jobId < b.jobId ? 1 : -1));
  const servers = new Set(job.servers);
  let position = 1;
  for (const other of before) {
    if (!other.servers.some((server) => servers.has(server))) continue;
    position += 1;
    for (const server of other.servers) servers.add(server);
  }
  const ahead = before.filter((other) => other.servers.some((server) => job.servers.includes(server)));
  return {
    position,
    waitsFor: [...new Set([...holders.sort(), ...ahead.map(({ jobId }) => jobId).reverse()])],
  };
}

/** The jobs of a queue that may start now, in their order. No two of them share a server. */
export function startable(queue: readonly QueuedJob[], locks: Locks): QueuedJob[] {
  return queue
    .filter((job) => blockerOf(job, queue, locks) === undefined)
    .sort((a, b) => (a.jobId < b.jobId ? -1 : 1));
}
