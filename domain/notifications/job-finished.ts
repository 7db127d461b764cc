import type { Server } from '../delivery/server.ts';
import type { JobCounts, PublishJob } from '../jobs/job.ts';
import type { TerminalStatus } from '../jobs/lifecycle.ts';
import type { Chain } from './chain.ts';
import type { FinishedJob } from './notifiable-job.ts';

/**
 * What is sent when a job has ended. Fields may be added to it; none is renamed, removed or given another meaning
 * without a new `type`. Its JSON has less than 20 kB, which Standard Webhooks recommends ("Payload size").
 */
export interface JobFinished {
  readonly type: 'job.finished.v1';
  /** When the job ended: ISO 8601, UTC. The time of the try is in the header `webhook-timestamp`. */
  readonly timestamp: string;
  readonly data: {
    readonly company: string;
    readonly job: {
      readonly id: string;
      /** The unique name: the given name, a blank, and the start in the company's time zone. */
      readonly name: string;
      readonly givenName: string;
      readonly kind: 'publish' | 'upload';
      /** Of a publish job: what it took. */
      readonly publish?: PublishJob['publish'];
      /** Of a publish job: where it published to. */
      readonly servers?: readonly Server[];
    };
    readonly result: TerminalStatus;
    /** Why a `failed` job failed. */
    readonly reason?: string;
    /** Lines of work: total = done + skipped + errors + notReached. Warnings count as done too. `bytes` in bytes. */
    readonly counts: JobCounts;
    /** ISO 8601, UTC. `started` is missing if the job was stopped while it waited. */
    readonly times: { readonly submitted: string; readonly started?: string; readonly ended: string };
    /** The schedule that started it, if one did. */
    readonly schedule?: { readonly id: string; readonly name: string };
    /** The job and its log in the API, which asks for a token as ever. */
    readonly links: { readonly job: string; readonly log: string };
    readonly chain: Chain;
  };
}

export interface NotificationContext {
  readonly chain: Chain;
  readonly schedule?: { readonly id: string; readonly name: string } | undefined;
  /** Address that the API's paths begin at, without a slash at its end: `https://api.example.com`. */
  readonly apiUrl: string;
}

// A character takes 6 bytes of JSON at most. Names are far shorter by the rules of the API; together the texts stay
// below 12 kB, which leaves 8 kB for the rest.
const maxNameLength = 300;
const maxReasonLength = 1_000;

export function jobFinished(job: FinishedJob, { chain, schedule, apiUrl }: NotificationContext): JobFinished {
  const link = `${apiUrl}/v1/companies/${job.company}/jobs/${job.id}`;
  return {
    type: 'job.finished.v1',
    timestamp: job.ended,
    data: {
      company: job.company,
      job: {
        id: job.id,
        name: cut(job.name, maxNameLength),
        givenName: cut(job.givenName, maxNameLength),
        kind: job.kind,
        ...(job.kind === 'publish' && { publish: job.publish, servers: job.servers }),
      },
      result: job.status,
      ...(job.reason !== undefined && { reason: cut(job.reason, maxReasonLength) }),
      counts: job.counts,
      times: {
        submitted: job.submitted,
        ...(job.started !== undefined && { started: job.started }),
        ended: job.ended,
      },
      ...(schedule !== undefined && {
        schedule: { id: schedule.id, name: cut(schedule.name, maxNameLength) },
      }),
      links: { job: link, log: `${link}/log` },
      chain: { depth: chain.depth, origin: chain.origin },
    },
  };
}

/**
 * The `webhook-id` of a job's notification: the same for every try, so that a receiver knows what it has had already.
 * It bears no full stop, which the signature parts by.
 */
export function notificationId(jobId: string): string {
  return `msg_${jobId}`;
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).toWellFormed()}…`;
}
