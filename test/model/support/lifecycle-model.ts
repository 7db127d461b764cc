/** What must hold of publish jobs at every moment, whatever happens: a model that knows nothing of how it is done. */
import type { Server } from '../../../domain/delivery/server.ts';
import { addsUp } from '../../../domain/jobs/counts.ts';
import { isTerminal, type JobCounts, type JobStatus, type PublishJob } from '../../../domain/jobs/job.ts';

/** What lies in the tables of one company. */
export interface Seen {
  readonly jobs: ReadonlyMap<string, PublishJob>;
  /** Ids of jobs that wait. */
  readonly queue: ReadonlySet<string>;
  readonly locks: ReadonlyMap<string, string>;
}

/** From → to. What is not here never happens. */
const transitions: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ['running', 'stopped', 'failed'],
  running: ['stopping', 'succeeded', 'completed-with-errors', 'failed'],
  stopping: ['stopped'],
  succeeded: [],
  'completed-with-errors': [],
  stopped: [],
  failed: [],
};

interface KnownJob {
  readonly job: PublishJob;
  /** When it was first seen, in calls. */
  readonly since: number;
}

export interface LifecycleModel {
  /**
   * Compares what is seen after a call with what was seen before it.
   * @param at the number of the call
   * @param begun the number of the call at which the process that made it began
   * @returns what is wrong
   */
  follow(seen: Seen, at: number, begun: number): string[];
}

export function createLifecycleModel(): LifecycleModel {
  let known = new Map<string, KnownJob>();

  return {
    follow(seen, at, begun) {
      const faults: string[] = [];
      for (const id of known.keys()) if (!seen.jobs.has(id)) faults.push(`${id} is lost`);
      const now = new Map<string, KnownJob>();
      for (const [id, job] of seen.jobs) {
        const before = known.get(id);
        now.set(id, { job, since: before?.since ?? at });
        if (!before && job.status !== 'queued') faults.push(`${id} began as ${job.status}`);
        if (before && before.job !== job) faults.push(...change(before.job, job, begun));
      }
      faults.push(...queueAndLocks(seen));
      known = now;
      return faults;
    },
  };

  function change(before: PublishJob, job: PublishJob, begun: number): string[] {
    const faults: string[] = [];
    const { id, status } = job;
    if (before.status !== status && !transitions[before.status].includes(status)) {
      faults.push(`${id} went from ${before.status} to ${status}`);
    }
    if (isTerminal(before.status)) {
      // Only what a late worker found out changes: never how much there was to do.
      const { counts, perServer, ...rest } = job;
      const { counts: oldCounts, perServer: _, ...old } = before;
      if (JSON.stringify(rest) !== JSON.stringify(old) || counts.total !== oldCounts.total) {
        faults.push(`${id} changed after its end`);
      }
      if (counts.done < oldCounts.done) faults.push(`${id} lost what it had done`);
    }
    if (isTerminal(status)) faults.push(...countsOf(job));
    if (Object.values(job.counts).some((count) => count < 0)) faults.push(`${id} has counts below 0`);
    if (before.status === 'queued' && status === 'running') {
      // Who came while it looked at the queue is of the same moment.
      const overtaken = [...known.values()].filter(
        ({ job: other, since }) =>
          other.id < id && other.status === 'queued' && since < begun && sharesServer(other, job),
      );
      for (const { job: other } of overtaken) faults.push(`${id} overtook ${other.id}`);
    }
    return faults;
  }
}

function countsOf({ id, counts, perServer }: PublishJob): string[] {
  const faults: string[] = [];
  if (!addsUp(counts)) faults.push(`the counts of ${id} do not add up: ${JSON.stringify(counts)}`);
  for (const name of ['done', 'skipped', 'errors', 'bytes'] satisfies (keyof JobCounts)[]) {
    const sum = Object.values(perServer ?? {}).reduce((all, server) => all + server[name], 0);
    if (perServer && sum !== counts[name]) {
      faults.push(`${name} of ${id} is ${counts[name]}, by server ${sum}`);
    }
  }
  return faults;
}

function queueAndLocks({ jobs, queue, locks }: Seen): string[] {
  const faults: string[] = [];
  const holds = new Map<Server, string>();
  for (const { id, status, servers } of jobs.values()) {
    if (queue.has(id) !== (status === 'queued')) {
      faults.push(`${id} is ${status} and ${queue.has(id) ? 'in' : 'not in'} the queue`);
    }
    if (status !== 'running' && status !== 'stopping') continue;
    for (const server of servers) {
      const other = holds.get(server);
      if (other !== undefined) faults.push(`${other} and ${id} both run on ${server}`);
      holds.set(server, id);
      if (locks.get(server) !== id) faults.push(`${id} runs on ${server} without its lock`);
    }
  }
  for (const id of queue) if (!jobs.has(id)) faults.push(`the queue has ${id}, which is no job`);
  for (const [server, id] of locks) {
    const holder = jobs.get(id);
    // One that has ended may not have come to freeing it yet.
    if (!holder || holder.status === 'queued')
      faults.push(`${server} is locked by ${id}, which does not run`);
  }
  return faults;
}

function sharesServer(one: PublishJob, other: PublishJob): boolean {
  return one.servers.some((server) => other.servers.includes(server));
}
