import { BatchExecuteStatementCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchGet } from '../../../adapters/dynamodb/table/batch-get.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { present } from '../../../adapters/dynamodb/table/condition.ts';
import { queryPages } from '../../../adapters/dynamodb/table/query-pages.ts';
import { type BatchableUpdate, statementOf } from '../../../adapters/dynamodb/table/statement-of.ts';
import { updateOf } from '../../../adapters/dynamodb/table/update-of.ts';
import { itemIn, measured, newCompany, type StoreTable } from '../store-table.ts';

/** How items are read and written, many in a call. */
export function describeTableAccess(open: () => StoreTable): void {
  let table: StoreTable;
  let pk: string;

  beforeAll(() => {
    table = open();
  });
  beforeEach(() => {
    pk = newCompany();
    // What is handed back is tried again at once.
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    table.hook.onCall = undefined;
  });

  const keys = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ pk, sk: `k${String(index).padStart(3, '0')}` }));
  const puts = (count: number) => keys(count).map((key) => ({ put: key }));
  const bySk = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    String(a.sk) < String(b.sk) ? -1 : 1;

  describe('Reading many items', () => {
    it('takes 100 in a call, and finds what is there', async () => {
      await batchWrite(table.documents, table.assets, puts(229));
      const { result, calls } = await measured(table, () =>
        batchGet(table.documents, table.assets, [...keys(229), { pk, sk: 'none' }], true),
      );
      expect(result.sort(bySk)).toEqual(keys(229));
      expect(calls.map(({ targets }) => targets.length)).toEqual([100, 100, 30]);
      const request = { [table.assets]: { ConsistentRead: true } };
      for (const { input } of calls) expect(input).toMatchObject({ RequestItems: request });
    });

    it('asks again for what was handed back', async () => {
      await batchWrite(table.documents, table.assets, puts(90));
      const before = table.hook.calls.length;
      table.hook.onCall = async (call, next) => {
        const { Keys } = (call.input.RequestItems as Record<string, { Keys: object[] }>)[table.assets] ?? {
          Keys: [],
        };
        const output = await next({ RequestItems: { [table.assets]: { Keys: Keys.slice(0, 40) } } });
        const left = Keys.slice(40);
        return { ...output, UnprocessedKeys: left.length > 0 ? { [table.assets]: { Keys: left } } : {} };
      };
      const items = await batchGet(table.documents, table.assets, keys(90), false);
      expect(items.sort(bySk)).toEqual(keys(90));
      expect(table.hook.calls.length - before).toBe(3);
    });

    it('gives up when all is handed back each time', async () => {
      const before = table.hook.calls.length;
      table.hook.onCall = async ({ input }) => ({ UnprocessedKeys: input.RequestItems });
      await expect(batchGet(table.documents, table.assets, keys(3), false)).rejects.toMatchObject({
        name: 'storage.busy',
      });
      expect(table.hook.calls.length - before).toBe(8);
    });

    it('asks for nothing where there is nothing to read', async () => {
      const { result, calls } = await measured(table, () =>
        batchGet(table.documents, table.assets, [], false),
      );
      expect([result, calls]).toEqual([[], []]);
    });
  });

  describe('Writing many items', () => {
    it('takes 25 in a call, and makes none where nothing is to be written', async () => {
      await batchWrite(table.documents, table.assets, [{ put: { pk, sk: 'gone' } }]);
      const { calls } = await measured(table, () =>
        batchWrite(table.documents, table.assets, [...puts(51), { delete: { pk, sk: 'gone' } }]),
      );
      expect(calls.map(({ targets }) => targets.length)).toEqual([25, 25, 2]);
      expect(await itemIn(table, table.assets, { pk, sk: 'gone' })).toBeUndefined();
      expect(await batchGet(table.documents, table.assets, keys(51), true)).toHaveLength(51);
      const none = await measured(table, () => batchWrite(table.documents, table.assets, []));
      expect(none.calls).toEqual([]);
    });

    it('writes again what was handed back', async () => {
      let isFirst = true;
      table.hook.onCall = async ({ input }, next) => {
        if (!isFirst) return next();
        isFirst = false;
        const requests = (input.RequestItems as Record<string, object[]>)[table.assets] ?? [];
        await next({ RequestItems: { [table.assets]: requests.slice(0, 1) } });
        return { UnprocessedItems: { [table.assets]: requests.slice(1) } };
      };
      await batchWrite(table.documents, table.assets, puts(3));
      expect(await batchGet(table.documents, table.assets, keys(3), true)).toHaveLength(3);
      expect(table.hook.calls.filter(({ targets }) => targets[0]?.includes(pk)).at(1)?.targets).toHaveLength(
        2,
      );
    });

    it('gives up when everything is handed back each time', async () => {
      const before = table.hook.calls.length;
      table.hook.onCall = async ({ input }) => ({ UnprocessedItems: input.RequestItems });
      await expect(batchWrite(table.documents, table.assets, puts(1))).rejects.toMatchObject({
        code: 'storage.busy',
      });
      expect(table.hook.calls.length - before).toBe(8);
    });
  });

  describe('A change under conditions', () => {
    const change = (): BatchableUpdate => ({
      key: { pk, sk: 'ASSET' },
      set: { intent: 'live', publications: { video: { version: 2 } }, wasPublished: undefined },
      remove: ['pendingKey'],
      when: { version: 2, stateAt: undefined, trashed: present },
    });
    const before = {
      version: 2,
      intent: 'held',
      pendingKey: 'p',
      id: 'a',
      trashed: { by: 'ann' },
      kept: [1],
    };
    const after = {
      version: 2,
      intent: 'live',
      publications: { video: { version: 2 } },
      id: 'a',
      trashed: { by: 'ann' },
      kept: [1],
    };

    async function run(way: 'update' | 'statement'): Promise<boolean> {
      if (way === 'update') {
        const update = new UpdateCommand(updateOf(table.assets, change()));
        return table.documents.send(update).then(
          () => true,
          (error: Error) => {
            expect(error.name).toBe('ConditionalCheckFailedException');
            return false;
          },
        );
      }
      const { Responses = [] } = await table.documents.send(
        new BatchExecuteStatementCommand({ Statements: [statementOf(table.assets, change())] }),
      );
      const [response] = Responses;
      if (response?.Error) expect(response.Error.Code).toBe('ConditionalCheckFailed');
      return response?.Error === undefined;
    }

    it.each(['update', 'statement'] as const)(
      'changes what it names and nothing else, as %s',
      async (way) => {
        await table.documents.send(
          new PutCommand({ TableName: table.assets, Item: { ...change().key, ...before } }),
        );
        expect(await run(way)).toBe(true);
        expect(await itemIn(table, table.assets, change().key)).toEqual({ ...change().key, ...after });
      },
    );

    it.each(
      (['update', 'statement'] as const).flatMap((way) =>
        [
          { what: 'another version', more: { version: 3 } },
          { what: 'an attribute that must be missing', more: { stateAt: 'now' } },
          { what: 'not what must be present', more: { trashed: undefined } },
        ].map((one) => ({ way, ...one })),
      ),
    )('is refused as $way where the item has $what', async ({ way, more }) => {
      const Item = JSON.parse(JSON.stringify({ ...change().key, ...before, ...more })) as Record<
        string,
        unknown
      >;
      await table.documents.send(new PutCommand({ TableName: table.assets, Item }));
      expect(await run(way)).toBe(false);
      expect(await itemIn(table, table.assets, change().key)).toEqual(Item);
    });

    it.each(['update', 'statement'] as const)('makes no item that is not there, as %s', async (way) => {
      expect(await run(way)).toBe(false);
      expect(await itemIn(table, table.assets, change().key)).toBeUndefined();
    });
  });

  describe('The pages of a query', () => {
    const query = () => ({
      TableName: table.assets,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      Limit: 1,
    });

    it('come one after the other, each asked for where the one before ended', async () => {
      await batchWrite(table.documents, table.assets, puts(3));
      const { result, calls } = await measured(table, async () => {
        const pages: unknown[] = [];
        for await (const page of queryPages(table.documents, query())) pages.push(...page);
        return pages;
      });
      expect(result).toEqual(keys(3));
      const starts = calls.map(({ input }) => input.ExclusiveStartKey);
      expect(starts.slice(0, 3)).toEqual([undefined, ...keys(2)]);
    });

    it('begin at the key that is given, and none is read beyond what is taken', async () => {
      await batchWrite(table.documents, table.assets, puts(3));
      const { calls } = await measured(table, async () => {
        const [start] = keys(1);
        for await (const page of queryPages(table.documents, { ...query(), ExclusiveStartKey: start })) {
          expect(page).toEqual([keys(2)[1]]);
          break;
        }
      });
      expect(calls).toHaveLength(1);
    });
  });
}
