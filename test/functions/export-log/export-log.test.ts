import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type ExportProgress, exportKey, type LogExport } from '../../../adapters/s3/log-exports.ts';
import { sumOfLogEntries } from '../../../domain/jobs/counts.ts';
import type { LogEntry } from '../../../domain/jobs/job.ts';
import { logFiles, partLogFile } from '../../../domain/jobs/job-file-names.ts';
import { csvHeader, csvRow } from '../../../domain/jobs/log-csv.ts';
import { type ExportLogDependencies, exportLog } from '../../../functions/export-log/export-log.ts';
import { jobIdOf } from '../../support/builders.ts';

const request: LogExport = { company: 'luma', jobId: jobIdOf(1), format: 'jsonl', filter: {} };
const eventOf = (asked: LogExport) => ({ Records: [{ body: JSON.stringify(asked) }] }) as SQSEvent;

const parts = 100;
/** About 90 kB for each part of the job: 9 MB in all, which are two upload parts. */
const linesOf = (part: number): LogEntry[] =>
  Array.from({ length: 3 }, (_, index) => ({
    time: 't',
    asset: `${part}-${index}`,
    outcome: index === 0 && part % 10 === 0 ? 'error' : 'published',
    message: 'x'.repeat(30_000),
  }));
const begin: LogEntry = { time: 't', outcome: 'begin', message: 'Begins' };
const end: LogEntry = { time: 't', outcome: 'end', message: 'Ends' };
const whole = [begin, ...Array.from({ length: parts }, (_, index) => linesOf(index + 1)).flat(), end];
const textOf = (lines: readonly LogEntry[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** S3 in memory, with its multipart uploads. */
function world(change: Partial<ExportLogDependencies> = {}) {
  const objects = new Map<string, string>();
  const uploads = new Map<string, Map<number, string>>();
  const notes = new Map<string, ExportProgress>();
  const asked: LogExport[] = [];
  const read: string[] = [];
  const dependencies: ExportLogDependencies = {
    async *listParts(_company, _jobId, { after } = {}) {
      for (let part = (after?.part ?? 0) + 1; part <= parts; part += 1)
        yield {
          level: 0,
          part,
          counts: sumOfLogEntries(linesOf(part)),
          perServer: {},
          closed: false,
          at: 't',
        };
    },
    async readLogFile(_company, _jobId, file) {
      read.push(file);
      if (file === logFiles.begin) return textOf([begin]);
      if (file === logFiles.end) return textOf([end]);
      return textOf(linesOf(Number(file.slice(4, 11))));
    },
    async findExport(key) {
      const found = objects.get(key);
      return found === undefined ? undefined : { bytes: found.length };
    },
    readProgress: async (key) => notes.get(key),
    async writeProgress(key, progress) {
      notes.set(key, progress);
    },
    async beginExport() {
      const id = `upload-${uploads.size + 1}`;
      uploads.set(id, new Map());
      return id;
    },
    async sendExportPart(_key, id, part, bytes) {
      const upload = uploads.get(id);
      if (!upload) return 'missing';
      upload.set(part, bytes.toString());
      return { part, etag: `etag-${part}`, sha256: 's' };
    },
    async completeExport(key, id, etags) {
      const upload = uploads.get(id);
      if (!upload) return 'missing';
      objects.set(key, etags.map((_, index) => upload.get(index + 1)).join(''));
      uploads.delete(id);
      return 'completed';
    },
    async requestExport(again) {
      asked.push(again);
    },
    timeLeft: () => 900_000,
    now: () => '2026-11-24T08:30:00.000Z',
    ...change,
  };
  return { dependencies, objects, uploads, notes, asked, read };
}

describe('exportLog', () => {
  it('writes the whole log in order, in upload parts that S3 takes', async () => {
    const { dependencies, objects, notes } = world();
    await exportLog(eventOf(request), dependencies);
    expect(objects.get(exportKey(request))).toBe(textOf(whole));
    expect(notes.get(exportKey(request))).toMatchObject({
      processed: expect.any(Number),
      upload: { sent: [{ part: 1, etag: 'etag-1', sha256: 's' }] },
    });
  });

  it.each<[string, Partial<LogExport>, string]>([
    ['a table', { format: 'csv' }, csvHeader + whole.map(csvRow).join('')],
    [
      'its errors',
      { filter: { outcomes: ['error'] } },
      textOf(whole.filter(({ outcome }) => outcome === 'error')),
    ],
    ['nothing', { filter: { asset: 'none' } }, ''],
  ])('can be %s', async (_what, change, expected) => {
    const { dependencies, objects } = world();
    const wanted = { ...request, ...change };
    await exportLog(eventOf(wanted), dependencies);
    expect(objects.get(exportKey(wanted))).toBe(expected);
  });

  it('does not write an export twice', async () => {
    const { dependencies, read } = world({ findExport: async () => ({ bytes: 1 }) });
    await exportLog(eventOf(request), dependencies);
    expect(read).toEqual([]);
  });

  it('continues after each time limit, and reads nothing twice', async () => {
    const { dependencies, objects, asked, read } = world({ timeLeft: () => 1_000 });
    const wanted: LogExport = { ...request, format: 'csv' };
    await exportLog(eventOf(wanted), dependencies);
    for (let again = asked.shift(); again; again = asked.shift())
      await exportLog(eventOf(again), dependencies);
    expect(objects.get(exportKey(wanted))).toBe(csvHeader + whole.map(csvRow).join(''));
    expect(new Set(read).size).toBe(read.length);
    expect(read).toHaveLength(parts + 2);
  });

  it('continues after the last upload part of an interrupted call', async () => {
    const { dependencies, objects, read } = world();
    const dying = { ...dependencies, completeExport: () => Promise.reject(new Error('killed')) };
    await expect(exportLog(eventOf(request), dying)).rejects.toThrow('killed');
    read.length = 0;
    await exportLog(eventOf(request), dependencies);
    expect(objects.get(exportKey(request))).toBe(textOf(whole));
    expect(read).not.toContain(partLogFile(0, 1));
  });

  it('begins again if S3 has aborted the multipart upload', async () => {
    const { dependencies, objects, notes } = world();
    notes.set(exportKey(request), {
      at: 't',
      lines: 9,
      processed: 9,
      upload: { id: 'old', sent: [{ part: 1, etag: 'etag-1', sha256: 's' }], file: partLogFile(0, 50) },
    });
    await exportLog(eventOf(request), dependencies);
    expect(objects.get(exportKey(request))).toBe(textOf(whole));
  });

  it('leaves an export alone that another call has completed meanwhile', async () => {
    const { dependencies, objects } = world();
    const key = exportKey(request);
    await exportLog(eventOf(request), {
      ...dependencies,
      async completeExport() {
        objects.set(key, 'whole');
        return 'missing';
      },
    });
    expect(objects.get(key)).toBe('whole');
  });
});
