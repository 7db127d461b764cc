import * as z from 'zod';
import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { SetLogStore } from '../../../adapters/dynamodb/sets/set-log-store.ts';
import type { UploadStore } from '../../../adapters/dynamodb/uploads/upload-store.ts';
import { readQueryCursor, writeQueryCursor } from '../../../adapters/http/query-cursor.ts';
import type { JobFiles } from '../../../adapters/s3/job-files.ts';
import { type FilteredLogDependencies, filteredLogEntries } from '../../../application/jobs/filtered-log.ts';
import { Failure } from '../../../domain/failure.ts';
import type { LogEntry, UploadJob } from '../../../domain/jobs/job.ts';
import { isWhole, type LogFilter, matchesLogFilter } from '../../../domain/jobs/log-filter.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxFiles } from '../../../domain/uploads/limits.ts';
import { uploadBeginLogEntry, uploadEndLogEntry } from '../../../domain/uploads/upload-log-entries.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type UploadLogDependencies = Pick<UploadStore, 'listFiles'> & Pick<SetLogStore, 'listSetLogEntries'>;

export type ReadJobLogDependencies = Pick<JobStore, 'getJob'> &
  UploadLogDependencies &
  FilteredLogDependencies &
  Pick<JobFiles, 'readLog'> & {
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

/** The name becomes part of an S3 key: nothing but the names of log files will do. */
const publishPosition = z.strictObject({
  file: z.string().regex(/^(?:begin|end|\d{3}\/\d{7})\.jsonl$/),
  line: z.int().min(0),
});

/** Of the last file that was shown, 0 after the begin line; once all files were, of the last set. */
const uploadPosition = z.union([
  z.strictObject({ upload: z.int().min(0).max(maxFiles) }),
  z.strictObject({ set: z.string().max(600) }),
]);
type UploadPosition = z.output<typeof uploadPosition>;

/** No set's name comes after it. */
const lastOfAll = '\u{10FFFF}';

/**
 * A page of a job's log: a publish job's from its files, an upload job's from the files that it takes. With a filter the
 * parts that have no such lines are passed over, and the page ends where 20 seconds are up.
 */
export async function readJobLog(
  { company, params, query }: RequestOf<'readJobLog'>,
  dependencies: ReadJobLogDependencies,
): PromisedResponse<'readJobLog'> {
  const job = await dependencies.getJob(company, params.jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  const { limit, cursor } = query;
  const filter = logFilterOf(query);
  const page =
    job.kind === 'upload'
      ? await readUploadLog(
          job,
          filter,
          { limit, after: readQueryCursor(uploadPosition, filter, cursor) },
          dependencies,
        )
      : await readPublishLog(readQueryCursor(publishPosition, filter, cursor));
  return {
    items: page.items,
    ...(page.next === undefined ? {} : { next: writeQueryCursor(filter, page.next) }),
  };

  function readPublishLog(after: z.output<typeof publishPosition> | undefined) {
    if (isWhole(filter)) return dependencies.readLog(company, params.jobId, { limit, after });
    const until = dependencies.clock() + maxCallMs;
    const log = { company, jobId: params.jobId, filter };
    return filteredLogEntries(log, { limit, after, until }, dependencies);
  }
}

export function logFilterOf({
  outcome,
  asset,
  server,
}: Pick<RequestOf<'readJobLog'>['query'], 'outcome' | 'asset' | 'server'>): LogFilter {
  return { outcomes: outcome, asset, server };
}

/**
 * Lines of files that are not settled are missing; they come where their numbers are. The lines of the sets that were
 * built of them follow.
 */
export async function readUploadLog(
  job: UploadJob,
  filter: LogFilter,
  { limit, after }: { limit: number; after?: UploadPosition | undefined },
  dependencies: UploadLogDependencies,
): Promise<{ items: LogEntry[]; next?: UploadPosition }> {
  const items: LogEntry[] = [];
  const add = (line: LogEntry) => {
    if (matchesLogFilter(line, filter)) items.push(line);
  };
  if (after === undefined) add(uploadBeginLogEntry(job));
  let file = after && 'set' in after ? undefined : (after?.upload ?? 0);
  while (file !== undefined) {
    if (items.length >= limit) return { items, next: { upload: file } };
    const room = limit - items.length;
    const page = await dependencies.listFiles(job.company, job.id, { limit: room, after: file });
    for (const { logEntry } of page.items) if (logEntry) add(logEntry);
    file = page.next;
  }
  let set: string | undefined = after && 'set' in after ? after.set : '';
  while (set !== undefined) {
    if (items.length >= limit) return { items, next: { set } };
    const page = await dependencies.listSetLogEntries(job.company, job.id, {
      limit: limit - items.length,
      after: set === '' ? undefined : set,
    });
    for (const line of page.items) add(line);
    set = page.next;
  }
  const end = uploadEndLogEntry(job);
  if (end === undefined || !matchesLogFilter(end, filter)) return { items };
  // A page that is full leaves the end line for the next one, which has nothing else.
  return items.length < limit ? { items: [...items, end] } : { items, next: { set: lastOfAll } };
}
