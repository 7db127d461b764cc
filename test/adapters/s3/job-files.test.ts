import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { jobFiles, type LogPosition } from '../../../adapters/s3/job-files.ts';
import type { LogEntry } from '../../../domain/jobs/job.ts';
import { manifestKey } from '../../../domain/jobs/job-file-names.ts';

const s3 = mockClient(S3Client);
const files = jobFiles(new S3Client({ region: 'eu-west-1' }), 'jobs');
let objects: Map<string, string>;

const etagOf = (text: string) => createHash('md5').update(text).digest('hex');

/** Keys of a page of a listing: small, so that tests turn pages. */
const pageOfKeys = 3;

beforeEach(() => {
  objects = new Map();
  s3.reset();
  s3.on(PutObjectCommand).callsFake(async ({ Bucket, Key, Body, IfMatch, IfNoneMatch }) => {
    const lies = objects.get(`${Bucket}/${Key}`);
    if ((IfNoneMatch && lies !== undefined) || (IfMatch && IfMatch !== etagOf(lies ?? ''))) {
      throw new S3ServiceException({ name: 'PreconditionFailed', $fault: 'client', $metadata: {} });
    }
    objects.set(`${Bucket}/${Key}`, String(Body));
    return {};
  });
  s3.on(GetObjectCommand).callsFake(async ({ Bucket, Key }) => {
    const text = objects.get(`${Bucket}/${Key}`);
    if (text === undefined) throw new NoSuchKey({ message: '', $metadata: {} });
    return { Body: { transformToString: async () => text }, ETag: etagOf(text) };
  });
  s3.on(ListObjectsV2Command).callsFake(async ({ Bucket, Prefix, StartAfter = '' }) => {
    const keys = [...objects.keys()]
      .filter((name) => name.startsWith(`${Bucket}/${Prefix}`))
      .map((name) => name.slice(`${Bucket}/`.length))
      .filter((key) => key > StartAfter)
      .sort();
    return {
      Contents: keys.slice(0, pageOfKeys).map((Key) => ({ Key })),
      IsTruncated: keys.length > pageOfKeys,
    };
  });
});

const job = ['luma', 'J1'] as const;
const place = (part: number) => ({ company: 'luma', jobId: 'J1', level: 0, part });
const end = (parts: number) => ({ parts });
const line = (message: string): LogEntry => ({ time: 'now', outcome: 'published', message });

describe('the plan of a job', () => {
  it('is read as it was written', async () => {
    const entry = { id: 'rød', type: 'image', version: 1, servers: ['image-serving'], bytes: 1 } as const;
    const written = await files.writePart(place(7), [entry]);
    expect(written).toEqual({ ...place(7), key: written.key });
    expect(written.key).toMatch(/^_30-days\/luma\/J1\/plan\/000\/0000007-[0-9a-f-]{36}\.json$/);
    // That of another planner lies beside it.
    await files.writePart(place(7), []);
    expect(await files.readPart(written.key)).toEqual([entry]);
  });

  it('has a manifest for each level, made of all rounds in their order', async () => {
    const at = (level: number, part: number) => ({
      company: 'luma',
      jobId: 'J1',
      level,
      part,
      key: `k${level}${part}`,
    });
    await files.writeRound(...job, 0, [at(0, 0), at(1, 0)], end(2));
    await files.writeRound(...job, 1, [], end(2));
    await files.writeRound(...job, 2, [at(0, 1)], end(3));
    expect(await files.writeManifests(...job, 3)).toEqual([0, 1]);
    expect(objects.get(`jobs/${manifestKey(...job, 0)}`)).toBe(
      `${JSON.stringify(at(0, 0))}\n${JSON.stringify(at(0, 1))}\n`,
    );
    const lines: unknown[] = [];
    for await (const found of files.readPlan(...job)) lines.push(found);
    expect(lines).toEqual([at(0, 0), at(0, 1), at(1, 0)]);
  });

  it('is read also where nothing is planned on a level, and in the order of levels', async () => {
    const at = (level: number) => ({ company: 'luma', jobId: 'J1', level, part: level, key: `k${level}` });
    await files.writeRound(...job, 0, [at(2), at(1)], end(2));
    expect(await files.writeManifests(...job, 1)).toEqual([1, 2]);
    const levels: number[] = [];
    for await (const { level } of files.readPlan(...job)) levels.push(level);
    expect(levels).toEqual([1, 2]);
  });

  it('without parts has none', async () => {
    await files.writeRound(...job, 0, [], end(0));
    expect(await files.writeManifests(...job, 1)).toEqual([]);
    for await (const found of files.readPlan(...job)) expect(found).toBeUndefined();
  });

  it('is that of the planner that made a round first, which another goes on from', async () => {
    const at = (key: string) => ({ ...place(0), key });
    expect(await files.writeRound(...job, 0, [at('first')], end(1))).toEqual(end(1));
    expect(await files.writeRound(...job, 0, [at('second'), at('third')], end(2))).toEqual(end(1));
    expect(await files.writeManifests(...job, 1)).toEqual([0]);
    expect(objects.get(`jobs/${manifestKey(...job, 0)}`)).toBe(`${JSON.stringify(at('first'))}\n`);
  });

  it('that is read before it was finished has no parts, and gets none', async () => {
    await files.writeRound(...job, 0, [{ ...place(0), key: 'k' }], end(1));
    for await (const found of files.readPlan(...job)) expect(found).toBeUndefined();
    expect(await files.writeManifests(...job, 1)).toEqual([]);
    expect(objects.has(`jobs/${manifestKey(...job, 0)}`)).toBe(false);
  });
});

