import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { activeJobStore } from '../../../adapters/dynamodb/jobs/active-job-store.ts';
import { jobListStore } from '../../../adapters/dynamodb/jobs/job-list-store.ts';
import { type JobStore, jobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import { fileKey, folderItemKey, jobKey, usageKey, versionKey } from '../../../adapters/dynamodb/keys.ts';
import { folderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { type UploadStore, uploadStore } from '../../../adapters/dynamodb/uploads/upload-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { type LogEntry, noCounts, type UploadJob } from '../../../domain/jobs/job.ts';
import { planJobList } from '../../../domain/jobs/plan-job-list.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import { anAsset, anUploadFile, anUploadJob } from '../../support/builders.ts';
import {
  beforeNext,
  failNext,
  itemIn,
  measured,
  newCompany,
  putAssets,
  putJobs,
  type StoreTable,
} from '../store-table.ts';

const now = '2026-11-24T08:30:00.000Z';
const logEntry: LogEntry = { time: now, outcome: 'published', message: 'x', bytes: 5 };
const collision = new TransactionCanceledException({
  message: 'made by a test',
  $metadata: {},
  CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
});

/** Upload jobs, their files, and the assets that these become. */
export function describeUploadStore(open: () => StoreTable): void {
  let table: StoreTable;
  let jobs: JobStore;
  let store: UploadStore;
  let company: string;
  let job: UploadJob;
  let file: UploadFile;
  let asset: Asset;

  beforeAll(() => {
    table = open();
    jobs = jobStore(table.documents, table.jobs);
    store = uploadStore(table.documents, table.jobs, table.assets, jobs);
  });
  beforeEach(() => {
    company = newCompany();
    job = anUploadJob({ company, counts: { ...noCounts, total: 3 } });
    file = anUploadFile({ company });
    asset = anAsset({ company, id: 'shoe', folder: '/autumn/', version: 2, intent: 'live' });
    // Writes that collide or are handed back are made again at once.
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    table.hook.onCall = undefined;
  });

  const files = (from: number, to: number, state: UploadFile['state'] = 'pending') =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ ...file, file: from + index, state }));
  const created = (...of: UploadFile[]) => store.createUpload(job, of);
  const counts = async () => (await jobs.getJob(company, job.id))?.counts;
  const fileNow = (number = 1) => store.getFile(company, job.id, number);
  const assetNow = () => assetStore(table.documents, table.assets).getAsset(company, 'shoe');
  const versionNow = (version: number) => itemIn(table, table.assets, versionKey(company, 'shoe', version));
  const activeIds = async () => {
    const found: string[] = [];
    for await (const jobId of activeJobStore(table.documents, table.jobs).listActiveJobs(company))
      found.push(jobId);
    return found;
  };
  const endedIds = async () => {
    const { listJobs } = jobListStore(table.documents, table.jobs, Date.now);
    // The ids of the builders are of 2024.
    const filters = { state: 'ended', from: '2024-01-01T00:00:00.000Z' } as const;
    const { items } = await listJobs(company, planJobList(filters, 'status', 'asc', now), filters, {
      limit: 9,
    });
    return items.map(({ id }) => id);
  };

  describe('What the files of an upload announce in a quota', () => {
    const day = now.slice(0, 10);
    const announced = async () => {
      const item = await itemIn(table, table.jobs, usageKey(company, day));
      return item && [item.announcedAssets, item.announcedBytes];
    };
    const reserved = (from: number, to: number) =>
      files(from, to).map((one) => ({ ...one, bytes: 10, reserved: day }));
    const entry = (outcome: LogEntry['outcome']): LogEntry => ({ time: now, outcome, message: 'x' });

    it('is written with the job, once, and released by files that are not taken', async () => {
      const reservation = { day, assets: 3, bytes: 30 };
      expect(await store.createUpload(job, reserved(1, 3), reservation)).toBe(true);
      expect(await store.createUpload(job, reserved(1, 3), reservation)).toBe(false);
      expect(await announced()).toEqual([3, 30]);
      const [one, two, three] = reserved(1, 3);
      if (!one || !two || !three) throw new Error('There are three files');
      expect(await store.finishFile(one, 'pending', entry('error'))).toBe(true);
      expect(await store.finishFile(one, 'pending', entry('error'))).toBe(false);
      expect(await store.finishFile(two, 'pending', entry('error'), 'given-up')).toBe(true);
      expect(await announced()).toEqual([2, 20]);
      await store.finishFiles(company, job.id, ['pending'], () => entry('not-reached'));
      expect(await announced()).toEqual([1, 10]);
      expect(await fileNow(3)).not.toHaveProperty('reserved');
    });

    it('of a source is written once, and grows by the bytes that are known later', async () => {
      await created();
      expect(await store.reserveListed(company, job.id, { day, assets: 1, bytes: 0 })).toBe(day);
      expect(await store.reserveListed(company, job.id, { day: '2026-11-25', assets: 1, bytes: 0 })).toBe(
        day,
      );
      const [fetched] = reserved(1, 1).map((one) => ({ ...one, bytes: 0 }));
      if (!fetched) throw new Error('There is a file');
      await store.addFiles([fetched]);
      const source = { kind: 'url', url: 'https://x.example/a' } as const;
      expect(await store.recordTransfer(fetched, 7, source)).toBe(true);
      // A parallel call has read it before.
      expect(await store.recordTransfer(fetched, 7, source)).toBe(true);
      expect(await store.recordTransfer(fetched, 9, source)).toBe(true);
      expect(await store.recordTransfer({ ...fetched, bytes: 9 }, 9, source)).toBe(true);
      expect(await announced()).toEqual([1, 9]);
      await store.finishFile({ ...fetched, bytes: 9 }, 'pending', entry('error'));
      expect(await store.recordTransfer(fetched, 7, source)).toBe(false);
      expect(await announced()).toEqual([0, 0]);
    });

    it('of an archive is written with the numbers of its files', async () => {
      await created(...files(1, 1));
      const reservation = { day, assets: 2, bytes: 5 };
      const numbers = { first: 4, count: 2, reserved: day };
      expect(await store.reserveFiles(file, 2, {}, reservation)).toEqual(numbers);
      expect(await store.reserveFiles(file, 2, {}, reservation)).toEqual(numbers);
      expect(await announced()).toEqual([2, 5]);
    });
  });

  describe('A metadata file that arrives', () => {
    it('is counted once in its job', async () => {
      await created(...files(1, 1));
      await store.recordArrival(file, now);
      await store.recordArrival(file, '2026-11-24T09:00:00.000Z');
      expect(await fileNow()).toMatchObject({ state: 'pending', arrived: now });
      expect(await jobs.getJob(company, job.id)).toMatchObject({ waitingFiles: 1 });
    });
  });

  describe('An upload that is written', () => {
    it('has its files first, in batches of 25, and its job last', async () => {
      const { calls } = await measured(table, () => created(...files(1, 60)));
      expect(calls.map(({ command, targets }) => [command, targets.length])).toEqual([
        ['BatchWrite', 25],
        ['BatchWrite', 25],
        ['BatchWrite', 10],
        ['Put', 1],
      ]);
      expect(await fileNow(60)).toEqual({ ...file, file: 60 });
      expect((await itemIn(table, table.jobs, fileKey(company, job.id, 1)))?.expires).toEqual(
        expect.any(Number),
      );
      expect(await jobs.getJob(company, job.id)).toEqual(job);
      expect(await activeIds()).toEqual([job.id]);
      expect(await endedIds()).toEqual([]);
      expect(await itemIn(table, table.jobs, jobKey(company, job.id))).not.toHaveProperty('expires');
    });

    it('that ends as it begins stands in the lists at once, and is swept some day', async () => {
      await store.createUpload({ ...job, status: 'completed-with-errors', ended: now }, []);
      expect(await endedIds()).toEqual([job.id]);
      expect(await activeIds()).toEqual([]);
      const { expires } = (await itemIn(table, table.jobs, jobKey(company, job.id))) ?? {};
      expect(expires).toBeGreaterThan(Date.parse(now) / 1_000);
    });

    it('writes again what DynamoDB hands back', async () => {
      let isFirst = true;
      table.hook.onCall = async ({ command, input }, next) => {
        if (command !== 'BatchWrite' || !isFirst) return next();
        isFirst = false;
        const requests = (input.RequestItems as Record<string, object[]>)[table.jobs] ?? [];
        await next({ RequestItems: { [table.jobs]: requests.slice(0, 1) } });
        return { UnprocessedItems: { [table.jobs]: requests.slice(1) } };
      };
      await created(...files(1, 2));
      expect((await store.listFiles(company, job.id, { limit: 9 })).items).toEqual(files(1, 2));
    });
  });

  describe('The files of an upload', () => {
    it('are read without the keys they are kept under, strongly consistently', async () => {
      await created(file);
      const { result, calls } = await measured(table, () => fileNow());
      expect(result).toEqual(file);
      expect(calls).toMatchObject([{ command: 'Get', input: { ConsistentRead: true } }]);
      expect(await fileNow(2)).toBeUndefined();
    });

    it('are listed by number, from one on', async () => {
      await created(...files(1, 9));
      const page = await store.listFiles(company, job.id, { limit: 1, after: 7 });
      expect(page).toEqual({ items: [{ ...file, file: 8 }], next: 8 });
      expect((await store.listFiles(company, job.id, { limit: 5, after: 7 })).items).toEqual(files(8, 9));
    });

    it('keep the first upload id that they get', async () => {
      await created(file);
      expect(await store.ensureUploadId(file, 'first')).toBe('first');
      expect(await store.ensureUploadId(file, 'second')).toBe('first');
      expect(await fileNow()).toEqual({ ...file, uploadId: 'first' });
      await expect(store.ensureUploadId({ ...file, file: 2 }, 'x')).rejects.toThrow();
      expect(await fileNow(2)).toBeUndefined();
    });
  });

  describe('A file that is recorded', () => {
    const next = {
      pendingAction: 'publish',
      refreshDerived: false,
      resultText: 'created',
      warnings: ['odd'],
    } as const;
    const recordOver = (before: Asset | undefined) =>
      store.recordFile(file, before, { ...asset, version: 3 }, defaultSettings, { logEntry });

    it('becomes so together with its asset, its version and its folder', async () => {
      await created(file);
      expect(await store.recordFile(file, undefined, asset, defaultSettings, next)).toBe(true);
      expect(await assetNow()).toEqual(asset);
      expect(await versionNow(2)).toMatchObject({ version: 2 });
      expect(await fileNow()).toEqual({ ...file, ...next, state: 'recorded', assetId: 'shoe' });
      expect(await itemIn(table, table.assets, folderItemKey(company, '/autumn/'))).toBeDefined();
      expect(await counts()).toEqual(job.counts);
    });

    it('is not where an asset has its id', async () => {
      await created(file);
      await putAssets(table, asset);
      expect(await store.recordFile(file, undefined, asset, defaultSettings, next)).toBe(false);
      expect(await fileNow()).toEqual(file);
      expect(await versionNow(2)).toBeUndefined();
    });

    it('is not where it is recorded already', async () => {
      await created(file);
      await store.recordFile(file, undefined, asset, defaultSettings, next);
      const again = { ...asset, version: 3 };
      expect(await store.recordFile(file, asset, again, defaultSettings, next)).toBe(false);
      expect(await assetNow()).toEqual(asset);
    });

    it('owes only what is derived from it where nothing else is due', async () => {
      await created(file);
      await putAssets(table, asset);
      const derived = { refreshDerived: true, resultText: 'overwritten', warnings: [] };
      await store.recordFile(file, asset, { ...asset, version: 3 }, defaultSettings, derived);
      expect(await fileNow()).toEqual({ ...file, ...derived, state: 'recorded', assetId: 'shoe' });
    });

    it('replaces the asset that was read, and is counted where nothing is due', async () => {
      await created(file);
      await putAssets(table, asset);
      expect(await recordOver(asset)).toBe(true);
      expect(await assetNow()).toEqual({ ...asset, version: 3 });
      expect(await versionNow(3)).toBeDefined();
      expect(await fileNow()).toEqual({ ...file, state: 'settled', logEntry, assetId: 'shoe' });
      expect(await counts()).toEqual({ ...job.counts, done: 1, bytes: 5 });
    });

    it.each([
      ['another version', { version: 9 }],
      ['another intent', { intent: 'held' as const }],
      ['other publications', { publications: { video: { version: 1, at: now, by: 'eve', key: 'k' } } }],
      ['been edited', { modified: '2026-11-24T08:29:00.000Z' }],
      ['been moved', { folder: '/winter/' }],
      ['come from a later upload', { uploadedAt: '2026-11-24T08:29:00.000Z' }],
      ['gone into the trash', { trashed: { at: now, by: 'eve' } }],
      ['a first derived image', { derivedCount: 1 }],
    ])('is not where the asset has %s by now', async (_, change) => {
      await created(file);
      await putAssets(table, { ...asset, ...change });
      expect(await recordOver(asset)).toBe(false);
      expect(await assetNow()).toEqual({ ...asset, ...change });
      expect(await versionNow(3)).toBeUndefined();
      expect(await fileNow()).toEqual(file);
      expect(await counts()).toEqual(job.counts);
    });

    it('keeps an image that was derived meanwhile', async () => {
      const parent = { ...asset, derivedCount: 2 };
      await created(file);
      await putAssets(table, { ...parent, derivedCount: 3 });
      const record = (before: Asset) =>
        store.recordFile(file, before, { ...before, version: 3 }, defaultSettings, { logEntry });
      expect(await record(parent)).toBe(false);
      expect(await record({ ...parent, derivedCount: 3 })).toBe(true);
      expect((await assetNow())?.derivedCount).toBe(3);
    });

    it('writes no item of a folder that has one', async () => {
      await created(file);
      await folderStore(table.documents, table.assets).ensureFolder(company, '/autumn/');
      const { calls } = await measured(table, () =>
        store.recordFile(file, undefined, asset, defaultSettings, { logEntry }),
      );
      expect(calls.map(({ command }) => command)).toEqual(['Get', 'TransactWrite']);
    });

    it('throws where the table does', async () => {
      await created(file);
      failNext(table, 'TransactWrite', new Error('away'));
      await expect(recordOver(undefined)).rejects.toThrow('away');
    });
  });

  describe('A file that is settled', () => {
    it.each([
      ['skipped', { skipped: 1 }],
      ['error', { errors: 1 }],
      ['not-reached', { notReached: 1 }],
      ['warning', { done: 1, warnings: 1 }],
    ] as const)('as %s is counted as that, in the same transaction', async (outcome, change) => {
      await created({ ...file, state: 'recorded', pendingAction: 'publish', refreshDerived: true });
      const line: LogEntry = { time: now, outcome, message: 'x' };
      const { result, calls } = await measured(table, () => store.finishFile(file, 'recorded', line));
      expect(result).toBe(true);
      expect(calls.map(({ command }) => command)).toEqual(['TransactWrite']);
      expect(await fileNow()).toEqual({ ...file, state: 'settled', logEntry: line });
      expect(await counts()).toEqual({ ...job.counts, ...change });
    });

    it('is not settled twice', async () => {
      await created(file);
      expect(await store.finishFile(file, 'pending', logEntry)).toBe(true);
      expect(await store.finishFile(file, 'pending', logEntry)).toBe(false);
      expect(await counts()).toEqual({ ...job.counts, done: 1, bytes: 5 });
    });

    it('because its last delivery failed can be finished later, and the counts follow', async () => {
      const work = { pendingAction: 'publish', refreshDerived: true, resultText: 'created' } as const;
      await created({ ...file, state: 'recorded', ...work });
      const warning: LogEntry = { time: now, outcome: 'warning', message: 'x', bytes: 5 };
      expect(await store.finishFile(file, 'recorded', warning, 'given-up')).toBe(true);
      const givenUp = await fileNow();
      expect(givenUp).toEqual({ ...file, ...work, state: 'settled', givenUp: 'recorded', logEntry: warning });
      expect(await counts()).toEqual({ ...job.counts, done: 1, warnings: 1, bytes: 5 });
      if (!givenUp) throw new Error('There is no file');
      expect(await store.finishFile(givenUp, 'pending', logEntry)).toBe(false);
      expect(await store.finishFile(givenUp, 'recorded', logEntry)).toBe(true);
      expect(await store.finishFile(givenUp, 'recorded', logEntry)).toBe(false);
      expect(await fileNow()).toEqual({ ...file, resultText: 'created', state: 'settled', logEntry });
      expect(await counts()).toEqual({ ...job.counts, done: 1, bytes: 5 });
    });

    it('because its last delivery failed can be recorded later, with a log entry until it is done', async () => {
      const error: LogEntry = { time: now, outcome: 'error', message: 'x' };
      const meanwhile: LogEntry = { time: now, outcome: 'warning', message: 'y', bytes: 5 };
      await created(file);
      await store.finishFile(file, 'pending', error, 'given-up');
      const givenUp = { ...file, state: 'settled', givenUp: 'pending', logEntry: error } as const;
      const work = {
        pendingAction: 'publish',
        refreshDerived: false,
        resultText: 'created',
        warnings: [],
      } as const;
      const next = { ...work, logEntryMeanwhile: meanwhile };
      expect(await store.recordFile(givenUp, undefined, asset, defaultSettings, next)).toBe(true);
      expect(await fileNow()).toEqual({
        ...givenUp,
        ...work,
        assetId: asset.id,
        givenUp: 'recorded',
        logEntry: meanwhile,
      });
      expect(await counts()).toEqual({ ...job.counts, done: 1, warnings: 1, bytes: 5 });
    });

    it('stands in line behind others of its job', async () => {
      await created(file);
      failNext(table, 'TransactWrite', collision);
      expect(await store.finishFile(file, 'pending', logEntry)).toBe(true);
    });
  });

  describe('All files of a state', () => {
    const entryOf = ({ name }: UploadFile): LogEntry => ({
      time: now,
      outcome: 'not-reached',
      message: name,
    });
    const finish = () => store.finishFiles(company, job.id, ['pending'], entryOf);

    it('are settled 96 at a time, and counted together', async () => {
      await created(...files(1, 101), ...files(102, 110, 'settled'));
      const { calls } = await measured(table, finish);
      const sizes = calls
        .filter(({ command }) => command === 'TransactWrite')
        .map(({ targets }) => targets.length);
      expect(sizes).toEqual([97, 6]);
      expect((await counts())?.notReached).toBe(101);
      const { items } = await store.listFiles(company, job.id, { limit: 200 });
      expect(items.map(({ state }) => state)).toEqual(Array.from({ length: 110 }, () => 'settled'));
      expect(items.filter((one) => one.logEntry)).toHaveLength(101);
    });

    it('but those that somebody else settles meanwhile', async () => {
      await created(...files(1, 3));
      beforeNext(table, 'TransactWrite', () => store.finishFile({ ...file, file: 2 }, 'pending', logEntry));
      await finish();
      expect(await counts()).toEqual({ ...job.counts, done: 1, bytes: 5, notReached: 2 });
      expect((await fileNow(2))?.logEntry).toEqual(logEntry);
    });

    it('end with an error, not for ever, where the job is gone', async () => {
      await created(file);
      await batchWrite(table.documents, table.jobs, [{ delete: jobKey(company, job.id) }]);
      await expect(finish()).rejects.toThrow();
      expect(await fileNow()).toEqual(file);
    });
  });

  describe('The end of an upload', () => {
    const complete = () => ({ ...job, counts: { ...noCounts, total: 2, done: 1, errors: 1 } });

    it('comes when all its files are settled, with the counts they add up to', async () => {
      await putJobs(table, complete());
      expect(await store.endIfComplete(company, job.id, now)).toBe('now');
      expect(await jobs.getJob(company, job.id)).toEqual({
        ...complete(),
        status: 'completed-with-errors',
        ended: now,
      });
      expect(await endedIds()).toEqual([job.id]);
    });

    it('is worked out again when somebody cancels it meanwhile', async () => {
      await putJobs(table, complete());
      beforeNext(table, 'Update', () => putJobs(table, { ...complete(), status: 'stopping' }));
      expect(await store.endIfComplete(company, job.id, now)).toBe('now');
      expect(await jobs.getJob(company, job.id)).toMatchObject({ status: 'stopped' });
    });

    it.each([
      ['while files are open', 'open', undefined],
      ['twice', 'ended', 'earlier'],
      ['where there is no job', 'none', undefined],
    ] as const)('does not come %s', async (_, state, hasEnded) => {
      if (state === 'open') await putJobs(table, job);
      if (state === 'ended') await putJobs(table, { ...complete(), status: 'succeeded', ended: now });
      const { result, calls } = await measured(table, () => store.endIfComplete(company, job.id, now));
      expect(result).toBe(hasEnded);
      expect(calls.map(({ command }) => command)).toEqual(['Get']);
    });
  });
}
