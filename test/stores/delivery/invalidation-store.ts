import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Invalidation,
  invalidationStore,
} from '../../../adapters/dynamodb/delivery/invalidation-store.ts';
import type { StoreTable } from '../store-table.ts';

/** Invalidations of the CDN cache, and what they count. */
export function describeInvalidationStore(open: () => StoreTable): void {
  let table: StoreTable;

  beforeAll(() => {
    table = open();
  });

  const submitted = '2026-11-24T08:30:00.000Z';
  const invalidation = (id: string, company = 'luma'): Invalidation => ({
    company,
    id,
    by: 'assets',
    cloudFrontIds: ['I1'],
    completed: false,
    assets: ['red'],
    assetCount: 1,
    tags: 1,
    submitted,
    submittedBy: 'ann',
  });

  describe('Invalidations of the CDN cache', () => {
    it('are listed by company, newest first, page by page', async () => {
      const store = invalidationStore(table.documents, table.jobs);
      for (const id of ['01', '03', '02']) await store.putInvalidation(invalidation(id));
      await store.putInvalidation(invalidation('04', 'nova'));
      await store.putInvalidation({ ...invalidation('02'), completed: true, completedAt: submitted });
      const first = await store.listInvalidations('luma', { limit: 2 });
      expect(first).toEqual({
        items: [invalidation('03'), { ...invalidation('02'), completed: true, completedAt: submitted }],
        next: '02',
      });
      const second = await store.listInvalidations('luma', { limit: 2, before: first.next });
      expect(second).toEqual({ items: [invalidation('01')] });
      expect(await store.listInvalidations('other', { limit: 2 })).toEqual({ items: [] });
    });

    it('count their tags by company and month', async () => {
      const store = invalidationStore(table.documents, table.jobs);
      await store.countInvalidatedTags('luma', 150, submitted);
      await store.countInvalidatedTags('luma', 3, '2026-11-30T23:59:59.999Z');
      await store.countInvalidatedTags('luma', 7, '2026-12-01T00:00:00.000Z');
      expect(await store.readInvalidatedTags('luma', submitted)).toBe(153);
      expect(await store.readInvalidatedTags('luma', '2026-12-31T00:00:00.000Z')).toBe(7);
      expect(await store.readInvalidatedTags('nova', submitted)).toBe(0);
    });
  });
}