describe('the log of a job', () => {
  async function writeLog(parts: number, linesOfPart: number) {
    await files.writeEnd(...job, line('end'));
    for (let part = parts - 1; part >= 0; part -= 1) {
      await files.addPartLog(
        place(part),
        Array.from({ length: linesOfPart }, (_, index) => line(`${part}/${index}`)),
      );
    }
    await files.writeBegin(...job, line('begin'));
    const middle = Array.from({ length: parts }, (_, part) =>
      Array.from({ length: linesOfPart }, (__, index) => `${part}/${index}`),
    ).flat();
    return ['begin', ...middle, 'end'];
  }

  it.each([1, 2, 3, 5, 7, 24, 25, 26, 27, 1_000])('is read in its order, %i lines a page', async (limit) => {
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

  it('of a job that waits is empty, and of one that was stopped then has its end', async () => {
    expect(await files.readLog(...job, { limit: 10 })).toEqual({ items: [] });
    await files.writeEnd(...job, line('end'));
    expect(await files.readLog(...job, { limit: 10 })).toEqual({ items: [line('end')] });
  });

  it.each([1, 2, 4, 5, 26, 29, 1_000])('has its notices behind the end, %i lines a page', async (limit) => {
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

  it('of a job that runs goes on with the parts that have come meanwhile', async () => {
    await files.writeBegin(...job, line('begin'));
    await files.addPartLog(place(0), [line('a'), line('b')]);
    const first = await files.readLog(...job, { limit: 2 });
    expect(first.items.map(({ message }) => message)).toEqual(['begin', 'a']);
    await files.addPartLog(place(1), [line('c')]);
    const second = await files.readLog(...job, { limit: 10, after: first.next });
    expect(second.items.map(({ message }) => message)).toEqual(['b', 'c']);
  });
});

describe('the log of a part that several workers write', () => {
  const of = (asset: string, outcome: LogEntry['outcome']): LogEntry => ({ ...line(asset), asset, outcome });
  const keyOf = 'jobs/luma/J1/log/000/0000000.jsonl';
  const written = () => s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);

  it('takes a PUT where nobody else has written it', async () => {
    const lines = [of('a', 'published'), of('b', 'error')];
    expect(await files.addPartLog(place(0), lines)).toEqual(lines);
    expect(written()).toMatchObject([{ IfNoneMatch: '*' }]);
    expect(s3.commandCalls(GetObjectCommand)).toEqual([]);
  });

  it('holds what each of them has done', async () => {
    await files.addPartLog(place(0), [of('a', 'published'), of('b', 'error')]);
    const both = [of('a', 'published'), of('b', 'published')];
    expect(await files.addPartLog(place(0), [of('a', 'not-reached'), of('b', 'published')])).toEqual(both);
    expect(objects.get(keyOf)).toBe(both.map((one) => `${JSON.stringify(one)}\n`).join(''));
  });

  it('is not written again where it says all of it already', async () => {
    const lines = [of('a', 'published')];
    await files.addPartLog(place(0), lines);
    expect(await files.addPartLog(place(0), [of('a', 'skipped')])).toEqual(lines);
    // The one that was refused is the last.
    expect(written()).toHaveLength(2);
  });

  it('loses nothing of who writes between its reading and its writing', async () => {
    await files.addPartLog(place(0), [of('a', 'published'), of('b', 'error'), of('c', 'error')]);
    const another = [of('a', 'error'), of('b', 'published'), of('c', 'error')];
    const third = [of('a', 'error'), of('b', 'error'), of('c', 'published')];
    // Both are refused, and read the same before either writes.
    await Promise.all([files.addPartLog(place(0), another), files.addPartLog(place(0), third)]);
    expect(written().filter(({ IfMatch }) => IfMatch !== undefined)).toHaveLength(3);
    const lines = (objects.get(keyOf) ?? '').trim().split('\n');
    expect(lines.map((text) => (JSON.parse(text) as LogEntry).outcome)).toEqual(Array(3).fill('published'));
  });
});
