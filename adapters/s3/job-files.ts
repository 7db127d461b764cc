/**
 * The files of a publish job in the jobs bucket: parts of its plan, the manifests that the Distributed Maps read,
 * and its log. Numbers are padded, so that S3 lists files in the order of the work.
 */

import { randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inParallel } from '../../domain/in-parallel.ts';
import type { LogEntry } from '../../domain/jobs/job.ts';
import {
  beginFile,
  endFile,
  logPrefix,
  manifestKey,
  noticeFolder,
  partFileKey,
  partLogFile,
  roundKey,
  scopeKey,
  shortLivedPrefix,
} from '../../domain/jobs/job-file-names.ts';
import { mergeLogEntries } from '../../domain/jobs/merge-log-entries.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';

/** A line of a manifest: one part, as its map item and thus the input of publish-part. */
export interface ManifestLine {
  readonly company: string;
  readonly jobId: string;
  readonly level: number;
  readonly part: number;
  /** Of the part's file. */
  readonly key: string;
}

/** Where a page of a log ended: the file, below the job's `log/`, and the number of its lines that were shown. */
export interface LogPosition {
  readonly file: string;
  readonly line: number;
}

/** Files of a log that are read ahead: a page of 1,000 lines is ten parts of 100. */
const filesAtATime = 10;

export interface JobFiles {
  writePart(line: Omit<ManifestLine, 'key'>, entries: readonly PlanEntry[]): Promise<ManifestLine>;
  readPart(key: string): Promise<PlanEntry[]>;
  /**
   * Keeps what one round of planning made. Of several planners that make the same round the first one's counts.
   * @param end where the planner stood after it
   * @returns the end of the round that counts
   */
  writeRound<End extends object>(
    company: string,
    jobId: string,
    round: number,
    lines: readonly ManifestLine[],
    end: End,
  ): Promise<End>;
  /**
   * Ends a plan, and makes the manifest of each level out of its rounds. Who does so first says how many these are; doing
   * it again makes the same.
   * @returns the levels that have parts, in order
   */
  writeManifests(company: string, jobId: string, rounds: number): Promise<number[]>;
  /** The parts of a plan, level by level. A plan that was not finished by now has none, and never will. */
  readPlan(company: string, jobId: string): AsyncIterable<ManifestLine>;
  /** Keeps the ids that a job is for. */
  writeScope(company: string, jobId: string, ids: readonly string[]): Promise<void>;
  readScope(company: string, jobId: string): Promise<string[]>;
  writeBegin(company: string, jobId: string, line: LogEntry): Promise<void>;
  /**
   * Writes the log of a part; where there is one, together with what it says (domain/jobs/merge-log-entries.ts). A PUT; with one
   * before a GET more, and another PUT if it then says more.
   * @param keepExisting of what neither has done, what lies there holds, rather than what is found now
   * @returns what the log says by it
   */
  addPartLog(
    line: Omit<ManifestLine, 'key'>,
    lines: readonly LogEntry[],
    options?: { readonly keepExisting: boolean },
  ): Promise<LogEntry[]>;
  writeEnd(company: string, jobId: string, line: LogEntry): Promise<void>;
  /** A file below the job's `log/`, JSON Lines. */
  readLogFile(company: string, jobId: string, file: string): Promise<string | undefined>;
  /** Writes a line about something that was done after the end. One of the same name replaces it. */
  writeNotice(company: string, jobId: string, name: string, line: LogEntry): Promise<void>;
  /**
   * A page of a job's log: begin line, parts in the order of the plan, end line, notices. While the job runs, a part that is
   * finished after the page that would have shown it was read is missing from that reading.
   */
  readLog(
    company: string,
    jobId: string,
    page: { limit: number; after?: LogPosition | undefined },
  ): Promise<{ items: LogEntry[]; next?: LogPosition }>;
}

