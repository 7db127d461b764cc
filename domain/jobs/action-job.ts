/** Jobs that do the same with each asset of a list: move it to the trash or a folder, unpublish it, change its metadata or its dates. */
import type { CompanySettings } from '../companies/settings.ts';
import type { MetadataEdit } from '../library/edit-metadata.ts';
import {
  type ActionJob,
  type ActionName,
  type JobCounts,
  type LogEntry,
  noCounts,
  type Outcome,
} from './job.ts';
import { uniqueJobName } from './job-name.ts';

/** What an action job does with each of its assets. */
export type AssetAction =
  | { readonly name: 'trash' | 'unpublish' }
  | { readonly name: 'move'; readonly folder: string }
  | {
      readonly name: 'metadata';
      readonly edit: Pick<MetadataEdit, 'keywords' | 'addKeywords' | 'removeKeywords' | 'fields'>;
    }
  /** Dates in ISO 8601, UTC, on the full minute. A date that is missing stays; null removes it. */
  | { readonly name: 'dates'; readonly liveFrom?: string | null; readonly liveUntil?: string | null };

/** The list of an action job, as it is stored with the job's files. */
export interface ActionList {
  readonly action: AssetAction;
  /** Ids of the assets, in the order in which they are processed. */
  readonly ids: readonly string[];
}

/** The name of an action job whose submitter gives it none. */
export const defaultActionNames: Readonly<Record<ActionName, string>> = {
  trash: 'Move to the trash',
  move: 'Move to a folder',
  unpublish: 'Unpublish',
  metadata: 'Change metadata',
  dates: 'Change dates',
};

/** Assets that are processed between two looks at the job: a cancellation takes effect after them. */
export const partAssets = 100;

/** Assets of a part that a job does not reach. Such a part is only logged. */
export const unreachedPartAssets = 1_000;

/** Milliseconds after which a job ends as `failed`, wherever it is. 100,000 assets take minutes. */
export const maxActionMs = 24 * 60 * 60 * 1_000;

/** Makes a running action job. */
export function newActionJob(
  { action, ids }: ActionList,
  origin: Pick<ActionJob, 'company' | 'id' | 'givenName' | 'submittedBy' | 'submitted' | 'retryOf'>,
  settings: Pick<CompanySettings, 'timeZone'>,
): ActionJob {
  return {
    kind: 'action',
    ...origin,
    name: uniqueJobName(origin.givenName, origin.submitted, settings.timeZone),
    status: 'running',
    counts: { ...noCounts, total: ids.length },
    started: origin.submitted,
    action: action.name,
    ...(action.name === 'move' && { folder: action.folder }),
    position: 0,
    progressAt: origin.submitted,
    toInvalidate: 0,
  };
}

/** The first entry of the log. */
export function actionBeginLogEntry({
  name,
  action,
  folder,
  counts,
  submitted,
  retryOf,
}: ActionJob): LogEntry {
  const what = folder === undefined ? begins[action] : `${begins[action]} ${folder}`;
  const of = retryOf === undefined ? '' : `, which failed or were not reached in job ${retryOf}`;
  return { time: submitted, outcome: 'begin', message: `${name}: ${what}. Assets: ${counts.total}${of}` };
}

const begins: Readonly<Record<ActionName, string>> = {
  trash: 'moves assets to the trash',
  move: 'moves assets to',
  unpublish: 'withdraws assets from all servers',
  metadata: 'changes the metadata of assets',
  dates: 'changes the dates of assets',
};

/** The last entry of the log. @param time ISO 8601, UTC */
export function actionEndLogEntry(
  { name, status, counts, reason }: Pick<ActionJob, 'name' | 'status' | 'counts' | 'reason'>,
  time: string,
): LogEntry {
  const { total, done, skipped, errors, notReached }: JobCounts = counts;
  const sum = `${total} assets, ${done} done, ${skipped} skipped, ${errors} errors, ${notReached} not reached.`;
  return {
    time,
    outcome: 'end',
    message: `${name}: ${status}. ${sum}${reason === undefined ? '' : ` ${reason}`}`,
  };
}

/** The log entry of one asset. @param time ISO 8601, UTC */
export function actionLogEntry(
  asset: { readonly id: string; readonly type?: string },
  outcome: Outcome,
  message: string,
  time: string,
): LogEntry {
  return {
    time,
    asset: asset.id,
    ...(asset.type !== undefined && { type: asset.type }),
    outcome,
    message,
  };
}
