import type { jobLogRoutes } from '@pressroom/api/jobs/job-log-routes';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { attachment } from '../../../adapters/http/attachment.ts';
import { jsonResponse } from '../../../adapters/http/handle-request.ts';
import { readQueryCursor, writeQueryCursor } from '../../../adapters/http/query-cursor.ts';
import { exportKey, type LogExport, type LogFormat, logTypes } from '../../../adapters/s3/log-exports.ts';
import { filteredLogEntries } from '../../../application/jobs/filtered-log.ts';
import { closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { Failure } from '../../../domain/failure.ts';
import {
  isTerminal,
  type Job,
  type LogEntry,
  type PublishJob,
  type UploadJob,
} from '../../../domain/jobs/job.ts';
import { endFile } from '../../../domain/jobs/job-file-names.ts';
import { csvHeader, csvRow } from '../../../domain/jobs/log-csv.ts';
import { isWhole, type LogFilter, matchesLogFilter, maxLogEntries } from '../../../domain/jobs/log-filter.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxFiles } from '../../../domain/uploads/limits.ts';
import { uploadBeginLogEntry, uploadEndLogEntry } from '../../../domain/uploads/upload-log-entries.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { toLogEntryResponse } from './job-response.ts';

/** The name becomes part of an S3 key: nothing but the names of log files will do. */
const publishPosition = z.strictObject({
  file: z.string().regex(/^(?:begin|end|\d{3}\/\d{7}|notify\/[a-z0-9-]{1,40})\.jsonl$/),
  line: z.int().min(0),
});

/**
 * Of the last file that was shown, 0 after the begin line; once all files were, of the last set; after the end line, of the
 * last notice.
 */
const uploadPosition = z.union([
  z.strictObject({ upload: z.int().min(0).max(maxFiles) }),
  z.strictObject({ set: z.string().max(1_024) }),
  z.strictObject({ notice: publishPosition }),
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
  dependencies: Dependencies,
): PromisedResponse<'readJobLog'> {
  const job = await dependencies.jobs.getJob(company, params.jobId);
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
    items: page.items.map(toLogEntryResponse),
    ...(page.next === undefined ? {} : { next: writeQueryCursor(filter, page.next) }),
  };

  function readPublishLog(after: z.output<typeof publishPosition> | undefined) {
    if (isWhole(filter)) return dependencies.jobLogs.readLog(company, params.jobId, { limit, after });
    const until = dependencies.clock() + maxCallMs;
    const log = { company, jobId: params.jobId, filter };
    return filteredLogEntries(
      log,
      { limit, after, until },
      { ...dependencies.jobLogs, clock: dependencies.clock },
    );
  }
}

function logFilterOf({
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
async function readUploadLog(
  job: UploadJob,
  filter: LogFilter,
  { limit, after }: { limit: number; after?: UploadPosition | undefined },
  dependencies: Dependencies,
): Promise<{ items: LogEntry[]; next?: UploadPosition }> {
  const items: LogEntry[] = [];
  const add = (line: LogEntry) => {
    if (matchesLogFilter(line, filter)) items.push(line);
  };
  if (after === undefined) add(uploadBeginLogEntry(job));
  if (after && 'notice' in after) return addNotices(after.notice);
  let file = after && 'set' in after ? undefined : (after?.upload ?? 0);
  while (file !== undefined) {
    if (items.length >= limit) return { items, next: { upload: file } };
    const room = limit - items.length;
    const page = await dependencies.uploads.listFiles(job.company, job.id, { limit: room, after: file });
    for (const { logEntry } of page.items) if (logEntry) add(logEntry);
    file = page.next;
  }
  let set: string | undefined = after && 'set' in after ? after.set : '';
  while (set !== undefined) {
    if (items.length >= limit) return { items, next: { set } };
    const page = await dependencies.jobLogs.listSetLogEntries(job.company, job.id, {
      limit: limit - items.length,
      after: set === '' ? undefined : set,
    });
    for (const line of page.items) add(line);
    set = page.next;
  }
  const end = uploadEndLogEntry(job);
  if (end === undefined) return { items };
  // A page that is full leaves the end line and the notices for the next one.
  if (items.length >= limit) return { items, next: { set: lastOfAll } };
  add(end);
  return addNotices({ file: endFile, line: 0 });

  async function addNotices(from: z.output<typeof publishPosition>) {
    const room = limit - items.length;
    const page = await dependencies.jobLogs.readLog(job.company, job.id, {
      limit: Math.max(room, 1),
      after: from,
    });
    if (room === 0 && page.items.length > 0) return { items, next: { notice: from } };
    for (const line of page.items) add(line);
    return { items, ...(page.next && { next: { notice: page.next } }) };
  }
}

/** Lines that are answered at once. They have some 250 bytes: 1.3 MB of the 6 MB that a function may answer. */
const maxEntriesAtOnce = 5_000;

/** Bytes that are answered at once. As text within JSON, which the answer is on its way, they are some tenth more. */
const maxBytes = 4_000_000;

/** Milliseconds for the reading of what is answered at once. */
const maxTime = 15_000;

/** Seconds that an address of the file is good for. */
const urlSeconds = 600;

/** Seconds after which to ask again. */
const retryAfter = 5;

/** Milliseconds without news from export-log, which may take 15 minutes: then it is asked again. */
const patience = 16 * 60_000;

/**
 * The log of an ended job, or the lines of it that are wanted, as a file: up to 5,000 lines at once; more of them as an
 * object that export-log puts together, with an address to load it from. Until it is there, how far it is.
 */
async function downloadJobLog(
  { company, params, query }: RequestOf<'downloadJobLog'>,
  dependencies: Dependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const found = await dependencies.jobs.getJob(company, params.jobId);
  if (!found) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  const job = await closeOverdue(found, {
    ...dependencies.jobs,
    ...dependencies.uploads,
    now: dependencies.now,
  });
  if (!isTerminal(job.status)) {
    throw new Failure(
      'job.not-ended',
      'The job has not ended, so that its log is not whole; read it page by page at /log, or download it once the job has ended',
    );
  }
  const { format, link } = query;
  const filter = logFilterOf(query);
  // Uploads have their log in the table, which export-log does not read.
  const byLink = link === 'always' && job.kind === 'publish';
  const lines = byLink ? undefined : await linesAtOnce(job, filter, dependencies);
  const body = lines && bodyOf(lines, format);
  const disposition = attachment(`${job.name}.${format}`);
  if (body !== undefined && Buffer.byteLength(body) <= maxBytes) {
    return {
      statusCode: 200,
      headers: {
        'content-type': logTypes[format],
        'content-disposition': disposition,
        'cache-control': 'no-store',
      },
      body,
    };
  }
  return exported({ company, jobId: job.id, format, filter }, job, disposition, dependencies);
}

/** @returns undefined where there may be too many of them, or the time was up */
async function linesAtOnce(
  job: Job,
  filter: LogFilter,
  dependencies: Dependencies,
): Promise<LogEntry[] | undefined> {
  if (job.kind === 'upload') return uploadLines(job, filter, dependencies);
  if (maxLogEntries(job.counts, filter) > maxEntriesAtOnce) return undefined;
  const until = dependencies.clock() + maxTime;
  const log = { company: job.company, jobId: job.id, filter };
  // Begin and end line come to what was counted.
  const page = await filteredLogEntries(
    log,
    { limit: maxEntriesAtOnce + 2, until },
    { ...dependencies.jobLogs, clock: dependencies.clock },
  );
  return page.next === undefined ? page.items : undefined;
}

/** An upload has 1,000 files at most, and no more sets than files. */
async function uploadLines(
  job: UploadJob,
  filter: LogFilter,
  dependencies: Dependencies,
): Promise<LogEntry[]> {
  const lines: LogEntry[] = [];
  let after: Awaited<ReturnType<typeof readUploadLog>>['next'];
  do {
    const page = await readUploadLog(job, filter, { limit: 1_000, after }, dependencies);
    lines.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return lines;
}

function bodyOf(lines: readonly LogEntry[], format: LogFormat): string {
  if (format === 'csv') return csvHeader + lines.map(csvRow).join('');
  return lines.map((line) => `${JSON.stringify(toLogEntryResponse(line))}\n`).join('');
}

async function exported(
  request: LogExport,
  { counts }: Pick<PublishJob, 'counts'>,
  disposition: string,
  dependencies: Dependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const key = exportKey(request);
  const there = await dependencies.jobLogs.findExport(key);
  if (there) {
    return jsonResponse(200, {
      url: await dependencies.jobLogs.signExport(key, disposition, urlSeconds),
      expires: new Date(dependencies.clock() + urlSeconds * 1_000).toISOString(),
      bytes: there.bytes,
    });
  }
  const known = await dependencies.jobLogs.readProgress(key);
  const progress = known ?? { at: '', lines: 0, processed: 0 };
  if (!known || Date.parse(known.at) + patience < dependencies.clock()) {
    // The progress keeps its multipart upload, so that the next export continues it.
    await dependencies.jobLogs.writeProgress(key, {
      ...progress,
      at: new Date(dependencies.clock()).toISOString(),
    });
    await dependencies.jobLogs.requestExport(request);
  }
  return jsonResponse(
    202,
    {
      progress: counts.total === 0 ? 0 : Math.min(1, progress.processed / counts.total),
      lines: progress.lines,
    },
    { 'cache-control': 'no-store', 'retry-after': String(retryAfter) },
  );
}

export const jobLogHandlers = {
  readJobLog,
  downloadJobLog: { respond: downloadJobLog },
} satisfies HandlersOf<typeof jobLogRoutes>;
