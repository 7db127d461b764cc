import type { Server } from '../delivery/server.ts';
import type { Chain } from '../notifications/chain.ts';

export const publishKinds = ['new', 'full', 'full-with-search'] as const;
/**
 * `new`: New Since Last Publish, only what was never published. `full`: that, and what changed since.
 * `full-with-search`: as `full`, and the search data of eCatalogs.
 */
export type PublishKind = (typeof publishKinds)[number];

export const serverToggles = ['enable-server', 'disable-server'] as const;
/**
 * What is done when a server is turned on or off for a company: all that belongs there becomes due, or all that is live
 * there is withdrawn.
 */
export type ServerToggle = (typeof serverToggles)[number];

export const jobStatuses = [
  'queued',
  'running',
  'stopping',
  'succeeded',
  'completed-with-errors',
  'stopped',
  'failed',
] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const terminalStatuses = ['succeeded', 'completed-with-errors', 'stopped', 'failed'] as const;

export function isTerminal(status: JobStatus): boolean {
  return (terminalStatuses as readonly JobStatus[]).includes(status);
}

/**
 * Lines of work, one for each asset and server (for an upload job, each file). In a terminal state
 * total = done + skipped + errors + notReached, exactly. Warnings are lines that are counted as done too.
 */
export interface JobCounts {
  readonly total: number;
  /** Published, or for an upload job recorded. */
  readonly done: number;
  /** Nothing was to be done: already live in this version, changed or held since the plan was made. */
  readonly skipped: number;
  readonly warnings: number;
  readonly errors: number;
  /** Left as it was because the job was stopped or failed. */
  readonly notReached: number;
  readonly bytes: number;
}

export const noCounts: JobCounts = {
  total: 0,
  done: 0,
  skipped: 0,
  warnings: 0,
  errors: 0,
  notReached: 0,
  bytes: 0,
};

/** What was done on one server: the part of a job's counts that has one. */
export type ServerCounts = Pick<JobCounts, 'done' | 'skipped' | 'errors' | 'bytes'>;

export type CountsByServer = Readonly<Partial<Record<Server, ServerCounts>>>;

interface JobBase {
  readonly company: string;
  /** A ULID: sorts by time, and is the name of the job's state machine execution. */
  readonly id: string;
  /** The name as given. */
  readonly givenName: string;
  /** The given name, a blank, and the start as `YYYY-MM-DD HH:mm:ss` in the company's time zone. */
  readonly name: string;
  readonly status: JobStatus;
  readonly counts: JobCounts;
  readonly submitted: string;
  readonly submittedBy: string;
  readonly started?: string;
  readonly ended?: string;
  /** Why a `failed` job failed, in words its user can act on. */
  readonly reason?: string;
  readonly stoppedBy?: string;
  /** When a running job was asked to stop: ISO 8601, UTC. */
  readonly stopRequested?: string;
}

/** What a publish job looks at, where that is not all of the company's library. */
export type JobScope =
  | { readonly kind: 'folder'; readonly folder: string; readonly below: boolean }
  /** A list of ids: it lies with the job's files. */
  | { readonly kind: 'assets'; readonly count: number }
  /** What failed, or was not reached, in another job. */
  | { readonly kind: 'failed'; readonly jobId: string };

export const emailSettings = ['none', 'all', 'errors', 'errors-and-warnings', 'completion'] as const;
/** When mail is sent about a job: at its begin and end (`all`), at its end, or at its end only if it had such lines. */
export type EmailSetting = (typeof emailSettings)[number];

/** Where the end of a job is told by HTTP. */
export interface JobNotification {
  readonly url: string;
  /** Only if something was published. */
  readonly onlyIfPublished: boolean;
  /** The receiver wanted no more, so nothing is sent, also of jobs that the same schedule makes after this one. */
  readonly off?: { readonly at: string; readonly because: string };
}

/** The name of a job's n-th execution: the first has the job's id, the n-th `<id>-<n>`. */
export function executionName(jobId: string, executionNumber: number): string {
  return executionNumber === 1 ? jobId : `${jobId}-${executionNumber}`;
}

/** Whether the job enables or disables a server. */
export function isServerToggle({ publish }: Pick<PublishJob, 'publish'>): boolean {
  return publish === 'enable-server' || publish === 'disable-server';
}

export interface PublishJob extends JobBase {
  readonly kind: 'publish';
  /** What it takes. A server's turn is a job of its own: it waits for the server, is counted, logged and cancelled like any. */
  readonly publish: PublishKind | ServerToggle;
  readonly servers: readonly Server[];
  /** All of the library unless given. */
  readonly scope?: JobScope;
  /** Publish again also what is live in its current version. */
  readonly force?: boolean;
  /** Flush from the CDN what the job replaced. */
  readonly invalidate?: boolean;
  /** Subject of the member whose job it is ("Run Job As"); the submitter's unless given. */
  readonly runAs?: string;
  /** `none` unless given. */
  readonly email?: EmailSetting;
  readonly notification?: JobNotification;
  /** The schedule that started it, and the time that was due: ISO 8601, UTC. */
  readonly schedule?: { readonly id: string; readonly name: string; readonly due: string };
  /** Where it stands among jobs that start one another; a person or the clock started it unless given. */
  readonly chain?: Chain;
  /** How many executions were started for it: the first bears the job's id, the n-th `<id>-<n>`. */
  readonly executionNumber: number;
  /** Name of the execution that runs it, or ran it. Missing while it waits. */
  readonly execution?: string;
  /** Its counts by server, as live as `counts`. Missing before it runs. */
  readonly perServer?: CountsByServer;
  /** When its plan was whole, so that `counts.total` is final and its parts are begun: ISO 8601, UTC. */
  readonly plannedAt?: string;
  /** While it is being ended: the parts that broke off and have been looked at, from the last one on, and when. */
  readonly closing?: { readonly partsSeen: number; readonly at: string };
  /** How often a part was counted anew while it has not ended: whoever ends it has then to add up once more. */
  readonly corrections?: number;
}

export interface UploadJob extends JobBase {
  readonly kind: 'upload';
  readonly folder: string;
  readonly publishAfterUploading: boolean;
  /** On unless told otherwise: files whose id is taken replace what has it, by the company's overwrite mode. */
  readonly overwrite?: boolean;
  /** As the company has it (`retainPublishState`) unless told. */
  readonly preservePublishState?: boolean;
  /** Names of the batch set presets that build sets of its files; the company's active ones unless given. */
  readonly batchSetPresets?: readonly string[];
}

export type Job = PublishJob | UploadJob;

export const outcomes = [
  'published',
  'recorded',
  'withdrawn',
  'skipped',
  'warning',
  'error',
  'not-reached',
] as const;
export type Outcome = (typeof outcomes)[number];

/** One line of a job's log. */
export interface LogEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Missing on the job's begin and end lines, and on notices. */
  readonly asset?: string;
  readonly type?: string;
  readonly server?: Server;
  /** A `notice` tells what else was done about the job, such as that its end was told somebody. It counts nothing. */
  readonly outcome: Outcome | 'begin' | 'end' | 'notice';
  readonly message: string;
  readonly bytes?: number;
  /** Something that visitors may have had was replaced or withdrawn: told where the job flushes the CDN. */
  readonly replaced?: true;
}
