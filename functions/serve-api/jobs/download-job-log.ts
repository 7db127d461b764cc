import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import { attachment } from '../../../adapters/http/attachment.ts';
import { jsonResponse } from '../../../adapters/http/handle-request.ts';
import {
  exportKey,
  type LogExport,
  type LogExports,
  type LogFormat,
  logTypes,
} from '../../../adapters/s3/log-exports.ts';
import { type FilteredLogDependencies, filteredLogEntries } from '../../../application/jobs/filtered-log.ts';
import { type CloseOverdueDependencies, closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { Failure } from '../../../domain/failure.ts';
import {
  isTerminal,
  type Job,
  type LogEntry,
  type PublishJob,
  type UploadJob,
} from '../../../domain/jobs/job.ts';
import { csvHeader, csvRow } from '../../../domain/jobs/log-csv.ts';
import { type LogFilter, maxLogEntries } from '../../../domain/jobs/log-filter.ts';
import type { RequestOf } from '../route-types.ts';
import { logFilterOf, readUploadLog, type UploadLogDependencies } from './read-job-log.ts';

export interface DownloadJobLogDependencies
  extends Pick<JobStore, 'getJob'>,
    UploadLogDependencies,
    FilteredLogDependencies,
    CloseOverdueDependencies,
    Pick<LogExports, 'findExport' | 'signExport' | 'readProgress' | 'writeProgress'> {
  /** Asks export-log to put a log together. */
  readonly requestExport: (request: LogExport) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
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
export async function downloadJobLog(
  { company, params, query }: RequestOf<'downloadJobLog'>,
  dependencies: DownloadJobLogDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const found = await dependencies.getJob(company, params.jobId);
  if (!found) throw new Failure('job.not-found', `There is no job ${params.jobId}`);
  const job = await closeOverdue(found, dependencies);
  if (!isTerminal(job.status)) {
    throw new Failure(
      'job.not-ended',
      'The job has not ended, so that its log is not whole; read it page by page at /log, or download it once the job has ended',
    );
  }
  const { format } = query;
  const filter = logFilterOf(query);
  const lines = await linesAtOnce(job, filter, dependencies);
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
  dependencies: DownloadJobLogDependencies,
): Promise<LogEntry[] | undefined> {
  if (job.kind === 'upload') return uploadLines(job, filter, dependencies);
  if (maxLogEntries(job.counts, filter) > maxEntriesAtOnce) return undefined;
  const until = dependencies.clock() + maxTime;
  const log = { company: job.company, jobId: job.id, filter };
  // Begin and end line come to what was counted.
  const page = await filteredLogEntries(log, { limit: maxEntriesAtOnce + 2, until }, dependencies);
  return page.next === undefined ? page.items : undefined;
}

/** An upload has 1,000 files at most, and no more sets than files. */
async function uploadLines(
  job: UploadJob,
  filter: LogFilter,
  dependencies: UploadLogDependencies,
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
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

async function exported(
  request: LogExport,
  { counts }: Pick<PublishJob, 'counts'>,
  disposition: string,
  dependencies: DownloadJobLogDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const key = exportKey(request);
  const there = await dependencies.findExport(key);
  if (there) {
    return jsonResponse(200, {
      url: await dependencies.signExport(key, disposition, urlSeconds),
      expires: new Date(dependencies.clock() + urlSeconds * 1_000).toISOString(),
      bytes: there.bytes,
    });
  }
  const known = await dependencies.readProgress(key);
  const progress = known ?? { at: '', lines: 0, processed: 0 };
  if (!known || Date.parse(known.at) + patience < dependencies.clock()) {
    // Its upload is kept, so that whoever takes the request goes on with it.
    await dependencies.writeProgress(key, {
      ...progress,
      at: new Date(dependencies.clock()).toISOString(),
    });
    await dependencies.requestExport(request);
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
