import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchExecuteStatementCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchedChanges } from '../../../../adapters/dynamodb/table/batched-changes.ts';
import type { ConditionalChange } from '../../../../adapters/dynamodb/table/conditional-change.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const sent = mockClient(documents);

beforeEach(() => {
  vi.useFakeTimers();
  sent.reset();
  sent.on(BatchExecuteStatementCommand).callsFake(({ Statements }) => ({
    Responses: Statements.map(() => ({})),
  }));
});

afterEach(() => {
  vi.useRealTimers();
});

const change = (id: string): ConditionalChange => ({
  key: { pk: `ASSET#c#${id}`, sk: 'ASSET' },
  set: { intent: 'live' },
  remove: [],
  when: { version: 1 },
  whenPresent: [],
});
const numbers = (count: number) => Array.from({ length: count }, (_, number) => String(number));
const batches = () =>
  sent.commandCalls(BatchExecuteStatementCommand).map((call) => call.args[0].input.Statements?.length);

describe('gathered changes', () => {
  it('are made in one call once all work that is under way has come to one', async () => {
    const changes = batchedChanges(documents, 'table');
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
    const changes = batchedChanges(documents, 'table');
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
    const changes = batchedChanges(documents, 'table');
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
    const changes = batchedChanges(documents, 'table');
    const done = numbers(60).map((id) => changes.runBatched(() => changes.change(change(id))));
    await vi.advanceTimersByTimeAsync(200);
    expect((await Promise.all(done)).every((made) => made)).toBe(true);
    expect(batches()).toEqual([25, 25, 10]);
  });

  it('of which one is refused, tell so of that one alone', async () => {
    sent
      .on(BatchExecuteStatementCommand)
      .resolves({ Responses: [{}, { Error: { Code: 'ConditionalCheckFailed' } }] });
    const changes = batchedChanges(documents, 'table');
    const done = ['a', 'b', 'c'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.all(done)).toEqual([true, false, false]);
  });

  it('of an item that is changed already are not made: no call may change an item twice', async () => {
    const changes = batchedChanges(documents, 'table');
    const done = ['a', 'a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.all(done)).toEqual([true, false, true]);
    expect(batches()).toEqual([2]);
  });

  it('fail all where the call fails; the next ones are made', async () => {
    sent
      .on(BatchExecuteStatementCommand)
      .rejectsOnce(new Error('made by a test'))
      .resolves({ Responses: [{}] });
    const changes = batchedChanges(documents, 'table');
    const done = ['a', 'b'].map((id) => changes.runBatched(() => changes.change(change(id))));
    expect(await Promise.allSettled(done)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await changes.change(change('c'))).toBe(true);
  });
});
