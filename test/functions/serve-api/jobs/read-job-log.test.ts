import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../../domain/jobs/job.ts';
import type { UploadFile } from '../../../../domain/uploads/upload-file.ts';
import { jobLogHandlers } from '../../../../functions/serve-api/jobs/job-log-handlers.ts';
import { now, uploadFile, uploadJob, uploadJobId } from '../api-records.ts';
import { dependenciesWith } from '../ask.ts';

const line = (message: string): LogEntry => ({ time: now, outcome: 'recorded', message });

/** A job with so many files, sets and notices, read in pages of `limit` lines. */
async function wholeLog(files: number, sets: number, notices: number, limit: number): Promise<string[]> {
  const messages: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await jobLogHandlers.readJobLog(
      {
        company: 'luma',
        params: { company: 'luma', jobId: uploadJobId },
        query: { limit, cursor },
        user: { subject: 'user', name: 'user', role: 'viewer' },
        body: undefined,
      },
      dependenciesWith({
        getJob: async () => ({ ...uploadJob, status: 'succeeded', ended: now }),
        readLog: async (_company, _job, page) => {
          const from = Number(/(\d+)\.jsonl/.exec(page.after?.file ?? '')?.[1] ?? 0);
          const items = Array.from({ length: Math.min(page.limit, notices - from) }, (_, index) =>
            line(`notice ${from + index + 1}`),
          );
          const last = from + items.length;
          const next = { file: `notify/webhook-${last}.jsonl`, line: 1 };
          return last < notices ? { items, next } : { items };
        },
        readLogFile: async () => undefined,
        listParts: async function* () {},
        clock: () => 0,
        listFiles: async (_company, _job, page) => {
          const from = page.after ?? 0;
          const items = Array.from({ length: Math.min(page.limit, files - from) }, (_, index): UploadFile => {
            const file = from + index + 1;
            return { ...uploadFile, file, state: 'settled', logEntry: line(`file ${file}`) };
          });
          const last = from + items.length;
          return last < files ? { items, next: last } : { items };
        },
        listSetLogEntries: async (_company, _job, page) => {
          const from = page.after === undefined ? 0 : Number.parseInt(page.after, 10) || sets;
          const items = Array.from({ length: Math.min(page.limit, sets - from) }, (_, index) =>
            line(`set ${from + index + 1}`),
          );
          const last = from + items.length;
          return last < sets ? { items, next: `${last}/preset` } : { items };
        },
      }),
    );
    expect(items.length).toBeLessThanOrEqual(limit);
    messages.push(
      ...(items as LogEntry[]).map(({ outcome, message }) => (outcome === 'recorded' ? message : outcome)),
    );
    cursor = next;
  } while (cursor !== undefined);
  return messages;
}

describe('the log of an upload', () => {
  it('has the lines of files, then those of sets, the end and the notices, each once, however it is paged', async () => {
    const some = fc.integer({ min: 0, max: 7 });
    await fc.assert(
      fc.asyncProperty(
        some,
        some,
        some,
        fc.integer({ min: 1, max: 6 }),
        async (files, sets, notices, limit) => {
          const numbered = (name: string, count: number) =>
            Array.from({ length: count }, (_, index) => `${name} ${index + 1}`);
          expect(await wholeLog(files, sets, notices, limit)).toEqual([
            'begin',
            ...numbered('file', files),
            ...numbered('set', sets),
            'end',
            ...numbered('notice', notices),
          ]);
        },
      ),
    );
  });
});
