import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { jobLogs, type LogPosition } from '../../../adapters/s3/job-logs.ts';
import type { LogEntry } from '../../../domain/jobs/job.ts';
import { keepTexts } from './memory-bucket.ts';

const s3 = mockClient(S3Client);
const files = jobLogs(new S3Client({ region: 'eu-west-1' }), 'jobs');
let objects: Map<string, string>;

beforeEach(() => {
  objects = keepTexts(s3);
});

const job = ['luma', 'J1'] as const;
const place = (part: number) => ({ company: 'luma', jobId: 'J1', level: 0, part });
const line = (message: string): LogEntry => ({ time: 'now', outcome: 'published', message });

describe('the log of a job', () => {
  async function writeLog(parts: number, entriesOfPart: number) {
    await files.writeEnd(...job, line('end'));
    for (let part = parts - 1; part >= 0; part -= 1) {
      await files.addPartLog(
        place(part),
        Array.from({ length: entriesOfPart }, (_, index) => line(`${part}/${index}`)),
      );
    }
    await files.writeBegin(...job, line('begin'));
    const middle = Array.from({ length: parts }, (_, part) =>
      Array.from({ length: entriesOfPart }, (__, index) => `${part}/${index}`),
    ).flat();
    return ['begin', ...middle, 'end'];
  }

  it.each([1, 2, 3, 5, 7, 24, 25, 26, 27, 1_000])('is read in order, %i entries a page', async (limit) => {
    const expected = await writeLog(12, 2);
    const messages: string[] = [];
    let after: LogPosition | undefined;
    do {
      const page = await files.readLog(...job, { limit, after });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      expect(page.items.length).toBeGreaterThan(0);
      messages.push(...page.items.map(({ message }) => message));
      after = page.next;
    } while (after);
    expect(messages).toEqual(expected);
  });

  it('is empty for a job that waits, and has the end entry once that job was stopped', async () => {
    expect(await files.readLog(...job, { limit: 10 })).toEqual({ items: [] });
    await files.writeEnd(...job, line('end'));
    expect(await files.readLog(...job, { limit: 10 })).toEqual({ items: [line('end')] });
  });

  it.each([1, 2, 4, 5, 26, 29, 1_000])('has its notices after the end, %i entries a page', async (limit) => {
    const expected = await writeLog(12, 2);
    for (const name of ['webhook-02', 'webhook-01', 'mail-end', 'webhook-03', 'webhook-10'])
      await files.writeNotice(...job, name, line(name));
    await files.writeNotice(...job, 'webhook-02', line('again'));
    const messages: string[] = [];
    let after: LogPosition | undefined;
    do {
      const page = await files.readLog(...job, { limit, after });
      messages.push(...page.items.map(({ message }) => message));
      after = page.next;
    } while (after);
    expect(messages).toEqual([...expected, 'mail-end', 'webhook-01', 'again', 'webhook-03', 'webhook-10']);
  });

  it('continues with the parts that finished meanwhile while the job runs', async () => {
    await files.writeBegin(...job, line('begin'));
    await files.addPartLog(place(0), [line('a'), line('b')]);
    const first = await files.readLog(...job, { limit: 2 });
    expect(first.items.map(({ message }) => message)).toEqual(['begin', 'a']);
    await files.addPartLog(place(1), [line('c')]);
    const second = await files.readLog(...job, { limit: 10, after: first.next });
    expect(second.items.map(({ message }) => message)).toEqual(['b', 'c']);
  });
});

describe('the log of a part with several workers', () => {
  const of = (asset: string, outcome: LogEntry['outcome']): LogEntry => ({ ...line(asset), asset, outcome });
  const keyOf = 'jobs/luma/J1/log/000/0000000.jsonl';
  const written = () => s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);

  it('takes one PUT if no other worker has written it', async () => {
    const lines = [of('a', 'published'), of('b', 'error')];
    expect(await files.addPartLog(place(0), lines)).toEqual(lines);
    expect(written()).toMatchObject([{ IfNoneMatch: '*' }]);
    expect(s3.commandCalls(GetObjectCommand)).toEqual([]);
  });

  it('has everything that each worker has done', async () => {
    await files.addPartLog(place(0), [of('a', 'published'), of('b', 'error')]);
    const both = [of('a', 'published'), of('b', 'published')];
    expect(await files.addPartLog(place(0), [of('a', 'not-reached'), of('b', 'published')])).toEqual(both);
    expect(objects.get(keyOf)).toBe(both.map((one) => `${JSON.stringify(one)}\n`).join(''));
  });

  it('is not written again if it already has all entries', async () => {
    const lines = [of('a', 'published')];
    await files.addPartLog(place(0), lines);
    expect(await files.addPartLog(place(0), [of('a', 'skipped')])).toEqual(lines);
    // The second write was refused, and there is no third.
    expect(written()).toHaveLength(2);
  });

  it('loses nothing if another worker writes between its read and its write', async () => {
    await files.addPartLog(place(0), [of('a', 'published'), of('b', 'error'), of('c', 'error')]);
    const another = [of('a', 'error'), of('b', 'published'), of('c', 'error')];
    const third = [of('a', 'error'), of('b', 'error'), of('c', 'published')];
    // Both are refused first, and then read the same log before either writes.
    await Promise.all([files.addPartLog(place(0), another), files.addPartLog(place(0), third)]);
    expect(written().filter(({ IfMatch }) => IfMatch !== undefined)).toHaveLength(3);
    const lines = (objects.get(keyOf) ?? '').trim().split('\n');
    expect(lines.map((text) => (JSON.parse(text) as LogEntry).outcome)).toEqual(Array(3).fill('published'));
  });
});
