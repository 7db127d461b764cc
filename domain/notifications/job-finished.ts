import type { Server } from '../delivery/server.ts';
import type { JobCounts, NotifiedJob, PublishJob } from '../jobs/job.ts';
import type { TerminalStatus } from '../jobs/lifecycle.ts';
import type { Chain } from './chain.ts';
import type { FinishedJob } from './notifiable-job.ts';

/**
 * The notification of a finished job. Fields may be added; renaming, removing or redefining one needs a new `type`. Its
 * JSON has less than 20 kB, as Standard Webhooks recommends ("Payload size").
 */
export interface JobFinished {
  readonly type: 'job.finished.v1';
  /** When the job finished: ISO 8601, UTC. The header `webhook-timestamp` has the time of the attempt. */
  readonly timestamp: string;
  readonly data: {
    readonly company: string;
    readonly job: {
      readonly id: string;
      /** The unique name: the given name, a space, and the start in the company's time zone. */
      readonly name: string;
      readonly givenName: string;
      readonly kind: NotifiedJob['kind'];
      /** For a publish job: what it selected. */
      readonly publish?: PublishJob['publish'];
      /** For a publish job: the servers that it published to. */
      readonly servers?: readonly Server[];
    };
    readonly result: TerminalStatus;
    /** Why a `failed` job failed. */
    readonly reason?: string;
    /** Log entries: total = done + skipped + errors + notReached. Warnings are also counted as done. */
    readonly counts: JobCounts;
    /** ISO 8601, UTC. `started` is missing if the job was stopped while it was queued. */
    readonly times: { readonly submitted: string; readonly started?: string; readonly ended: string };
    /** The schedule that started the job, if any. */
    readonly schedule?: { readonly id: string; readonly name: string };
    /** URLs of the job and its log in the API. They need a token like every call. */
    readonly links: { readonly job: string; readonly log: string };
    readonly chain: Chain;
  };
}

export interface NotificationContext {
  readonly chain: Chain;
  readonly schedule?: { readonly id: string; readonly name: string } | undefined;
  /** Base URL of the API, without a slash at its end: `https://api.example.com`. */
  readonly apiUrl: string;
}

// A character takes at most 6 bytes in JSON, so these texts stay below 12 kB and leave 8 kB for the rest. By the rules of
// the API, names are much shorter.
const maxNameLength = 300;
const maxReasonLength = 1_000;

/** The notification of a finished job. It contains no subjects of members. */
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
 * The `webhook-id` of a job's notification. It is the same for every attempt, so that receivers recognise duplicates. It
 * contains no full stop, which is the separator in the signed text.
 */
export function notificationId(jobId: string): string {
  return `msg_${jobId}`;
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).toWellFormed()}…`;
}
