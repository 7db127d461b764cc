import * as z from 'zod';
import type { JobRecords } from '../../../adapters/dynamodb/jobs/job-records.ts';
import type { SetLineRecords } from '../../../adapters/dynamodb/sets/set-line-records.ts';
import type { UploadRecords } from '../../../adapters/dynamodb/uploads/upload-records.ts';
import { readQueryCursor, writeQueryCursor } from '../../../adapters/http/query-cursor.ts';
import type { JobFiles } from '../../../adapters/s3/job-files.ts';
import { type WantedLogDependencies, wantedLines } from '../../../application/jobs/wanted-log.ts';
import { Failure } from '../../../domain/failure.ts';
import type { LogLine, UploadJob } from '../../../domain/jobs/job.ts';
import { isWhole, type LogFilter, matchesLine } from '../../../domain/jobs/log-filter.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { mostFiles } from '../../../domain/uploads/limits.ts';
import { uploadBeginLine, uploadEndLine } from '../../../domain/uploads/upload-lines.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';

export type UploadLogDependencies = Pick<UploadRecords, 'listFiles'> & Pick<SetLineRecords, 'listSetLines'>;

export type ReadJobLogDependencies = Pick<JobRecords, 'getJob'> &
  UploadLogDependencies &
  WantedLogDependencies &
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
  z.strictObject({ upload: z.int().min(0).max(mostFiles) }),
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
): ReplyOf<'readJobLog'> {
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
    const until = dependencies.clock() + mostCallMs;
    const log = { company, jobId: params.jobId, filter };
    return wantedLines(log, { limit, after, until }, dependencies);
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
): Promise<{ items: LogLine[]; next?: UploadPosition }> {
  const items: LogLine[] = [];
  const add = (line: LogLine) => {
    if (matchesLine(line, filter)) items.push(line);
  };
  if (after === undefined) add(uploadBeginLine(job));
  let file = after && 'set' in after ? undefined : (after?.upload ?? 0);
  while (file !== undefined) {
    if (items.length >= limit) return { items, next: { upload: file } };
    const room = limit - items.length;
    const page = await dependencies.listFiles(job.company, job.id, { limit: room, after: file });
    for (const { line } of page.items) if (line) add(line);
    file = page.next;
  }
  let set: string | undefined = after && 'set' in after ? after.set : '';
  while (set !== undefined) {
    if (items.length >= limit) return { items, next: { set } };
    const page = await dependencies.listSetLines(job.company, job.id, {
      limit: limit - items.length,
      after: set === '' ? undefined : set,
    });
    for (const line of page.items) add(line);
    set = page.next;
  }
  const end = uploadEndLine(job);
  if (end === undefined || !matchesLine(end, filter)) return { items };
  // A page that is full leaves the end line for the next one, which has nothing else.
  return items.length < limit ? { items: [...items, end] } : { items, next: { set: lastOfAll } };
}
