import type { Server } from '../delivery/server.ts';
import type { Job, JobCounts, JobStatus, PublishJob } from './job.ts';

/**
 * Put on the bus when a publish job is submitted, begins, is asked to stop, or ends. It may come twice: `job.id` with
 * `status` tells a second one. Fields may be added to it; none is renamed, removed or given another meaning without
 * another `version`.
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
    /** Exact once the job has ended. */
    readonly counts: JobCounts;
    /** When it came to this status: ISO 8601, UTC. */
    readonly at: string;
  };
}

/** @returns undefined for an upload job: it publishes nothing by itself */
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
