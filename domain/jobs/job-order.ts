/** The columns that lists of jobs are sorted by, and the sort key of a job in each. */
import { foldName } from '../library/search-filters.ts';
import type { Job, JobCounts, JobStatus } from './job.ts';

/** `started`: the order of submission. `destination`: the folder of an upload. `type`: the kind of job. */
export const jobSorts = [
  'type',
  'name',
  'started',
  'total',
  'warnings',
  'errors',
  'duration',
  'status',
  'destination',
  'user',
] as const;
export type JobSort = (typeof jobSorts)[number];

export const jobOrders = ['asc', 'desc'] as const;
export type JobOrder = (typeof jobOrders)[number];

/** The attributes of a job, finished or not, that lists are sorted and filtered by. */
export interface ListedJob {
  readonly id: string;
  readonly kind: Job['kind'];
  readonly name: string;
  readonly status: JobStatus;
  readonly submittedBy: string;
  readonly runAs?: string | undefined;
  readonly folder?: string | undefined;
}

/** The attributes of a finished job that lists are sorted by. Times: ISO 8601, UTC. */
export interface ListedEnd {
  readonly counts: JobCounts;
  readonly started?: string | undefined;
  readonly ended: string;
}

/** The subject of the member whose job it is: the one that it runs as, or its submitter. */
export function jobUser({ runAs, submittedBy }: Pick<ListedJob, 'runAs' | 'submittedBy'>): string {
  return runAs ?? submittedBy;
}

/**
 * Milliseconds from the start of a job to its end, or to now while it runs.
 * @returns undefined for a job that was not started
 */
export function jobDuration(
  { started, ended }: { readonly started?: string | undefined; readonly ended?: string | undefined },
  now: string,
): number | undefined {
  if (started === undefined) return undefined;
  return Math.max(0, Date.parse(ended ?? now) - Date.parse(started));
}

/**
 * Separates the sorted text from the job's id, which orders equal texts. It sorts before every character of a name or
 * folder, so that a shorter text comes before a longer one with the same beginning.
 */
const separator = '\t';

/**
 * Stands for the numbers of unfinished jobs, which change with every copy. It sorts before all digits, so these jobs come
 * first, in the order of submission.
 */
const notEnded = '-';

/** Bytes of UTF-8. The cursor has a key in it, and is part of the next page's URL. */
const maxKeyBytes = 960;

/** Digits of a count or of milliseconds: more than any job reaches. */
const digits = 13;

const key = (text: string, id: string): string => cut(text) + separator + id;

/**
 * The sort keys of a job in all orders. Equal values keep the order of submission, since ids are ULIDs.
 * @param end for a finished job
 */
export function sortKeys(job: ListedJob, end?: ListedEnd): Readonly<Record<JobSort, string>> {
  const { id, kind, name, status, folder = '' } = job;
  const counted = (value: number | undefined) =>
    key(value === undefined ? notEnded : String(value).padStart(digits, '0'), id);
  return {
    type: key(kind, id),
    name: key(foldName(name), id),
    started: id,
    status: key(status, id),
    destination: key(folder, id),
    user: key(jobUser(job), id),
    total: counted(end?.counts.total),
    warnings: counted(end?.counts.warnings),
    errors: counted(end?.counts.errors),
    duration: counted(end && (jobDuration(end, end.ended) ?? 0)),
  };
}

/**
 * Compares by code points. This is the order of UTF-8 bytes, by which DynamoDB sorts; JavaScript compares UTF-16 units and
 * sorts U+FF5E after an emoji.
 */
export function compareKeys(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const [ofA, ofB] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (ofA !== ofB) return Number(isSurrogate(ofA)) - Number(isSurrogate(ofB)) || ofA - ofB;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

/** The longest prefix of whole characters within `maxKeyBytes`. */
function cut(text: string): string {
  if (text.length * 3 <= maxKeyBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > maxKeyBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
