import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { jobIdOf, testJob } from '../functions/publish-world.ts';
import { startTestTable, type TestTable } from './support/test-table.ts';

let table: TestTable;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table?.stop());

describe('a publish job with an idempotency key', () => {
  const company = 'luma';
  const submit = (number: number, key: string, submitted = '2026-11-24T08:00:00.000Z') =>
    jobStore(table.documents, table.jobs).createPublishJob(testJob({ id: jobIdOf(number), submitted }), {
      key,
      request: `hash ${number}`,
    });

  it('is written once by many concurrent writers', async () => {
    const records = jobStore(table.documents, table.jobs);
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    const written = await Promise.all(numbers.map((number) => submit(number, 'twins')));
    expect(written.filter(Boolean)).toHaveLength(1);
    const winner = numbers[written.indexOf(true)] ?? 0;
    expect(await records.findSubmission(company, 'twins')).toEqual({
      jobId: jobIdOf(winner),
      request: `hash ${winner}`,
    });
    const queued = (await records.readQueue(company)).map(({ jobId }) => jobId);
    expect(queued).toEqual([jobIdOf(winner)]);
    for (const number of numbers) {
      const job = await records.getJob(company, jobIdOf(number));
      expect(job !== undefined).toBe(number === winner);
    }
  });

  it('is a new job after a day, even if the old key was not swept yet', async () => {
    expect(await submit(11, 'daily')).toBe(true);
    expect(await submit(12, 'daily', '2026-11-25T07:59:59.000Z')).toBe(false);
    expect(await submit(13, 'daily', '2026-11-25T08:00:01.000Z')).toBe(true);
    const found = await jobStore(table.documents, table.jobs).findSubmission(company, 'daily');
    expect(found?.jobId).toBe(jobIdOf(13));
  });

  it('does not share its key with another company', async () => {
    expect(await submit(21, 'shared')).toBe(true);
    const records = jobStore(table.documents, table.jobs);
    const job = testJob({ id: jobIdOf(22), company: 'other' });
    expect(await records.createPublishJob(job, { key: 'shared', request: 'hash' })).toBe(true);
  });
});

describe('the servers of a company', () => {
  it('are changed only if they are as they were read', async () => {
    const { changeServers, changeSettings, getSettings } = settingsStore(table.documents, table.jobs);
    const from = defaultSettings.servers;
    const two: Server[] = ['image-serving', 'image-rendering'];
    expect(await changeServers('luma', from, two)).toBe(true);
    expect(await changeServers('luma', from, ['video'])).toBe(false);
    await changeSettings('luma', { timeZone: 'Europe/Berlin' });
    expect(await changeServers('luma', two, ['image-serving'])).toBe(true);
    expect(await getSettings('luma')).toEqual({
      ...defaultSettings,
      servers: ['image-serving'],
      timeZone: 'Europe/Berlin',
    });
  });
});
