/** The columns that lists of jobs are sorted by, and the text that a job has in each. */
import { foldName } from '../library/search-filters.ts';
import type { Job, JobCounts, JobStatus } from './job.ts';

/** `started` is the order of submission, `destination` the folder of an upload, `type` the kind. */
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

/** What tells a job's place in every order while it goes on, and all that lists are filtered by. */
export interface ListedJob {
  readonly id: string;
  readonly kind: Job['kind'];
  readonly name: string;
  readonly status: JobStatus;
  readonly submittedBy: string;
  readonly runAs?: string | undefined;
  readonly folder?: string | undefined;
}

/** What tells the rest of an ended job's places. */
export interface ListedEnd {
  readonly counts: JobCounts;
  readonly started?: string | undefined;
  readonly ended: string;
}

/** Whose job it is: the member that it runs as, else who submitted it. */
export function jobUser({ runAs, submittedBy }: Pick<ListedJob, 'runAs' | 'submittedBy'>): string {
  return runAs ?? submittedBy;
}

/**
 * Milliseconds from the start of a job to its end; of one that goes on, to now.
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
 * Between the text that a job is sorted by and its id, which tells equal ones apart: below every character of a name or
 * a folder, so that shorter ones come first.
 */
const separator = '\t';

/**
 * Jobs that have not ended: their counts would move them about with every copy. They stand before all numbers, in the
 * order of submission.
 */
const notEnded = '-';

/** Bytes of UTF-8: a key goes into the cursor, and with it into the URL of the next page. */
const maxKeyBytes = 960;

/** Digits of a count or of milliseconds: beyond all that a job can come to. */
const digits = 13;

const key = (text: string, id: string): string => cut(text) + separator + id;

/**
 * What a job stands at in each order. Ids are ULIDs: equal ones come in the order of submission.
 * @param end of a job that has ended
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

/** By code points, as DynamoDB compares the bytes of UTF-8. JavaScript sorts U+FF5E behind an emoji. */
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

/** As many whole characters as fit. */
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
