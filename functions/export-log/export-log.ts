import type { SQSEvent } from 'aws-lambda';
import {
  type ExportProgress,
  exportKey,
  type LogExport,
  type LogExports,
} from '../../adapters/s3/log-exports.ts';
import { type FilteredLogDependencies, filteredLogFiles } from '../../application/jobs/filtered-log.ts';
import type { LogEntry } from '../../domain/jobs/job.ts';
import { parseLogEntries } from '../../domain/jobs/json-lines.ts';
import { csvHeader, csvRow } from '../../domain/jobs/log-csv.ts';
import { isWhole, matchesLogFilter } from '../../domain/jobs/log-filter.ts';
import { exportRequest } from './export-log.contract.ts';

export interface ExportLogDependencies
  extends FilteredLogDependencies,
    Pick<
      LogExports,
      'findExport' | 'readProgress' | 'writeProgress' | 'beginExport' | 'sendExportPart' | 'completeExport'
    > {
  /** Puts a request back into the queue. */
  readonly requestExport: (request: LogExport) => Promise<void>;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly now: () => string;
}

/** Minimum bytes of an upload part. S3 requires 5 MB for all but the last, and takes 10,000 of them: 80 GB. */
const uploadPartBytes = 8_000_000;

/** Milliseconds reserved for sending an upload part and requesting the rest. */
const reserve = 60_000;

/**
 * "Export Log": joins the log of an ended publish job, or the entries that match a filter, into one object. After each upload
 * part it records the progress with the last file in it: another call continues from there, and a parallel call sends the
 * same upload parts. When its time is up, it requests the rest itself.
 *
 * Costs: ten million log entries are 100,000 files of 100, 2.5 GB. The GETs take 100 s with 32 in parallel, the entries about
 * 200 s, the 310 upload parts 60 s: 6 of 15 minutes. That is $0.04 for the GETs, $0.005 for everything else, and $0.06 for
 * the month that the object is kept.
 * @throws Error if the multipart upload was lost twice; any error of S3 or DynamoDB. SQS then delivers the message again
 */
export async function exportLog(event: SQSEvent, dependencies: ExportLogDependencies): Promise<void> {
  for (const { body } of event.Records) {
    await exportOne(exportRequest.parse(JSON.parse(body)), dependencies);
  }
}

async function exportOne(request: LogExport, dependencies: ExportLogDependencies): Promise<void> {
  const key = exportKey(request);
  if (await dependencies.findExport(key)) return;
  const begun = await dependencies.readProgress(key);
  if ((await continueExport(request, key, begun, dependencies)) === 'done') return;
  if (await dependencies.findExport(key)) return;
  // The lifecycle rule aborts a multipart upload that is unfinished for a day.
  const retried = await continueExport(request, key, undefined, dependencies);
  if (retried === 'missing') throw new Error(`The multipart upload of ${key} was lost twice`);
}

async function continueExport(
  request: LogExport,
  key: string,
  begun: ExportProgress | undefined,
  dependencies: ExportLogDependencies,
): Promise<'done' | 'missing'> {
  const { format, filter } = request;
  const id = begun?.upload?.id ?? (await dependencies.beginExport(key, format));
  const sent = [...(begun?.upload?.sent ?? [])];
  const file = begun?.upload?.file;
  const before = begun?.upload ? begun.processed : 0;
  let logEntries = begun?.upload ? begun.lines : 0;
  let texts = [begun?.upload?.rest ?? (file === undefined && format === 'csv' ? csvHeader : '')];
  let size = Buffer.byteLength(texts.join(''));
  // Recorded before the first upload part, so that the next call continues with this multipart upload.
  if (!begun?.upload) await saveProgress({ id, sent }, 0);

  const after = file === undefined ? undefined : { file, done: true };
  for await (const group of filteredLogFiles(request, after, dependencies)) {
    for (const one of group) {
      const { text, count } = written(one.text);
      texts.push(text);
      size += Buffer.byteLength(text);
      logEntries += count;
      // Only at the end of a file, so that parallel calls make the same upload parts.
      if (size < uploadPartBytes) continue;
      if ((await send()) === 'missing') return 'missing';
      await saveProgress({ id, sent, file: one.file }, one.processed);
    }
    const last = group.at(-1);
    if (last && dependencies.timeLeft() < reserve) {
      await saveProgress({ id, sent, file: last.file, rest: texts.join('') }, last.processed);
      await dependencies.requestExport(request);
      return 'done';
    }
  }
  // S3 requires at least one upload part, and takes an empty one.
  if (size > 0 || sent.length === 0) {
    if ((await send()) === 'missing') return 'missing';
  }
  return (await dependencies.completeExport(key, id, sent)) === 'missing' ? 'missing' : 'done';

  async function send(): Promise<'sent' | 'missing'> {
    const part = await dependencies.sendExportPart(key, id, sent.length + 1, Buffer.from(texts.join('')));
    if (part === 'missing') return 'missing';
    sent.push(part);
    texts = [];
    size = 0;
    return 'sent';
  }

  function saveProgress(upload: NonNullable<ExportProgress['upload']>, processed: number): Promise<void> {
    return dependencies.writeProgress(key, {
      at: dependencies.now(),
      lines: logEntries,
      processed: before + processed,
      upload: { ...upload, sent: [...upload.sent] },
    });
  }

  function written(text: string): { text: string; count: number } {
    // A complete log as JSON Lines is copied without reading its entries.
    if (format === 'jsonl' && isWhole(filter)) {
      const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
      return whole.trim() === '' ? { text: '', count: 0 } : { text: whole, count: countLines(whole) };
    }
    const matching = parseLogEntries(text).filter((logEntry) => matchesLogFilter(logEntry, filter));
    return { text: matching.map(textOf).join(''), count: matching.length };
  }

  function textOf(logEntry: LogEntry): string {
    return format === 'csv' ? csvRow(logEntry) : `${JSON.stringify(logEntry)}\n`;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) count += 1;
  return count;
}
