import type { SQSEvent } from 'aws-lambda';
import {
  type ExportProgress,
  exportKey,
  type LogExport,
  type LogExports,
} from '../../adapters/s3/log-exports.ts';
import {
  type FilteredLogDependencies,
  filteredLogFiles,
  linesOf,
} from '../../application/jobs/filtered-log.ts';
import type { LogEntry } from '../../domain/jobs/job.ts';
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

/** Bytes of a part, at least: S3 wants 5 MB of all but the last, and takes 10,000 of them: 80 GB. */
const partBytes = 8_000_000;

/** Milliseconds kept back to send a part and to ask for the rest. */
const reserve = 60_000;

/**
 * Puts the log of an ended publish job, or the lines of it that are wanted, together as one object. Each part that is
 * sent is noted beside it, with the last file that is in it: another call goes on from there, and one that runs beside
 * it cuts and sends the same parts. When its time is up, it asks for the rest itself.
 *
 * Ten million lines are 100,000 files of 100, 2.5 GB: the GETs take 100 s at 32 side by side, the lines some 200 s, the
 * 310 parts a minute: six of its fifteen minutes. That costs $0.04 for the GETs, $0.005 for all else, and $0.06 for the
 * month that the object is kept.
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
  // S3 gives up what lies unfinished for a day.
  const retried = await continueExport(request, key, undefined, dependencies);
  if (retried === 'missing') throw new Error(`The upload of ${key} was lost twice`);
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
  let lines = begun?.upload ? begun.lines : 0;
  let texts = [begun?.upload?.rest ?? (file === undefined && format === 'csv' ? csvHeader : '')];
  let size = Buffer.byteLength(texts.join(''));
  // As early as this: whoever comes next goes on with this upload.
  if (!begun?.upload) await saveProgress({ id, sent }, 0);

  const after = file === undefined ? undefined : { file, done: true };
  for await (const group of filteredLogFiles(request, after, dependencies)) {
    for (const one of group) {
      const { text, count } = written(one.text);
      texts.push(text);
      size += Buffer.byteLength(text);
      lines += count;
      // At the end of a file, so that all who put this log together cut it alike.
      if (size < partBytes) continue;
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
  // S3 wants one part at least, and takes an empty one.
  if (size > 0 || sent.length === 0) {
    if ((await send()) === 'missing') return 'missing';
  }
  return (await dependencies.completeExport(key, id, sent)) === 'missing' ? 'missing' : 'done';

  async function send(): Promise<'sent' | 'missing'> {
    const etag = await dependencies.sendExportPart(key, id, sent.length + 1, Buffer.from(texts.join('')));
    if (etag === 'missing') return 'missing';
    sent.push(etag);
    texts = [];
    size = 0;
    return 'sent';
  }

  function saveProgress(upload: NonNullable<ExportProgress['upload']>, passed: number): Promise<void> {
    return dependencies.writeProgress(key, {
      at: dependencies.now(),
      lines,
      processed: before + passed,
      upload: { ...upload, sent: [...upload.sent] },
    });
  }

  function written(text: string): { text: string; count: number } {
    // A whole log as it is needs no reading of its lines.
    if (format === 'jsonl' && isWhole(filter)) {
      const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
      return whole.trim() === '' ? { text: '', count: 0 } : { text: whole, count: countLines(whole) };
    }
    const matching = linesOf(text).filter((line) => matchesLogFilter(line, filter));
    return { text: matching.map(textOf).join(''), count: matching.length };
  }

  function textOf(line: LogEntry): string {
    return format === 'csv' ? csvRow(line) : `${JSON.stringify(line)}\n`;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) count += 1;
  return count;
}
