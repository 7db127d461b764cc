import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchWrite } from '../../../../adapters/dynamodb/table/batch-write.ts';
import { batchedChanges, unbatchedChanges } from '../../../../adapters/dynamodb/table/batched-changes.ts';
import { present } from '../../../../adapters/dynamodb/table/condition.ts';
import { type BatchableUpdate, statementOf } from '../../../../adapters/dynamodb/table/statement-of.ts';
import { isTransient } from '../../../../adapters/runtime/transient-error.ts';
import { failNext, itemIn, memoryStoreTable, type StoreTable } from '../../../stores/store-table.ts';

let table: StoreTable;
const numbers = (count: number) => Array.from({ length: count }, (_, number) => String(number));

beforeEach(async () => {
  table = memoryStoreTable();
  const ids = [...numbers(60), 'a', 'b', 'c'];
  const items = ids.map((id) => ({ put: { ...change(id).key, version: 1 } }));
  await batchWrite(table.documents, table.assets, items);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const change = (id: string): BatchableUpdate => ({
  key: { pk: `ASSET#c#${id}`, sk: 'ASSET' },
  set: { intent: 'live' },
  remove: [],
  when: { version: 1 },
});
/** How many statements each call had. */
const batches = () =>
  table.hook.calls
    .filter(({ command }) => command === 'BatchExecuteStatement')
    .map(({ targets }) => targets.length);
const gathered = () => batchedChanges(table.documents, table.assets);
const stored = (id: string) => itemIn(table, table.assets, change(id).key);

/** Replaces the response to the second statement of each call. */
function respondToSecond(response: object | undefined): void {
  table.hook.onCall = async (_call, next) => {
    const { Responses = [] } = (await next()) as { Responses?: object[] };
    return { Responses: [Responses[0], response] };
  };
}

describe('Gathered changes', () => {
  it('are made in one call once all work that is under way has come to one', async () => {
    const changes = gathered();
    const copies = numbers(3).map(() => Promise.withResolvers<void>());
    const done = copies.map(({ promise }, number) =>
      changes.runBatched(async () => {
        await promise;
        return changes.change(change(String(number)));
      }),
    );
    copies[0]?.resolve();
    copies[2]?.resolve();
    await vi.advanceTimersByTimeAsync(1);
    expect(batches()).toEqual([]);
    copies[1]?.resolve();
    expect(await Promise.all(done)).toEqual([true, true, true]);
    expect(batches()).toEqual([3]);
  });

  it('do not wait for work that ends without one', async () => {
    const changes = gathered();
    const skipped = Promise.withResolvers<void>();
    const other = changes.runBatched(() => skipped.promise);
    const done = changes.runBatched(() => changes.change(change('a')));
    await vi.advanceTimersByTimeAsync(1);
    expect(batches()).toEqual([]);
    skipped.resolve();
    await other;
    expect(await done).toBe(true);
  });

  it('wait 200 ms for slow work, not longer', async () => {
    const changes = gathered();
    const slow = Promise.withResolvers<void>();
    const last = changes.runBatched(async () => {
      await slow.promise;
      return changes.change(change('b'));
    });
    const first = changes.runBatched(() => changes.change(change('a')));
    await vi.advanceTimersByTimeAsync(199);
    expect(batches()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toBe(true);
    slow.resolve();
    expect(await last).toBe(true);
    expect(batches()).toEqual([1, 1]);
  });

  it('are made 25 in a call, the most that DynamoDB takes', async () => {
    const changes = gathered();
    const done = numbers(60).map((id) => changes.runBatched(() => changes.change(change(id))));
    await vi.advanceTimersByTimeAsync(200);
    expect((await Promise.all(done)).every((made) => made)).toBe(true);
    expect(batches()).toEqual([25, 25, 10]);
  });

  it('of which one is refused, tell so of that one alone', async () => {
    const Item = { ...change('b').key, version: 2 };
    await table.documents.send(new PutCommand({ TableName: table.assets, Item }));
    const changes = gathered();
    const done = ['a', 'b', 'c', 'none'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.all(done)).toEqual([true, false, true, false]);
    expect(await stored('a')).toMatchObject({ intent: 'live' });
    expect(await stored('b')).toEqual(Item);
  });

  it.each([
    ['ThrottlingError', 'ThrottlingException'],
    ['ProvisionedThroughputExceeded', 'ProvisionedThroughputExceededException'],
    ['RequestLimitExceeded', 'RequestLimitExceeded'],
    ['InternalServerError', 'InternalServerError'],
    ['TransactionConflict', 'TransactionConflictException'],
    [undefined, 'InternalServerError'],
  ])('of which one gets %s are tried later, and are not made alone', async (Code, name) => {
    respondToSecond(Code === undefined ? undefined : { Error: { Code, Message: 'made by a test' } });
    const changes = gathered();
    const done = ['a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
    const [first, second] = await Promise.allSettled(done);
    expect(first).toEqual({ status: 'fulfilled', value: true });
    expect(second).toMatchObject({ status: 'rejected', reason: { name } });
    expect(isTransient(second?.status === 'rejected' && second.reason)).toBe(true);
  });

  it.each(['AccessDenied', 'ResourceNotFound', 'ItemCollectionSizeLimitExceeded'])(
    'of which one gets %s fail for good',
    async (Code) => {
      respondToSecond({ Error: { Code, Message: 'made by a test' } });
      const changes = gathered();
      const done = ['a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
      const [, second] = await Promise.allSettled(done);
      expect(second?.status).toBe('rejected');
      expect(isTransient(second?.status === 'rejected' && second.reason)).toBe(false);
    },
  );

  it('that DynamoDB does not understand are reported once, and made alone from then on', async () => {
    respondToSecond({ Error: { Code: 'ValidationError', Message: 'Unexpected token' } });
    const reported: string[] = [];
    const changes = batchedChanges(table.documents, table.assets, (message) => reported.push(message));
    const done = ['a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.all(done)).toEqual([true, false]);
    expect(await changes.change(change('c'))).toBe(false);
    expect(reported).toEqual(['Unexpected token']);
    expect(batches()).toEqual([2]);
  });

  it('that are not accepted as a call are reported once and made alone, none of them twice', async () => {
    failNext(
      table,
      'BatchExecuteStatement',
      Object.assign(new Error('Too many'), { name: 'ValidationException' }),
    );
    const reported: string[] = [];
    const changes = batchedChanges(table.documents, table.assets, (message) => reported.push(message));
    const done = ['a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.all(done)).toEqual([false, false]);
    expect(await changes.change(change('c'))).toBe(false);
    expect(reported).toEqual(['Too many']);
    expect(await stored('a')).not.toHaveProperty('intent');
  });

  it('are made alone where the setting says so', async () => {
    expect(await unbatchedChanges.runBatched(() => unbatchedChanges.change(change('a')))).toBe(false);
    expect(batches()).toEqual([]);
  });

  it('of an item that is changed already are not made: no call may change an item twice', async () => {
    const changes = gathered();
    const done = ['a', 'a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.all(done)).toEqual([true, false, true]);
    expect(batches()).toEqual([2]);
  });

  it('fail all where the call fails; the next ones are made', async () => {
    failNext(table, 'BatchExecuteStatement', new Error('made by a test'));
    const changes = gathered();
    const done = ['a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.allSettled(done)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await changes.change(change('c'))).toBe(true);
  });
});

describe('The statement of a change', () => {
  it('names each attribute in a clause of its own, which is the form that AWS documents', () => {
    const { Statement, Parameters } = statementOf('assets', {
      key: { pk: 'p', sk: 's' },
      set: { intent: 'live', stateAt: 'now', pendingKey: undefined },
      remove: ['pendingKey', 'note'],
      when: { version: 1, trashed: undefined, folder: present },
    });
    expect(Statement).toBe(
      'UPDATE "assets" SET "intent" = ? SET "stateAt" = ? REMOVE "pendingKey" REMOVE "note" ' +
        'WHERE "pk" = ? AND "sk" = ? AND "version" = ? AND "trashed" IS MISSING AND "folder" IS NOT MISSING',
    );
    expect(Parameters).toEqual(['live', 'now', 'p', 's', 1]);
  });
});
