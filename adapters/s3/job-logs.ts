/** The log of a publish job in the jobs bucket. Numbers are padded, so that S3 lists the files in the order of the work. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { inGroups } from '../../domain/in-groups.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { LogEntry } from '../../domain/jobs/job.ts';
import {
  beginFile,
  endFile,
  logPrefix,
  noticeFolder,
  partLogFile,
} from '../../domain/jobs/job-file-names.ts';
import { parseLogEntries, splitLines, toJsonLines } from '../../domain/jobs/json-lines.ts';
import { mergeLogEntries } from '../../domain/jobs/merge-log-entries.ts';
import { type TaggedText, textObjects } from './text-objects.ts';

/** Where a page of a log ended: the file below the job's `log/`, and the number of its lines that were shown. */
export interface LogPosition {
  readonly file: string;
  readonly line: number;
}

/** Files of a log that are read in parallel. */
const parallelFiles = 10;

const jsonLines = 'application/jsonl';

/** Identifies a part and its log. */
export interface PartOfJob {
  readonly company: string;
  readonly jobId: string;
  readonly level: number;
  readonly part: number;
}

export interface JobLogs {
  writeBegin(company: string, jobId: string, entry: LogEntry): Promise<void>;
  /**
   * Writes the log of a part. If the part already has a log, merges both (domain/jobs/merge-log-entries.ts). A PUT; with
   * an existing log a GET more, and another PUT if the merged log differs.
   * @param keepExisting for an asset that neither has done, keep the existing entry instead of the new one
   * @returns the entries of the log after it
   */
  addPartLog(
    part: PartOfJob,
    entries: readonly LogEntry[],
    options?: { readonly keepExisting: boolean },
  ): Promise<LogEntry[]>;
  writeEnd(company: string, jobId: string, entry: LogEntry): Promise<void>;
  /** A file below the job's `log/`, as JSON Lines. */
  readLogFile(company: string, jobId: string, file: string): Promise<string | undefined>;
  /** Writes a log entry about an action after the end. A notice of the same name replaces it. */
  writeNotice(company: string, jobId: string, name: string, entry: LogEntry): Promise<void>;
  /**
   * A page of a job's log: begin entry, parts in the order of the plan, end entry, notices. While the job runs, a part that
   * finishes after its page was read is missing from the pages.
   */
  readLog(
    company: string,
    jobId: string,
    page: { limit: number; after?: LogPosition | undefined },
  ): Promise<{ items: LogEntry[]; next?: LogPosition }>;
}

export function jobLogs(s3: S3Client, bucket: string): JobLogs {
  const { put, putUnchanged, find } = textObjects(s3, bucket);
  return {
    async writeBegin(company, jobId, entry) {
      await put(logPrefix(company, jobId) + beginFile, toJsonLines([entry]), jsonLines);
    },

    async addPartLog({ company, jobId, level, part }, entries, { keepExisting } = { keepExisting: false }) {
      const key = logPrefix(company, jobId) + partLogFile(level, part);
      let before: TaggedText | undefined;
      for (;;) {
        const existing = before ? parseLogEntries(before.text) : [];
        const merged = keepExisting ? mergeLogEntries(entries, existing) : mergeLogEntries(existing, entries);
        if (before && toJsonLines(merged) === before.text) return merged;
        if (await putUnchanged(key, toJsonLines(merged), jsonLines, before)) return merged;
        before = await find(key);
      }
    },

    async writeEnd(company, jobId, entry) {
      await put(logPrefix(company, jobId) + endFile, toJsonLines([entry]), jsonLines);
    },

    async readLogFile(company, jobId, file) {
      return (await find(logPrefix(company, jobId) + file))?.text;
    },

    async writeNotice(company, jobId, name, entry) {
      await put(`${logPrefix(company, jobId)}${noticeFolder}${name}.jsonl`, toJsonLines([entry]), jsonLines);
    },

    async readLog(company, jobId, { limit, after }) {
      const prefix = logPrefix(company, jobId);
      const items: { entry: LogEntry; position: LogPosition }[] = [];
      for await (const files of inGroups(filesOfLog(prefix, after?.file), parallelFiles)) {
        const texts = await inParallel(files, parallelFiles, (file) => find(prefix + file));
        for (const [index, file] of files.entries()) {
          const lines = splitLines(texts[index]?.text ?? '');
          const shown = file === after?.file ? after.line : 0;
          for (const [offset, text] of lines.slice(shown).entries()) {
            const position = { file, line: shown + offset + 1 };
            items.push({ entry: JSON.parse(text) as LogEntry, position });
          }
        }
        // One entry more than the limit shows that there is a next page.
        if (items.length > limit) break;
      }
      const page = items.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(({ entry }) => entry),
        ...(items.length > limit && last ? { next: last.position } : {}),
      };
    },
  };

  /** The files of a log in order, starting with `from`. Only parts and notices must be listed. */
  async function* filesOfLog(prefix: string, from: string | undefined): AsyncGenerator<string> {
    if (from === undefined || from === beginFile) yield beginFile;
    const isNotice = from?.startsWith(noticeFolder);
    if (from !== endFile && !isNotice) {
      const isPart = from !== undefined && from !== beginFile;
      if (isPart) yield from;
      for await (const file of filesAfter(prefix, isPart ? from : undefined)) {
        if (file.startsWith(noticeFolder)) break;
        if (file !== beginFile && file !== endFile) yield file;
      }
    }
    if (isNotice && from !== undefined) yield from;
    else yield endFile;
    // Names of notices come after all others, so the files above are not listed again.
    for await (const file of filesAfter(prefix, isNotice ? from : noticeFolder)) yield file;
  }

  /** In the order of their names, as S3 lists them. */
  async function* filesAfter(prefix: string, file: string | undefined): AsyncGenerator<string> {
    let after: string | undefined = file === undefined ? undefined : prefix + file;
    do {
      const { Contents = [], IsTruncated } = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(after === undefined ? {} : { StartAfter: after }),
        }),
      );
      const keys = Contents.map((object) => object.Key ?? '');
      for (const key of keys) yield key.slice(prefix.length);
      after = IsTruncated ? keys.at(-1) : undefined;
    } while (after !== undefined);
  }
}