export function jobFiles(s3: S3Client, bucket: string): JobFiles {
  return {
    async writePart(line, entries) {
      const key = partFileKey(line.company, line.jobId, line.level, line.part, `-${randomUUID()}`);
      await put(key, JSON.stringify(entries), 'application/json');
      return { ...line, key };
    },

    async readPart(key) {
      return JSON.parse(await get(key)) as PlanEntry[];
    },

    async writeRound(company, jobId, round, lines, end) {
      const key = roundKey(company, jobId, round);
      const wrote = await putOnce(key, toLines([...lines, end]));
      return wrote ? end : (JSON.parse(splitLines(await get(key)).at(-1) ?? '') as typeof end);
    },

    async writeManifests(company, jobId, rounds) {
      const byLevel = await manifestLinesByLevel(company, jobId, await fixRounds(company, jobId, rounds));
      for (const [level, lines] of byLevel) {
        await put(manifestKey(company, jobId, level), `${lines.join('\n')}\n`, jsonLines);
      }
      return byLevel.map(([level]) => level);
    },

    async *readPlan(company, jobId) {
      const byLevel = await manifestLinesByLevel(company, jobId, await fixRounds(company, jobId, 0));
      for (const [, lines] of byLevel) {
        for (const line of lines) yield JSON.parse(line) as ManifestLine;
      }
    },

    async writeScope(company, jobId, ids) {
      await put(scopeKey(company, jobId), JSON.stringify(ids), 'application/json');
    },

    async readScope(company, jobId) {
      return JSON.parse(await get(scopeKey(company, jobId))) as string[];
    },

    async writeBegin(company, jobId, line) {
      await put(logPrefix(company, jobId) + beginFile, toLines([line]), jsonLines);
    },

    async addPartLog({ company, jobId, level, part }, lines, { keepExisting } = { keepExisting: false }) {
      const key = logPrefix(company, jobId) + partLogFile(level, part);
      let before: { text: string; etag: string | undefined } | undefined;
      for (;;) {
        const there = before ? linesOf(before.text) : [];
        const merged = keepExisting ? mergeLogEntries(lines, there) : mergeLogEntries(there, lines);
        if (before && toLines(merged) === before.text) return merged;
        if (await putIf(key, toLines(merged), before)) return merged;
        before = await findTagged(key);
      }
    },

    async writeEnd(company, jobId, line) {
      await put(logPrefix(company, jobId) + endFile, toLines([line]), jsonLines);
    },

    readLogFile: (company, jobId, file) => find(logPrefix(company, jobId) + file),
    async writeNotice(company, jobId, name, line) {
      await put(`${logPrefix(company, jobId)}${noticeFolder}${name}.jsonl`, toLines([line]), jsonLines);
    },

    async readLog(company, jobId, { limit, after }) {
      const prefix = logPrefix(company, jobId);
      const items: { line: LogEntry; position: LogPosition }[] = [];
      for await (const files of inGroups(filesOfLog(prefix, after?.file), filesAtATime)) {
        const texts = await inParallel(files, filesAtATime, (file) => find(prefix + file));
        for (const [index, file] of files.entries()) {
          const lines = splitLines(texts[index] ?? '');
          const shown = file === after?.file ? after.line : 0;
          for (const [offset, text] of lines.slice(shown).entries()) {
            const position = { file, line: shown + offset + 1 };
            items.push({ line: JSON.parse(text) as LogEntry, position });
          }
        }
        // One more than asked for tells that there is a next page.
        if (items.length > limit) break;
      }
      const page = items.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(({ line }) => line),
        ...(items.length > limit && last ? { next: last.position } : {}),
      };
    },
  };

  /** @returns the rounds that the plan has: those given, unless somebody has told before */
  async function fixRounds(company: string, jobId: string, rounds: number): Promise<number> {
    const key = roundsKey(company, jobId);
    if (await putOnce(key, JSON.stringify({ rounds }))) return rounds;
    return (JSON.parse(await get(key)) as { rounds: number }).rounds;
  }

  /**
   * The lines of a plan, in the order of levels. A level may be missing: of a set whose members are live nothing below it
   * is planned. Texts, not objects: the 100,000 lines of ten million assets are 15 MB.
   */
  async function manifestLinesByLevel(
    company: string,
    jobId: string,
    rounds: number,
  ): Promise<[number, string[]][]> {
    const byLevel = new Map<number, string[]>();
    for (let round = 0; round < rounds; round += 1) {
      // The last one tells where the round ended.
      for (const text of splitLines(await get(roundKey(company, jobId, round))).slice(0, -1)) {
        const { level } = JSON.parse(text) as ManifestLine;
        const lines = byLevel.get(level) ?? [];
        lines.push(text);
        byLevel.set(level, lines);
      }
    }
    return [...byLevel].sort(([a], [b]) => a - b);
  }

  /** The files of a log in its order, from the one named on. Only parts and notices have to be listed. */
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
    // Their names come after those of all else, so that what was listed above need not be listed again.
    for await (const file of filesAfter(prefix, isNotice ? from : noticeFolder)) yield file;
  }

  /** In the order of their names, which S3 lists by. */
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

  async function put(key: string, body: string, type: string): Promise<void> {
    // The SDK takes an empty text for a stream of unknown length, and warns.
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body || '\n', ContentType: type }));
  }

  /** @returns false if something lies there */
  function putOnce(key: string, body: string): Promise<boolean> {
    return putIf(key, body, undefined);
  }

  /** @returns false if something else lies there by now */
  async function putIf(key: string, body: string, before: { etag: string | undefined } | undefined) {
    const condition = before ? { IfMatch: before.etag } : { IfNoneMatch: '*' };
    try {
      const object = { Bucket: bucket, Key: key, Body: body || '\n', ContentType: jsonLines };
      await s3.send(new PutObjectCommand({ ...object, ...condition }));
      return true;
    } catch (error) {
      if (refusals.includes(error instanceof Error ? error.name : '')) return false;
      throw error;
    }
  }

  async function findTagged(key: string): Promise<{ text: string; etag: string | undefined } | undefined> {
    try {
      const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return { text: (await Body?.transformToString()) ?? '', etag: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async function get(key: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`S3 gave no body for ${key}`);
    return Body.transformToString();
  }

  async function find(key: string): Promise<string | undefined> {
    try {
      return await get(key);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }
}

const jsonLines = 'application/jsonl';

/** What S3 says where a condition does not hold, or another write to the same key is under way. */
const refusals = ['PreconditionFailed', 'ConditionalRequestConflict'];

/** How many rounds the plan has. Only the first to write it is heard. */
const roundsKey = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/rounds.json`;

function toLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function linesOf(text: string): LogEntry[] {
  return splitLines(text).map((line) => JSON.parse(line) as LogEntry);
}

function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function* inGroups<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
