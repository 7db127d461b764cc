import type { Server } from '../delivery/server.ts';
import type { Chain } from '../notifications/chain.ts';
import type { JobSource } from '../uploads/upload-source.ts';

export const publishKinds = ['new', 'full', 'full-with-search'] as const;
/**
 * The assets that a job selects. `new` ("New Since Last Publish"): those that were never published. `full`: also those
 * that changed since publish. `full-with-search`: as `full`, with the search data of eCatalogs.
 */
export type PublishKind = (typeof publishKinds)[number];

export const serverToggles = ['enable-server', 'disable-server'] as const;
/**
 * The work after a server was enabled or disabled for a company: all assets that the server takes become pending, or all
 * assets are withdrawn from it.
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

/** Whether a job with this status has finished. */
export function isTerminal(status: JobStatus): boolean {
  return (terminalStatuses as readonly JobStatus[]).includes(status);
}

/**
 * Counts of log entries, one for each asset and server (in an upload job, for each file). In a terminal status, total =
 * done + skipped + errors + notReached. Entries with a warning are also counted as done.
 */
export interface JobCounts {
  readonly total: number;
  /** Published; recorded, for an upload job; changed or withdrawn, for an action job. */
  readonly done: number;
  /** Nothing to do: the version was already live, or the asset was changed or unpublished after the plan was made. */
  readonly skipped: number;
  readonly warnings: number;
  readonly errors: number;
  /** Unchanged because the job was stopped or failed. */
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

/** The counts of a job on one server. */
export type ServerCounts = Pick<JobCounts, 'done' | 'skipped' | 'errors' | 'bytes'>;

export type CountsByServer = Readonly<Partial<Record<Server, ServerCounts>>>;

interface JobBase {
  readonly company: string;
  /** A ULID: sorts by submission time. It is also the name of the job's first execution. */
  readonly id: string;
  /** The name as given. */
  readonly givenName: string;
  /** The given name, a space, and the start as `YYYY-MM-DD HH:mm:ss` in the company's time zone. */
  readonly name: string;
  readonly status: JobStatus;
  readonly counts: JobCounts;
  readonly submitted: string;
  readonly submittedBy: string;
  readonly started?: string;
  readonly ended?: string;
  /** Why a `failed` job failed: public text. */
  readonly reason?: string;
  readonly stoppedBy?: string;
  /** When a running job was asked to stop: ISO 8601, UTC. */
  readonly stopRequested?: string;
}

/** The part of the library that a publish job selects from. */
export type JobScope =
  | { readonly kind: 'folder'; readonly folder: string; readonly below: boolean }
  /** A list of ids, stored with the job's files. */
  | { readonly kind: 'assets'; readonly count: number }
  /** The assets that failed or were not reached in another job. */
  | { readonly kind: 'failed'; readonly jobId: string }
  /** Exactly what a stored plan says. */
  | { readonly kind: 'plan'; readonly planId: string }
  /** What another job published. */
  | { readonly kind: 'undo'; readonly jobId: string };

export const emailSettings = ['none', 'all', 'errors', 'errors-and-warnings', 'completion'] as const;
/** When mail is sent about a job: at begin and end (`all`), at the end (`completion`), or at the end if it had problems. */
export type EmailSetting = (typeof emailSettings)[number];

/** The HTTP notification at the end of a job. */
export interface JobNotification {
  readonly url: string;
  /** Notify only if something was published. */
  readonly onlyIfPublished: boolean;
  /** The receiver responded with 410, so nothing is sent, also for later jobs of the same schedule. */
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

/** The id of the job whose work this job undoes. */
export function undoneJobOf({ publish, scope }: Pick<PublishJob, 'publish' | 'scope'>): string | undefined {
  return publish === 'undo' && scope?.kind === 'undo' ? scope.jobId : undefined;
}

/** Who is notified about a job. */
export interface NotifyOptions {
  /** Default: `none`. */
  readonly email?: EmailSetting;
  readonly notification?: JobNotification;
}

/** How a job came about. Both are missing for a job that a member started. */
interface JobOrigin {
  /** The schedule that started the job, and the scheduled time: ISO 8601, UTC. */
  readonly schedule?: { readonly id: string; readonly name: string; readonly due: string };
  /** The chain of a job that another job triggered. */
  readonly chain?: Chain;
}

/** The options of a publish job, whether a user or a schedule starts it. */
export interface PublishOptions extends NotifyOptions {
  /** Default: the whole library. */
  readonly scope?: JobScope;
  /** Also republish assets whose current version is live. */
  readonly force?: boolean;
  /** Invalidate the replaced assets in the CDN. */
  readonly invalidate?: boolean;
  /** Subject of the member whose job it is ("Run Job As"). Default: the submitter. */
  readonly runAs?: string;
}

/** A job that publishes assets, undoes another such job, or withdraws assets after a server was disabled. */
export interface PublishJob extends JobBase, JobOrigin, PublishOptions {
  readonly kind: 'publish';
  /**
   * What the job selects. A server toggle and an undo are also jobs: they wait for the servers, are counted, logged and
   * cancelled.
   */
  readonly publish: PublishKind | ServerToggle | 'undo';
  readonly servers: readonly Server[];
  /** Id of the upload job that this job follows. */
  readonly follows?: string;
  /** Number of executions started for the job. {@link executionName} has their names. */
  readonly executionNumber: number;
  /** Name of the execution that runs or ran the job. Missing while it is queued. */
  readonly execution?: string;
  /** Counts by server, as current as `counts`. Missing before the job runs. */
  readonly perServer?: CountsByServer;
  /** When the plan was complete, so that `counts.total` is final and the parts begin: ISO 8601, UTC. */
  readonly plannedAt?: string;
  /** While finish-job works: the number of interrupted parts already processed, from the last part on, and when. */
  readonly closing?: { readonly partsSeen: number; readonly at: string };
  /** How often the counts of a part were corrected. If it changes while finish-job adds up, finish-job adds up again. */
  readonly corrections?: number;
}

/** A publish job that starts when an upload job has ended. */
export interface FollowUp extends NotifyOptions {
  readonly publish: PublishKind;
  /** Default: all servers that the company has when it starts. */
  readonly servers?: readonly Server[];
  /** Start it only if the upload recorded files. */
  readonly onlyIfFiles: boolean;
}

/** The options of an upload job, whether a user or a schedule starts it. */
export interface UploadOptions extends NotifyOptions {
  readonly folder: string;
  readonly publishAfterUploading: boolean;
  /** Files whose id is taken replace the asset with that id, by the company's overwrite mode. Default: true. */
  readonly overwrite?: boolean;
  /** Default: the company's setting `retainPublishState`. */
  readonly preservePublishState?: boolean;
  /** Names of the batch set presets that build sets from the files. Default: the company's active presets. */
  readonly batchSetPresets?: readonly string[];
  readonly followWith?: FollowUp;
  /** Files of ZIP and TAR archives are taken in place of the archives. */
  readonly unpack?: true;
  /** Metadata files become assets as other files do. Default: they are applied to the assets of the upload. */
  readonly applyMetadata?: false;
}

/** A job that accepts files and records them as assets. */
export interface UploadJob extends JobBase, JobOrigin, UploadOptions {
  readonly kind: 'upload';
  /** Where its files are fetched from. Missing if clients send them. */
  readonly from?: JobSource;
  /** Number of files that the source offers. Missing until it was listed. */
  readonly fileCount?: number;
  /** The day that the files of its source are announced for, if the company has a quota: `2026-11-24`, UTC. */
  readonly reserved?: string;
  /** Number of metadata files that have arrived. They are applied when all other files are settled. */
  readonly waitingFiles?: number;
  /** The highest number of a file, once an archive was unpacked. */
  readonly lastFile?: number;
  /** When the source was listed and all its files were requested: ISO 8601, UTC. Until then the job does not end. */
  readonly listed?: string;
  /** Files of the source that were left out because they have not changed, and whether there are more than one job takes. */
  readonly leftOut?: { readonly unchanged: number; readonly more: boolean };
}

export const actionNames = ['trash', 'move', 'unpublish', 'metadata', 'dates'] as const;
/** What an action job does with each of its assets. */
export type ActionName = (typeof actionNames)[number];

/** A job that does the same with each asset of a list, which is stored with its files. */
export interface ActionJob extends JobBase {
  readonly kind: 'action';
  readonly action: ActionName;
  /** Where `move` moves the assets. */
  readonly folder?: string;
  /** Id of the job whose failed and not reached assets this job takes. */
  readonly retryOf?: string;
  /** Assets of the list that have been processed. */
  readonly position: number;
  /** When the job was submitted or `position` was last changed: ISO 8601, UTC. */
  readonly progressAt: string;
  /** Ids that the job had to invalidate so far. Above 500, it invalidates the tag of the company instead of theirs. */
  readonly toInvalidate: number;
}

/** Jobs with notifications. */
export type NotifiedJob = PublishJob | UploadJob;

export type Job = NotifiedJob | ActionJob;

export const outcomes = [
  'published',
  'recorded',
  'changed',
  'withdrawn',
  'skipped',
  'warning',
  'error',
  'not-reached',
] as const;
export type Outcome = (typeof outcomes)[number];

/** One entry of a job's log. */
export interface LogEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Missing in begin and end entries and in notices. */
  readonly asset?: string;
  readonly type?: string;
  readonly server?: Server;
  /** A `notice` is about the job itself, such as a notification that was sent. It is not counted. */
  readonly outcome: Outcome | 'begin' | 'end' | 'notice';
  readonly message: string;
  readonly bytes?: number;
  /** A version that the CDN may have was replaced or withdrawn. Only in jobs that invalidate. */
  readonly replaced?: true;
}
