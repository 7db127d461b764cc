import type { Server } from '../delivery/server.ts';
import type { Job, JobCounts, JobStatus, PublishJob } from './job.ts';

/**
 * Emitted when a publish job is submitted, begins, is asked to stop, or finishes. An event may arrive twice; `job.id` and
 * `status` identify duplicates. Fields may be added; renaming, removing or redefining one needs a new `version`.
 */
export interface PublishJobStatusChanged {
  readonly type: 'PublishJobStatusChanged';
  readonly detail: {
    readonly version: 1;
    readonly company: string;
    readonly job: {
      readonly id: string;
      readonly name: string;
      readonly givenName: string;
      readonly publish: PublishJob['publish'];
      readonly servers: readonly Server[];
      readonly submittedBy: string;
    };
    readonly status: JobStatus;
    /** Why a `failed` job failed. */
    readonly reason?: string;
    /** Exact once the job has finished. */
    readonly counts: JobCounts;
    /** When the job reached this status: ISO 8601, UTC. */
    readonly at: string;
  };
}

/**
 * The event for the current status of a job.
 * @param at when the job reached it: ISO 8601, UTC
 * @returns undefined for upload and action jobs, which publish nothing themselves
 */
export function jobStatusChanged(job: Job, at: string): PublishJobStatusChanged | undefined {
  return job.kind === 'publish' ? changeOf(job, at) : undefined;
}

function changeOf(job: PublishJob, at: string): PublishJobStatusChanged {
  const { company, id, name, givenName, publish, servers, submittedBy, status, reason, counts } = job;
  return {
    type: 'PublishJobStatusChanged',
    detail: {
      version: 1,
      company,
      job: { id, name, givenName, publish, servers, submittedBy },
      status,
      ...(reason === undefined ? {} : { reason }),
      counts,
      at,
    },
  };
}
