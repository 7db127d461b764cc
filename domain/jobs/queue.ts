/**
 * Which job may run. One publish job runs for each company and server at a time. Others wait in the order of submission,
 * and no job overtakes another that waits for one of its servers (docs/jobs.md).
 */
import type { Server } from '../delivery/server.ts';

/** A queued job. */
export interface QueuedJob {
  /** A ULID: sorts by submission time. */
  readonly jobId: string;
  readonly servers: readonly Server[];
}

/** The id of the job that holds each server. */
export type Locks = Readonly<Partial<Record<Server, string>>>;

/**
 * The id of the job that a queued job waits for: one that holds one of its servers, or the first one before it in the
 * queue that needs one.
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

/** The position of a job in the queue. */
export interface QueuePosition {
  /** 1: no queued job has to start before it. */
  readonly position: number;
  /** Ids of the jobs that it waits for: those that hold its servers, then those before it that need one of them. */
  readonly waitsFor: readonly string[];
  /** The position among the jobs of all companies that wait for nothing but a permit: domain/jobs/permits.ts. */
  readonly installationPosition?: number;
}

/** The queue position of a job. It counts all jobs that have to start first, also indirectly: A before B before it. */
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

/** The queued jobs that may start now, in the order of submission. No two of them share a server. */
export function startable(queue: readonly QueuedJob[], locks: Locks): QueuedJob[] {
  return queue
    .filter((job) => blockerOf(job, queue, locks) === undefined)
    .sort((a, b) => (a.jobId < b.jobId ? -1 : 1));
}
