import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditStore, auditStore } from '../../../adapters/dynamodb/companies/audit-store.ts';
import { auditKey } from '../../../adapters/dynamodb/keys.ts';
import type { AuditEntry, AuditFilters } from '../../../domain/companies/audit.ts';
import { firstIdAt } from '../../../domain/jobs/ulid-times.ts';
import { itemIn, measured, newCompany, type StoreTable } from '../store-table.ts';

/** 2026-11-24T08:00:00.000Z. */
const start = Date.UTC(2026, 10, 24, 8);

/** The audit of companies. */
export function describeAuditStore(open: () => StoreTable): void {
  let table: StoreTable;
  let audit: AuditStore;
  let company: string;
  let clock: number;
  let count: number;

  beforeAll(() => {
    table = open();
    audit = auditStore(table.documents, table.jobs, {
      newId: () => idAt(clock, count),
      clock: () => clock,
    });
  });
  beforeEach(() => {
    company = newCompany();
    clock = start;
    count = 0;
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  const entry = (change: Partial<AuditEntry> = {}): Omit<AuditEntry, 'id' | 'at'> => ({
    company,
    by: 'ada',
    byName: 'Ada',
    role: 'admin',
    kind: 'members',
    operation: 'editMember',
    subjects: ['bea'],
    subjectCount: 1,
    change: { role: 'viewer' },
    requestId: 'request-1',
    outcome: 'unknown',
    ...change,
  });
  const add = (change: Partial<AuditEntry> = {}) => {
    count += 1;
    clock += 1_000;
    return audit.beginAudit(entry(change));
  };
  const idsOf = async (filters: AuditFilters) =>
    (await audit.listAudit(company, filters, { limit: 100, order: 'asc' })).items.map(
      ({ requestId }) => requestId,
    );

  describe('An audit entry', () => {
    it('is written before the change and gets its outcome after it, for one write unit each', async () => {
      const { result, units } = await measured(table, () => add());
      expect(units).toBe(1);
      const end = { outcome: 'done', subjects: ['new'], subjectCount: 1 } as const;
      expect((await measured(table, () => audit.endAudit(result, end))).units).toBe(1);
      const { items } = await audit.listAudit(company, {}, { limit: 9, order: 'desc' });
      expect(items).toEqual([
        { ...entry(), ...end, id: result.id, at: new Date(start + 1_000).toISOString() },
      ]);
    });

    it('keeps its first outcome', async () => {
      const begun = await add();
      await audit.endAudit(begun, { outcome: 'done' });
      await audit.endAudit(begun, { outcome: 'failed', code: 'system.fault' });
      const { items } = await audit.listAudit(company, {}, { limit: 9, order: 'desc' });
      expect(items).toMatchObject([{ outcome: 'done' }]);
      expect(items[0]).not.toHaveProperty('code');
    });

    it('expires after 13 months', async () => {
      const { id } = await add();
      expect(await itemIn(table, table.jobs, auditKey(company, id))).toMatchObject({
        expires: (start + 1_000) / 1_000 + 396 * 86_400,
      });
    });

    it('is never replaced by another one with its id', async () => {
      await add();
      await expect(audit.beginAudit(entry())).rejects.toThrow();
    });
  });

  describe('The list of the audit', () => {
    const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();

    beforeEach(async () => {
      await add({ requestId: 'r1' });
      await add({
        requestId: 'r2',
        by: 'cleo',
        kind: 'purges',
        operation: 'emptyTrash',
        subjects: ['a', 'b'],
      });
      await add({ requestId: 'r3', kind: 'settings', operation: 'editSettings', subjects: [] });
      await add({ requestId: 'r4', by: 'cleo' });
    });

    it.each([
      ['no filter', {}, ['r1', 'r2', 'r3', 'r4']],
      ['a member', { by: 'cleo' }, ['r2', 'r4']],
      ['kinds', { kinds: ['purges', 'settings'] }, ['r2', 'r3']],
      ['an operation', { operation: 'editMember' }, ['r1', 'r4']],
      ['a subject', { subject: 'b' }, ['r2']],
      ['a part of a subject', { subject: 'be' }, []],
      ['a time from', { from: at(3) }, ['r3', 'r4']],
      ['a time to', { to: at(2) }, ['r1', 'r2']],
      ['a time range', { from: at(2), to: at(3) }, ['r2', 'r3']],
      ['a range that ends before it begins', { from: at(3), to: at(2) }, []],
      ['several', { by: 'cleo', kinds: ['members'], from: at(2) }, ['r4']],
    ] as const)('has with %s the entries that match', async (_, filters, expected) => {
      expect(await idsOf(filters)).toEqual(expected);
    });

    it.each([
      ['asc', ['r1', 'r2', 'r3', 'r4']],
      ['desc', ['r4', 'r3', 'r2', 'r1']],
    ] as const)('has each entry once in pages, %s', async (order, expected) => {
      for (const limit of [1, 2, 3, 4]) {
        const found: string[] = [];
        let after: string | undefined;
        do {
          const page = await audit.listAudit(company, {}, { limit, after, order });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items.map(({ requestId }) => requestId));
          after = page.next;
        } while (after !== undefined);
        expect(found).toEqual(expected);
      }
    });

    it('ends a page after 5 seconds of reading, and goes on from there', async () => {
      await Promise.all(
        Array.from({ length: 1_100 }, (_, index) => {
          count += 1;
          return audit.beginAudit(entry({ requestId: `more ${index}` }));
        }),
      );
      table.hook.onCall = async ({ input }, next) => {
        clock += 5_000;
        return next(input);
      };
      const first = await audit.listAudit(company, { by: 'cleo' }, { limit: 9, order: 'desc' });
      expect(first).toEqual({ items: [], next: expect.any(String) });
      const second = await audit.listAudit(
        company,
        { by: 'cleo' },
        { limit: 9, after: first.next, order: 'desc' },
      );
      expect(second.items.map(({ requestId }) => requestId)).toEqual(['r4', 'r2']);
      expect(second).not.toHaveProperty('next');
    });

    it('has nothing of another company', async () => {
      expect(await audit.listAudit(newCompany(), {}, { limit: 9, order: 'asc' })).toEqual({ items: [] });
    });
  });
}

/** A ULID. */
function idAt(time: number, count: number): string {
  return firstIdAt(new Date(time).toISOString()).slice(0, 10) + String(count).padStart(16, '0');
}
