import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { permitStore } from '../../../adapters/dynamodb/jobs/permit-store.ts';
import { aPublishJob } from '../../support/builders.ts';
import { jobStores, measured, newCompany, newPermit, type StoreTable } from '../store-table.ts';

const at = '2026-11-24T09:00:00.000Z';
const later = '2026-11-24T09:00:01.000Z';

/** Permits to run, and companies that wait for one. */
export function describePermitStore(open: () => StoreTable): void {
  let table: StoreTable;
  let store: ReturnType<typeof permitStore> & ReturnType<typeof jobStores>;
  let company: string;

  beforeAll(() => {
    table = open();
    store = { ...jobStores(table), ...permitStore(table.documents, table.jobs) };
  });
  beforeEach(() => {
    company = newCompany();
  });

  const waiting = async () => (await store.readWaiting()).find((one) => one.company === company);
  const held = async () => (await store.readPermits()).filter((one) => one.company === company);
  const waits = async (executionNumber = 1) => {
    const job = aPublishJob({ company, executionNumber });
    await store.createPublishJob(job);
    await store.addWaiting(company, at);
    return { job, entry: { company, since: at, asked: at } };
  };

  describe('A permit', () => {
    it('is given together with the number of the next execution, for 6 write units', async () => {
      const { job, entry } = await waits(2);
      const permit = newPermit();
      const given = await measured(table, () =>
        store.givePermit(job, entry, { permit, at: later, waitsAgain: false }),
      );
      expect(given).toMatchObject({ result: 3, units: 6 });
      expect(await held()).toEqual([{ permit, company, jobId: job.id }]);
      expect(await store.getJob(company, job.id)).toMatchObject({ status: 'queued', executionNumber: 3 });
      expect(await waiting()).toBeUndefined();
    });

    it('lets the company wait again, behind all others, if it has a further job', async () => {
      const { job, entry } = await waits();
      await store.givePermit(job, entry, { permit: newPermit(), at: later, waitsAgain: true });
      expect(await waiting()).toEqual({ company, since: later, asked: at });
    });

    it('is not given if another job holds it, or if something changed meanwhile', async () => {
      const { job, entry } = await waits();
      const permit = newPermit();
      const grant = { permit, at: later, waitsAgain: false };
      const other = { ...job, company: newCompany() };
      await store.createPublishJob(other);
      await store.addWaiting(other.company, at);
      await store.givePermit(other, { ...entry, company: other.company }, grant);
      expect(await store.givePermit(job, entry, grant)).toBeUndefined();

      const free = { ...grant, permit: newPermit() };
      await store.addWaiting(company, later);
      expect(await store.givePermit(job, entry, free)).toBeUndefined();
      await store.countExecution(job);
      expect(await store.givePermit(job, { ...entry, asked: later }, free)).toBeUndefined();
      expect(await held()).toEqual([]);
      expect(await waiting()).toEqual({ company, since: at, asked: later });
    });

    it('is taken by a job that begins, unless another job holds it', async () => {
      const { job } = await waits();
      const permit = newPermit();
      const run = { execution: job.id, name: '', started: at, permit };
      expect(await store.takeLocksAndRun(job, run, {})).toBe(true);
      expect(await held()).toEqual([{ permit, company, jobId: job.id }]);
      const other = { ...job, company: newCompany() };
      await store.createPublishJob(other);
      expect(await store.takeLocksAndRun(other, run, {})).toBe(false);
    });

    it('is freed only by the job that holds it', async () => {
      const { job, entry } = await waits();
      await store.givePermit(job, entry, { permit: newPermit(), at, waitsAgain: false });
      await store.freePermit(newCompany(), job.id);
      expect(await held()).toHaveLength(1);
      await store.freePermit(company, job.id);
      expect(await held()).toEqual([]);
    });
  });

  describe('A company that waits', () => {
    it('keeps its position when it asks again', async () => {
      await store.addWaiting(company, at);
      await store.addWaiting(company, later);
      expect(await waiting()).toEqual({ company, since: at, asked: later });
    });

    it('is removed unless it has asked again', async () => {
      await store.addWaiting(company, at);
      await store.addWaiting(company, later);
      await store.removeWaiting({ company, since: at, asked: at });
      expect(await waiting()).toBeDefined();
      await store.removeWaiting({ company, since: at, asked: later });
      expect(await waiting()).toBeUndefined();
    });
  });
}
