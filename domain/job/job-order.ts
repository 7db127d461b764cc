/** The columns that lists of jobs are sorted by, and the text that a job has in each. */
import { foldName } from '../search/fold-name.ts';
import { isTerminal, type Job, type JobCounts, type JobStatus } from './job.ts';

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

/** Whose job it is: the member that it runs as, else who submitted it. */
export function jobUser(job: Job): string {
  return (job.kind === 'publish' ? job.runAs : undefined) ?? job.submittedBy;
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
export const notEnded = '-';

/** Bytes of UTF-8. A sort key of DynamoDB takes 1,024; the rest is for the separator and the id. */
const mostBytes = 960;

/** Digits of a count or of milliseconds: beyond all that a job can come to. */
const digits = 13;

/** What all keys of one value begin with. */
export const startOfKeys = (text: string): string => cut(text) + separator;

const key = (text: string, id: string): string => startOfKeys(text) + id;

export const nameKey = (id: string, name: string): string => key(foldName(name), id);

export const statusKey = (id: string, status: JobStatus): string => key(status, id);

/** Of the columns that are known when a job ends; until then it stands at `notEnded` in each. */
export function endKeys(
  id: string,
  end?: { readonly counts: JobCounts; readonly started?: string | undefined; readonly ended: string },
): Readonly<Record<'total' | 'warnings' | 'errors' | 'duration', string>> {
  const keyOf = (value: number | undefined) =>
    key(value === undefined ? notEnded : String(value).padStart(digits, '0'), id);
  return {
    total: keyOf(end?.counts.total),
    warnings: keyOf(end?.counts.warnings),
    errors: keyOf(end?.counts.errors),
    duration: keyOf(end && (jobDuration(end, end.ended) ?? 0)),
  };
}

/** What a job stands at in each order. Ids are ULIDs: equal ones come in the order of submission. */
export function sortKeys(job: Job): Readonly<Record<JobSort, string>> {
  const { id, ended } = job;
  return {
    type: key(job.kind, id),
    name: nameKey(id, job.name),
    started: id,
    status: statusKey(id, job.status),
    destination: key(job.kind === 'upload' ? job.folder : '', id),
    user: key(jobUser(job), id),
    ...endKeys(id, ended !== undefined && isTerminal(job.status) ? { ...job, ended } : undefined),
  };
}

/** As many whole characters as fit. */
function cut(text: string): string {
  if (text.length * 3 <= mostBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > mostBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
